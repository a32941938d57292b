import { type DrillArguments, drillArguments, usage } from "./arguments";
import { chosen } from "./choose";
import { summaryText } from "./report/summaryText";
import { writeReport } from "./report/write";
import type { DrillReport } from "./result";
import type { Scenario } from "./scenario";
import { scenarios } from "./scenarios/all";
import { DrillSession } from "./session";
import { merged } from "../lab/cluster/merged";
import { ownCluster } from "./targets/ownCluster";
import { stackCluster } from "./targets/stackCluster";
import type { Target } from "./targets/target";

/** `npm run drill`: breaks a cluster for real and reports the result. See `usage`. */
async function main(): Promise<void> {
  const wanted = drillArguments(process.argv.slice(2));
  if (wanted === "help" || wanted === "list") {
    console.log(wanted === "help" ? usage : list());
    return;
  }
  const selection = chosen(wanted.only);
  const reports: DrillReport[] = [];
  for (const open of targets(wanted)) reports.push(await drillOn(await open(), selection, wanted));
  const [first, ...others] = reports;
  if (first === undefined) return;
  const report = { ...first };
  for (const other of others) {
    report.results = [...report.results, ...other.results];
    report.skipped = [...report.skipped, ...other.skipped];
    report.stopped ??= other.stopped;
  }
  console.log(summaryText(report));
  if (report.stopped !== undefined) console.log(`\nStopped: ${report.stopped}`);
  const { json, html } = writeReport(report, wanted.folder);
  console.log(`\nAs JSON: ${json}\nAs a page: ${html}`);
  process.exitCode = hasPassed(report) ? 0 : 1;
}

const signals = ["SIGINT", "SIGTERM"] as const;

const hasPassed = ({ results, stopped }: DrillReport) =>
  stopped === undefined && results.every(({ passed }) => passed);

const list = () => scenarios.map(({ id, title }) => `${id.padEnd(14)} ${title}`).join("\n");

/** The clusters for the drills, one after the other. */
function targets({ stack, platform, modes, settings, isProtectedAllowed }: DrillArguments) {
  if (stack !== undefined) return [() => Promise.resolve(stackCluster(stack, isProtectedAllowed))];
  return modes.map((mode) => () => {
    const synchronousMode = mode === "synchronous" ? "on" : "off";
    console.log(`Making a cluster for the drills (${platform}, ${mode}).\n`);
    return ownCluster(platform, merged(settings, { patroni: { synchronousMode } }));
  });
}

async function drillOn(
  target: Target,
  selection: Scenario[],
  { times }: DrillArguments,
): Promise<DrillReport> {
  const session = new DrillSession(target.cluster);
  const interruption = new AbortController();
  const interrupted = () => {
    // npm forwards a signal that this process has also received.
    if (interruption.signal.aborted) return;
    interruption.abort();
    console.log("Interrupted: repairing what is broken.");
    void session
      .repair()
      .catch((error: unknown) => {
        console.error(error);
      })
      .then(() => target.close())
      .finally(() => process.exit(130));
  };
  // Replaces handlers that would remove a cluster before its faults are undone.
  removeHandlers();
  for (const signal of signals) process.on(signal, interrupted);
  try {
    await session.run(selection, times);
    return session.report();
  } finally {
    // The interrupting handler also closes it.
    if (!interruption.signal.aborted) await target.close();
    removeHandlers();
  }
}

/**
 * Not the hidden handlers: with its own, tsx knows that this process ends by itself and need not be
 * killed.
 */
function removeHandlers(): void {
  for (const signal of signals) {
    for (const handler of process.listeners(signal)) process.removeListener(signal, handler);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
