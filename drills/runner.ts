import { setTimeout as pause } from "node:timers/promises";
import { namesOf } from "../configs/cluster/plan";
import { until } from "../operations/until";
import { type DrillCluster, loadUrls } from "./cluster";
import { drillDatabase, emptyTables, makeDatabase, storedIds } from "./database";
import { Drill } from "./drill";
import { Load } from "./probes/load";
import { ClusterWatch } from "./probes/clusterWatch";
import type { DrillResult } from "./result";
import type { Scenario } from "./scenario";
import { verdict } from "./verdict";

/** Duration of the load before the fault and after the end, in milliseconds. */
const calm = { before: 2000, after: 1000 };
/** How long a cluster may take to become healthy, in seconds. */
const limits = { atFirst: 120, atTheEnd: 180 };

/** Runs drills on one cluster, one after the other. */
export class DrillRunner {
  private readonly watch: ClusterWatch;
  private current: Drill | undefined;

  private constructor(
    private readonly cluster: DrillCluster,
    private readonly judgesAims: boolean,
  ) {
    this.watch = new ClusterWatch(cluster, drillDatabase);
  }

  /**
   * Creates the drills' database and starts to watch the members.
   * @param leader the member that leads
   * @param judgesAims whether a drill with a too long write outage has failed
   */
  static async open(
    cluster: DrillCluster,
    leader: string,
    judgesAims: boolean,
  ): Promise<DrillRunner> {
    await makeDatabase(cluster.reach, leader);
    return new DrillRunner(cluster, judgesAims);
  }

  /**
   * Runs a scenario once.
   * @throws {Error} if the cluster is not healthy at the start
   */
  async run(scenario: Scenario, run: number): Promise<DrillResult> {
    const { cluster, watch } = this;
    const before = await this.healthyLeader(limits.atFirst);
    await emptyTables(cluster.reach, before);
    const begin = Date.now();
    const load = new Load(loadUrls(cluster), `${begin}`, {
      ca: cluster.outputs.caCertificate,
      database: drillDatabase,
    });
    const drill = new Drill(cluster, load, watch);
    this.current = drill;
    let healthyAt: number | undefined;
    try {
      // At a random moment of all check periods.
      await pause(calm.before + Math.random() * 1000 * cluster.settings.patroni.loopWaitSeconds);
      await this.carryOut(scenario, drill);
      await drill.writesAgain(limits.atTheEnd);
      if (await until(limits.atTheEnd, () => watch.isHealthy())) healthyAt = Date.now();
      await pause(calm.after);
    } finally {
      await drill.undo();
      await load.stop();
      this.current = undefined;
    }
    const end = Date.now();
    const after = healthyAt === undefined ? before : watch.leader;
    const stored = await storedIds(cluster.reach, after);
    const leader = { before, after };
    return verdict(
      scenario,
      drill,
      { run, begin, end, leader, healthyAt, stored },
      this.judgesAims,
    );
  }

  /** An error in a scenario is a failure of it. */
  private async carryOut(scenario: Scenario, drill: Drill): Promise<void> {
    try {
      await scenario.run(drill);
    } catch (error) {
      drill.expect("the drill can be carried out", false, String(error));
    }
    await drill.undo();
  }

  /** Undoes all current faults, for an interrupted drill. */
  async repair(): Promise<void> {
    await this.current?.undo();
  }

  /** Ends the watch. The caller that opened the runner drops the database. */
  async close(): Promise<void> {
    await this.watch.stop();
  }

  private async healthyLeader(seconds: number): Promise<string> {
    const { watch } = this;
    if (!(await until(seconds, () => watch.isHealthy()))) {
      const members = namesOf("patroni", this.cluster.settings);
      const states = members.map((member) => `${member} is ${watch.last(member).state}`);
      throw new Error(`The cluster is not healthy, so no drill can begin: ${states.join(", ")}.`);
    }
    return watch.leader;
  }
}
