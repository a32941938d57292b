import type { Random } from "../../lab/random";
import { disk, type DiskFacts, type LeaderRecord } from "./verdicts";

interface Member {
  history: [number, number][];
  /** End of its WAL. */
  end: number;
}

/**
 * A cluster's life in numbers: who has written what on which timeline, and what etcd knows of it. The
 * truth that a verdict from parts of it is judged by.
 */
export class ClusterModel {
  readonly names = ["patroni1", "patroni2", "patroni3"];
  leader = "patroni1";
  /** End of what was acknowledged. */
  acknowledged = 100;
  private readonly members = new Map<string, Member>();
  private readonly copies = new Map<string, Member>();
  private readonly timelines: Record<string, number> = { patroni1: 1 };
  private history: (string | number)[][] | null = null;
  private position = 100;
  private standbys: string[] = [];

  constructor(
    private readonly random: Random,
    private readonly mode: "off" | "on" | "quorum",
  ) {
    for (const name of this.names) this.members.set(name, { history: [], end: 100 });
    this.chooseStandbys(this.names);
  }

  /** Lets some time pass. */
  live(steps: number): void {
    for (let step = 0; step < steps; step++) {
      const write = () => this.write();
      const others = [() => this.lead(), () => this.copy(), () => this.noteInVain()];
      this.random.one([write, write, ...others])();
    }
    this.write();
  }

  /** Whether the state of a member's disk has all of another's. */
  has(name: string, end: number): boolean {
    const one = this.member(name);
    return one.end >= end && this.isOnLine(one);
  }

  member(name: string): Member {
    const found = this.members.get(name);
    if (found === undefined) throw new Error(name);
    return found;
  }

  factsOf(name: string, fate: "kept" | "lost" | "an older copy"): DiskFacts {
    if (fate === "lost") return { empty: true };
    const one = (fate === "an older copy" ? this.copies.get(name) : undefined) ?? this.member(name);
    const state = name === this.leader ? "in production" : "in archive recovery";
    return disk(one.end - 8, one.history, { state });
  }

  /** Whether an older copy of a disk can be told from the disk by what etcd knows. */
  isKnownToBeOlder(name: string): boolean {
    const copy = this.copies.get(name);
    return copy !== undefined && copy.end < this.position && this.isOnLine(copy);
  }

  record(): LeaderRecord {
    const quorum = this.mode === "quorum" ? Math.max(0, this.standbys.length - 1) : 0;
    const sync = { leader: this.leader, sync_standby: this.standbys.join(","), quorum };
    return {
      config: {
        hapg: { timelines: { ...this.timelines } },
        synchronous_mode: this.mode === "quorum" ? "quorum" : this.mode === "on",
      },
      history: this.history,
      sync: this.mode === "off" ? null : sync,
      position: this.position,
    };
  }

  private isOnLine(one: Member): boolean {
    return JSON.stringify(one.history) === JSON.stringify(this.member(this.leader).history);
  }

  private chooseStandbys(from: string[]): void {
    const others = from.filter((name) => name !== this.leader);
    this.standbys = this.mode === "quorum" ? others : this.random.shuffled(others).slice(0, 1);
  }

  /** The leader writes, and some follow. Whom a commit waits for does always. */
  private write(): void {
    const leader = this.member(this.leader);
    leader.end += 8 * Math.ceil(this.random.next() * 10);
    const followers = this.names.filter((name) => name !== this.leader && this.random.chance(0.6));
    const waitedFor =
      this.mode === "on"
        ? this.standbys
        : this.mode === "quorum"
          ? [this.random.one(this.standbys)]
          : [];
    for (const name of new Set([...followers, ...waitedFor])) {
      // What it had that the leader has not is rewound.
      this.members.set(name, { history: leader.history, end: leader.end });
    }
    this.acknowledged = leader.end;
    if (this.random.chance(0.7)) this.position = leader.end;
  }

  /** Another leads that Patroni allows to. */
  private lead(): void {
    const others = this.names.filter((name) => name !== this.leader);
    const former = this.member(this.leader);
    const able = others.filter((name) =>
      this.mode === "off" ? this.isOnLine(this.member(name)) : this.has(name, this.acknowledged),
    );
    if (able.length === 0) return;
    const name = this.random.one(able);
    const one = this.member(name);
    const timeline = (former.history.at(-1)?.[0] ?? 0) + 1;
    const history: [number, number][] = [...former.history, [timeline, one.end]];
    this.members.set(name, { history, end: one.end + 8 });
    this.timelines[name] = timeline + 1;
    this.history = history.map(([left, at], i) => [
      ...[left, at, "no recovery target specified", "a time"],
      i < history.length - 1 ? String(this.history?.[i]?.[4]) : name,
    ]);
    this.leader = name;
    this.acknowledged = one.end + 8;
    this.position = one.end + 8;
    this.chooseStandbys(this.names);
    if (this.mode !== "off") this.write();
  }

  private copy(): void {
    const name = this.random.one(this.names);
    this.copies.set(name, { ...this.member(name) });
  }

  /** A member notes that it takes a timeline, and is gone before it does. */
  private noteInVain(): void {
    const name = this.random.one(this.names.filter((one) => one !== this.leader));
    if (this.random.chance(0.2)) {
      this.timelines[name] = (this.member(this.leader).history.at(-1)?.[0] ?? 0) + 2;
    }
  }
}
