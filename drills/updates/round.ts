import { setTimeout as pause } from "node:timers/promises";
import { namesOf } from "../../configs/cluster/plan";
import type { ClusterUnderTest } from "../../lab/cluster/clusterUnderTest";
import type { CommandResult } from "../../lab/e2eStack";
import { keptIn } from "../../lab/exportedState";
import { untilHealthy } from "../../operations/healthy";
import { until } from "../../operations/until";
import { type DrillCluster, loadUrls } from "../cluster";
import { drillDatabase, makeDatabase, storedIds } from "../database";
import type { Undo } from "../faults/faults";
import { compareStored, outage, takenByFormerLeaders } from "../findings";
import { Load } from "../probes/load";
import { allEffects } from "./effects/allEffects";
import { differences, type Effect } from "./effects/effect";
import type { RoundPlan } from "./plan";
import type { UpdateRound } from "./result";

/** Timeouts in seconds. */
const limits = { up: 400, healthy: 120, effects: 45, writes: 30 };
/** How long a killed service stays away, in seconds. */
const away = { before: 3, during: 8 };

/** Opens the access to the cluster as its stack file describes it now. */
export type Open = () => Promise<DrillCluster>;

/** Runs one round of the update drill on a healthy cluster. */
export class UpdateRoundRun {
  private readonly problems: string[] = [];
  private readonly ups: UpdateRound["ups"] = [];
  private undo: Undo | undefined;
  private endRest: (() => void) | undefined;

  constructor(
    private readonly own: ClusterUnderTest,
    private readonly open: Open,
    private readonly seed: number,
    private readonly plan: RoundPlan,
  ) {}

  /** @throws {Error} if the cluster is unreachable, so that nothing can be judged */
  async run(): Promise<UpdateRound> {
    const { own, plan, seed } = this;
    const before = await this.open();
    const begin = Date.now();
    let load: Load | undefined;
    try {
      await makeDatabase(before.reach, await own.leader());
      const { caCertificate: ca } = before.outputs;
      load = new Load(loadUrls(before), String(begin), { ca, database: drillDatabase });
      await pause(1000);
      own.change(plan.changes);
      const started = Date.now();
      const { wasKilled, killedService } = await this.killedUp(before);
      await this.finish();
      const { isHealthy, primary } = await this.judge(load);
      await load.stop();
      const after = own.parsedSettings.patroni.synchronousMode !== "off";
      const isSynchronous = before.settings.patroni.synchronousMode !== "off" && after;
      const writes = this.judgeWrites(
        load,
        await storedIds(before.reach, primary),
        // Without it a killed member may lose writes that no standby has.
        isSynchronous || killedService === undefined,
      );
      const answers = [load.writes.haproxy, load.writes.pgbouncer];
      const outages = answers.map((one) => outage(one, started, Date.now()).longest);
      return {
        ...plan,
        seed,
        platform: before.settings.platform,
        startedAt: new Date(begin).toISOString(),
        isSynchronous,
        wasKilled,
        killedService,
        ups: this.ups,
        ...writes,
        outageMilliseconds: Math.max(...outages),
        isHealthy,
        problems: this.problems,
        passed: this.problems.length === 0,
      };
    } finally {
      await load?.stop();
      this.endRest?.();
      await this.back();
      await before.reach.close();
    }
  }

  /** The first `up`, which is killed. */
  private async killedUp(
    cluster: DrillCluster,
  ): Promise<Pick<UpdateRound, "wasKilled" | "killedService">> {
    const { kill, memberKill } = this.plan;
    const first = this.own.startUp();
    const ended = await Promise.race([first.result, pause(1000 * kill.afterSeconds)]);
    if (ended !== undefined) {
      this.note(ended);
      if (ended.code !== 0) this.problems.push(`up fails: ${lastLines(ended.output)}`);
      return { wasKilled: false, killedService: undefined };
    }
    const victim =
      memberKill === undefined ? undefined : await this.victim(cluster, memberKill.who);
    const struck = victim === undefined ? undefined : this.strike(cluster, victim);
    this.endRest = first.kill(kill.scope);
    this.undo = await struck;
    await first.result;
    await this.own.stack.unlock();
    return { wasKilled: true, killedService: this.undo === undefined ? undefined : victim };
  }

  private async victim(
    { settings }: DrillCluster,
    who: "primary" | "standby" | "etcd",
  ): Promise<string> {
    const [first = ""] = namesOf("etcd", settings);
    if (who === "etcd") return first;
    const members = await this.own.members().catch(() => []);
    const isPrimary = ({ role }: { role: string }) => role === "leader";
    const found = members.find((one) => isPrimary(one) === (who === "primary"));
    return found?.name ?? "patroni1";
  }

  /** Kills a service. @returns undefined if it did not run, because the update was replacing it */
  private async strike({ faults }: DrillCluster, service: string): Promise<Undo | undefined> {
    const kill = service.startsWith("etcd") ? faults.kill(service) : faults.killMachine(service);
    return kill.catch(() => undefined);
  }

  private async back(): Promise<void> {
    const { undo } = this;
    this.undo = undefined;
    // It fails if the update has removed the service: then `up` must restore it.
    await undo?.().catch(() => undefined);
  }

  /** The next `up`, which must succeed; if a service was down meanwhile, the one after it. */
  private async finish(): Promise<void> {
    if (this.undo !== undefined && this.plan.memberKill?.returns === "before") {
      await pause(1000 * away.before);
      await this.back();
    }
    const wasAway = this.undo !== undefined;
    const returned = wasAway ? pause(1000 * away.during).then(() => this.back()) : undefined;
    const first = await this.up();
    await returned;
    if (first.code === 0) return;
    if (!wasAway) this.problems.push(`up fails: ${lastLines(first.output)}`);
    const second = await this.up();
    if (second.code !== 0) this.problems.push(`up fails again: ${lastLines(second.output)}`);
  }

  private async up(): Promise<CommandResult> {
    const started = this.own.startUp();
    const ended = await Promise.race([started.result, pause(1000 * limits.up)]);
    if (ended === undefined) {
      started.kill("everything");
      this.problems.push(`up does not end in ${limits.up} s`);
    }
    const result = ended ?? (await started.result);
    if (ended === undefined) await this.own.stack.unlock();
    this.note(result);
    return result;
  }

  private note({ code, seconds }: CommandResult): void {
    this.ups.push({ code, seconds });
  }

  /** The expectations after the updates. */
  private async judge(load: Load): Promise<{ isHealthy: boolean; primary: string }> {
    const { own, problems } = this;
    const after = await this.open();
    try {
      const run = (...words: string[]) => ["hapg", ...words].join(" ");
      const left = await untilHealthy(after.settings, after.reach, run, limits.healthy);
      problems.push(...left.map(({ subject, evidence }) => `${subject}: ${evidence}`));
      const allStream = await own
        .untilStreaming(limits.healthy, after.settings.postgres.members)
        .then(
          () => true,
          (error: unknown) => {
            problems.push(`not healthy: ${String(error)}`);
            return false;
          },
        );
      const since = Date.now();
      const { haproxy, pgbouncer } = load.writes;
      const writesAgain = () =>
        [haproxy, pgbouncer].every(({ times }) => (times.at(-1) ?? 0) > since);
      if (!(await until(limits.writes, writesAgain))) problems.push("clients do not write again");
      const primary = await own.leader();
      if (allStream && left.length === 0) await this.judgeSettings(after, primary);
      return { isHealthy: allStream && left.length === 0, primary };
    } finally {
      await after.reach.close();
    }
  }

  private async judgeSettings(after: DrillCluster, primary: string): Promise<void> {
    const { own, problems } = this;
    const kept = keptIn(await own.stack.resources());
    const outputs = await own.outputs();
    let effects: Effect[] = [];
    let failure: Error | undefined;
    // Patroni applies settings once per loop, and standbys reconnect after that.
    const areInEffect = async () => {
      try {
        effects = await allEffects(after, { outputs, kept, primary });
        failure = undefined;
      } catch (error) {
        failure = error as Error;
        return false;
      }
      return differences(effects).length === 0;
    };
    await until(limits.effects, areInEffect, 1000);
    problems.push(...differences(effects));
    if (failure !== undefined) problems.push(`settings cannot be read: ${failure.message}`);
    const preview = await own.stack.pulumi("preview", "--diff", "--expect-no-changes");
    if (preview.code !== 0) problems.push(`a preview has changes: ${lastLines(preview.output)}`);
  }

  private judgeWrites(
    { acknowledged: all }: Load,
    stored: Map<string, number>,
    mustKeepAll: boolean,
  ): Pick<UpdateRound, "acknowledged" | "lost" | "duplicated"> {
    const { lost, duplicated } = compareStored(all, stored);
    if (mustKeepAll && lost.length > 0) this.problems.push(`${lost.length} writes lost`);
    if (duplicated.length > 0) this.problems.push(`${duplicated.length} writes stored twice`);
    const byFormer = takenByFormerLeaders(all);
    if (byFormer > 0) this.problems.push(`${byFormer} writes acknowledged by a former leader`);
    if (all.length < 100) this.problems.push(`only ${all.length} writes acknowledged`);
    const counts = { lost: lost.length, duplicated: duplicated.length };
    return { acknowledged: all.length, ...counts };
  }
}

/** The end of a command's output. */
const lastLines = (output: string) =>
  output
    .trim()
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-40)
    .join("\n          ");
