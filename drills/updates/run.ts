import { spread, spreadText } from "../../measure/statistics";
import { type UpdateDrillArguments, updateDrillArguments, usage } from "./arguments";
import { updateDrillCluster } from "./environment";
import type { UpdateRound } from "./result";
import { UpdateDrillSession } from "./session";

/**
 * `npm run drill:updates`: kills updates of a cluster at random moments, and repeats them. See
 * `usage`.
 */
async function main(): Promise<void> {
  const wanted = updateDrillArguments(process.argv.slice(2));
  if (wanted === "help") {
    console.log(usage);
    return;
  }
  console.log(`Seed ${wanted.seed}, ${wanted.platform}, from round ${wanted.from}.\n`);
  const results = await drill(wanted);
  console.log(`\n${summary(results)}`);
  const hasPassed = results.length === wanted.rounds && results.every(({ passed }) => passed);
  process.exitCode = hasPassed ? 0 : 1;
}

async function drill(wanted: UpdateDrillArguments): Promise<UpdateRound[]> {
  const cluster = updateDrillCluster(wanted.platform);
  const session = new UpdateDrillSession(cluster, wanted);
  try {
    await cluster.own.begin();
    await session.begin();
    await session.run();
    return session.results;
  } finally {
    cluster.own.dispose();
  }
}

function summary(results: UpdateRound[]): string {
  const passed = results.filter((one) => one.passed).length;
  const killed = results.filter(({ wasKilled }) => wasKilled).length;
  const withService = results.filter(({ killedService }) => killedService !== undefined).length;
  const sum = (count: (one: UpdateRound) => number) =>
    results.reduce((total, one) => total + count(one), 0);
  const outages = results.map(({ outageMilliseconds }) => outageMilliseconds / 1000);
  return [
    `passed   ${passed} of ${results.length} rounds; ${killed} updates killed, ${withService} ` +
      "with a service",
    `writes   ${sum((one) => one.acknowledged)} acknowledged, ${sum((one) => one.lost)} lost`,
    `outage   ${spreadText(spread(outages))} s: minimum, median, maximum of the rounds`,
  ].join("\n");
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
