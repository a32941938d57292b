import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { paths } from "../../configs/cluster/paths";
import type { Conversation } from "../../platforms/conversation";
import type { Reach } from "../../platforms/reach";
import type { MemberState } from "../result";

/** A member's state at a moment. */
export interface MemberSample {
  /** Time of the report, in milliseconds since 1970. */
  at: number;
  /** Time of the request. */
  begun: number;
  state: MemberState;
  /** Timeline of the write that it accepted. */
  timeline?: number;
  /** Names of the standbys that stream from it. */
  streaming: string[];
}

const script = readFileSync(join(__dirname, "watch.py"), "utf8");
/** Pause between two attempts to watch a stopped member, in milliseconds. */
const retryMilliseconds = 400;

/**
 * Watches one member from its own machine, ten times a second, across its restarts: whether it
 * accepts a write, and which standbys stream from it.
 */
export class MemberWatch {
  readonly samples: MemberSample[] = [];
  private watcher: Conversation | undefined;
  private isOver = false;
  private readonly loop: Promise<void>;

  /** @param database that has the table `accepted` */
  constructor(
    readonly member: string,
    private readonly reach: Pick<Reach, "converse">,
    private readonly database: string,
  ) {
    this.loop = this.watch();
  }

  /** The member's last state; silent if it has not reported for a second. */
  get last(): MemberSample {
    const sample = this.samples.at(-1);
    const now = Date.now();
    if (sample === undefined || sample.at < now - 1000) {
      return { at: now, begun: now, state: "silent", streaming: [] };
    }
    return sample;
  }

  async stop(): Promise<void> {
    this.isOver = true;
    void this.watcher?.end();
    await this.loop;
  }

  private async watch(): Promise<void> {
    do {
      await this.watchOnce();
      await pause(retryMilliseconds);
    } while (!this.isOver);
  }

  /** Until the member stops. */
  private async watchOnce(): Promise<void> {
    const words = ["python3", "-c", script, paths.pgSocket, this.database];
    const watcher = await this.reach.converse(this.member, words);
    this.watcher = watcher;
    // The member's clock may differ from this machine's: only differences of its times count.
    let skew: number | undefined;
    for (let line = await watcher.hear(); line !== undefined; line = await watcher.hear()) {
      const [begun, answered, state, timeline, streaming] = JSON.parse(line) as [
        number,
        number,
        MemberState,
        number | null,
        string[],
      ];
      skew ??= Date.now() - answered * 1000;
      this.samples.push({
        at: answered * 1000 + skew,
        begun: begun * 1000 + skew,
        state,
        ...(timeline === null ? {} : { timeline }),
        streaming,
      });
    }
  }
}
