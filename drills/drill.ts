import { setTimeout as pause } from "node:timers/promises";
import type { DrillCluster } from "./cluster";
import { onMember } from "../operations/memberSql";
import { until } from "../operations/until";
import { drillDatabase } from "./database";
import type { Faults, Undo } from "./faults/faults";
import type { Load } from "./probes/load";
import type { ClusterWatch } from "./probes/clusterWatch";
import type { Expectation, Moment } from "./result";

/** A fault that is not undone yet. */
interface Harm {
  what: string;
  undo: Undo;
}

/**
 * A run of a scenario from the scenario's view: the faults that it may cause, and what it observes.
 */
export class Drill {
  readonly moments: Moment[] = [];
  readonly expectations: Expectation[] = [];
  /** Start of the fault and, if it was undone, the time of that: in milliseconds since 1970. */
  readonly times: { fault?: number; undone?: number } = {};
  private readonly harms: Harm[] = [];

  constructor(
    readonly cluster: DrillCluster,
    readonly load: Load,
    readonly watch: ClusterWatch,
  ) {}

  get faults(): Faults {
    return this.cluster.faults;
  }

  /**
   * Causes a fault that lasts until it is undone. All times are relative to the first one.
   * @returns a function that undoes it before all others
   */
  async inject(what: string, action: () => Promise<Undo>): Promise<Undo> {
    this.begin(what);
    const harm = { what, undo: await action() };
    this.harms.push(harm);
    return async () => {
      const place = this.harms.indexOf(harm);
      if (place === -1) return;
      this.harms.splice(place, 1);
      await this.repair(harm);
    };
  }

  /** Causes a fault from which the cluster recovers by itself. */
  async strike(what: string, action: () => Promise<void>): Promise<void> {
    this.begin(what);
    await action();
  }

  /**
   * Undoes all faults, the last one first. Also called at the end and when the drill is
   * interrupted.
   */
  async undo(): Promise<void> {
    for (let one = this.harms.pop(); one !== undefined; one = this.harms.pop()) {
      await this.repair(one);
    }
  }

  /** Records an observation. */
  seen(what: string): void {
    this.note("seen", what);
  }

  /** Records whether an expectation was met. */
  expect(what: string, met: boolean, seen?: string): void {
    this.expectations.push({ what, met, ...(seen === undefined ? {} : { seen }) });
  }

  /** Waits for an expectation, and records whether it was met. */
  async expectWithin(
    seconds: number,
    what: string,
    check: () => boolean | Promise<boolean>,
  ): Promise<void> {
    const begun = Date.now();
    const happened = await until(seconds, check);
    const after = `${((Date.now() - begun) / 1000).toFixed(1)} s`;
    if (happened) this.seen(what);
    this.expect(
      `${what} within ${seconds} s`,
      happened,
      happened ? `after ${after}` : `not in ${after}`,
    );
  }

  /** Waits until clients of both endpoints have written again after this moment. */
  async writesAgain(seconds: number): Promise<void> {
    const since = Date.now();
    const { haproxy, pgbouncer } = this.load.writes;
    await this.expectWithin(seconds, "clients write", () =>
      [haproxy, pgbouncer].every(({ times }) => (times.at(-1) ?? 0) > since),
    );
  }

  /** Waits until a member other than this one leads. */
  async anotherLeads(than: string, seconds: number): Promise<void> {
    await this.expectWithin(seconds, `another member than ${than} leads`, () =>
      this.watch.writable.some((member) => member !== than),
    );
  }

  /** Waits until readers have been answered again after this moment. */
  async readsAgain(seconds: number): Promise<void> {
    const since = Date.now();
    await this.expectWithin(
      seconds,
      "clients read",
      () => (this.load.reads.times.at(-1) ?? 0) > since,
    );
  }

  /** Records whether a condition holds for a period. */
  async holdsFor(seconds: number, what: string, check: () => boolean): Promise<void> {
    const begun = Date.now();
    const broken = await until(seconds, () => !check());
    const after = `not so after ${((Date.now() - begun) / 1000).toFixed(1)} s`;
    this.expect(`${what} for ${seconds} s`, !broken, broken ? after : undefined);
  }

  /** Waits, in seconds. */
  settle(seconds: number): Promise<void> {
    return pause(seconds * 1000);
  }

  /** Time of the leader's lease, in seconds. */
  get leaseSeconds(): number {
    return this.cluster.settings.patroni.ttlSeconds;
  }

  /** Runs SQL in the drills' database on a member, as the superuser. */
  onMember(member: string, sql: string): Promise<string> {
    return onMember(this.cluster.reach, member, sql, drillDatabase);
  }

  private async repair({ what, undo }: Harm): Promise<void> {
    await undo();
    this.times.undone = Date.now();
    this.note("undo", `undone: ${what}`);
  }

  private begin(what: string): void {
    this.times.fault ??= Date.now();
    this.note("fault", what);
  }

  private note(kind: Moment["kind"], what: string): void {
    this.moments.push({ at: Date.now(), kind, what });
  }
}
