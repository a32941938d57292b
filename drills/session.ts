import { cpus, totalmem } from "node:os";
import { clusterMembers, leaderOf } from "../operations/clusterView";
import type { DrillCluster } from "./cluster";
import { dropDatabase } from "./database";
import { resultText } from "./report/resultText";
import type { DrillReport, DrillResult, Skipped } from "./result";
import { DrillRunner } from "./runner";
import type { Scenario } from "./scenario";

/** The settings that failover depends on, by path. */
function timingsOf({ settings }: DrillCluster): DrillReport["timings"] {
  const { patroni, haproxy } = settings;
  return {
    "patroni.ttlSeconds": patroni.ttlSeconds,
    "patroni.loopWaitSeconds": patroni.loopWaitSeconds,
    "patroni.retryTimeoutSeconds": patroni.retryTimeoutSeconds,
    "patroni.primaryStartTimeoutSeconds": patroni.primaryStartTimeoutSeconds,
    "patroni.failsafeMode": patroni.failsafeMode,
    "patroni.synchronousMode": patroni.synchronousMode,
    "haproxy.checkIntervalMilliseconds": haproxy.checkIntervalMilliseconds,
    "haproxy.checkFall": haproxy.checkFall,
  };
}

/** Drills on one cluster, with several runs of each scenario. Results are printed as they come. */
export class DrillSession {
  readonly results: DrillResult[] = [];
  readonly skipped: Skipped[] = [];
  private runner: DrillRunner | undefined;
  private stopped: string | undefined;

  /** @param judgesAims whether a drill with a too long write outage has failed */
  constructor(
    private readonly cluster: DrillCluster,
    private readonly judgesAims = true,
  ) {}

  /** Runs all of them, or stops when the cluster does not recover from one. */
  async run(scenarios: Scenario[], times: number): Promise<void> {
    try {
      await this.runAll(scenarios, times);
    } catch (error) {
      this.stopped = error instanceof Error ? error.message : String(error);
    }
  }

  /** Undoes all current faults, for interrupted drills. */
  async repair(): Promise<void> {
    await this.runner?.repair();
    await this.cluster.faults.repair();
  }

  /** The complete result. */
  report(): DrillReport {
    const { settings } = this.cluster;
    return {
      cluster: settings.clusterName,
      platform: settings.platform,
      machine: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
      timings: timingsOf(this.cluster),
      results: this.results,
      skipped: this.skipped,
      stopped: this.stopped,
    };
  }

  private async runAll(scenarios: Scenario[], times: number): Promise<void> {
    const { cluster } = this;
    await cluster.faults.repair();
    const leader = await this.leader();
    this.runner = await DrillRunner.open(cluster, leader, this.judgesAims);
    try {
      for (const scenario of scenarios) {
        const why = scenario.obstacle?.(cluster);
        if (why !== undefined) this.skipped.push({ id: scenario.id, title: scenario.title, why });
        else await this.repeat(this.runner, scenario, times);
      }
    } finally {
      await this.runner.close();
    }
    await dropDatabase(cluster.reach, await this.leader());
  }

  private async repeat(runner: DrillRunner, scenario: Scenario, times: number): Promise<void> {
    for (let run = 1; run <= times; run++) {
      const result = await runner.run(scenario, run);
      this.results.push(result);
      console.log(`${resultText(result)}\n`);
    }
  }

  private async leader(): Promise<string> {
    const leader = leaderOf(await clusterMembers(this.cluster.outputs));
    if (leader === undefined) throw new Error("nobody leads: look at `npm run status`");
    return leader.name;
  }
}
