import { option, Report } from "../measure/report";
import { percentile, spread } from "../measure/statistics";
import type { StackSettings } from "../lab/cluster/testEnvironment";
import { chosen } from "./choose";
import { measureReference, type ReferenceFault } from "./reference/measure";
import { PgAutoFailover } from "./reference/pgAutoFailover";
import { ReferenceProbe } from "./reference/probe";
import { writeOutage } from "./report/figures";
import { DrillSession } from "./session";
import { ownCluster } from "./targets/ownCluster";

/** The faults for all clusters, by the scenario with the same fault. */
const faults = { "H6-killed": "postgres", "H12-killed": "node" } as const satisfies Record<
  string,
  ReferenceFault
>;

/**
 * Clusters of this program: with its defaults, and with settings that are common in handwritten
 * configurations.
 */
const clusters: { name: string; settings: StackSettings }[] = [
  { name: "this program", settings: {} },
  { name: "this program, synchronous", settings: { patroni: { synchronousMode: "on" } } },
  {
    name: "ttl 30, loop_wait 10, inter 5 s fall 3",
    settings: {
      patroni: { ttlSeconds: 30, loopWaitSeconds: 10, retryTimeoutSeconds: 10 },
      haproxy: { checkIntervalMilliseconds: 5000, checkFall: 3 },
    },
  },
];

/** Clients' view of one fault on one cluster. */
interface Finding {
  name: string;
  fault: ReferenceFault;
  /** Write outage in seconds: the longer one of the two endpoints. */
  gaps: number[];
  lost: number;
}

/**
 * `npm run drill:compare [-- --times N]`: the same two faults, under the same writers, on clusters
 * of this program and on one of pg_auto_failover. Prints distributions, and their ratios to this
 * program's defaults.
 */
async function main(): Promise<void> {
  const times = option("--times", 20);
  const findings: Finding[] = [];
  for (const { name, settings } of clusters) findings.push(...(await ours(name, settings, times)));
  findings.push(...(await reference(times)));
  const report = new Report("drill-compare");
  for (const { name, fault, gaps, lost } of findings) {
    const own = findings.find((one) => one.name === clusters[0]?.name && one.fault === fault);
    const ratio = spread(gaps).median / spread(own?.gaps ?? []).median;
    report.add({
      what:
        `${fault} killed, ${name}: writes stand still (p95 ${percentile(gaps, 95).toFixed(1)}, ` +
        `${ratio.toFixed(1)} times the first's median, ${lost} lost)`,
      unit: "s",
      values: spread(gaps),
    });
  }
  report.finish();
}

async function ours(name: string, settings: StackSettings, times: number): Promise<Finding[]> {
  console.log(`\n${name}\n`);
  const target = await ownCluster("docker", settings);
  const session = new DrillSession(target.cluster);
  try {
    await session.run(chosen(Object.keys(faults)), times);
  } finally {
    await target.close();
  }
  const { results, stopped } = session.report();
  if (stopped !== undefined) throw new Error(stopped);
  return Object.entries(faults).map(([id, fault]) => {
    const runs = results.filter((result) => result.id === id);
    return {
      name,
      fault,
      gaps: runs.map((run) => writeOutage(run) / 1000),
      lost: runs.reduce((sum, { lost }) => sum + lost, 0),
    };
  });
}

async function reference(times: number): Promise<Finding[]> {
  const name = "pg_auto_failover";
  console.log(`\n${name}\n`);
  const cluster = new PgAutoFailover();
  const interrupted = () => {
    cluster.dispose();
    process.exit(130);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    await cluster.start();
    const findings: Finding[] = [];
    for (const fault of Object.values(faults)) {
      const results = await measureReference(
        cluster,
        fault,
        times,
        (connect) => ReferenceProbe.start(connect),
        (result) => console.log(`${fault} killed: ${JSON.stringify(result)}`),
      );
      findings.push({
        name,
        fault,
        gaps: results.map(({ longestGapMilliseconds }) => longestGapMilliseconds / 1000),
        lost: results.reduce((sum, { lost }) => sum + lost, 0),
      });
    }
    return findings;
  } finally {
    cluster.dispose();
    process.removeListener("SIGINT", interrupted).removeListener("SIGTERM", interrupted);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
