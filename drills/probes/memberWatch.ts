import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { paths } from "../../configs/cluster/paths";
import type { Conversation } from "../../platforms/conversation";
import type { Reach } from "../../platforms/reach";
import type { MemberState } from "../result";

/** What a member was at a moment. */
export interface MemberSample {
  /** When it said so, in milliseconds since 1970. */
  at: number;
  /** When it was asked to. */
  begun: number;
  state: MemberState;
  /** Of the write that it accepted. */
  timeline?: number;
  /** Names of the standbys that stream from it. */
  streaming: string[];
}

const script = readFileSync(join(__dirname, "watch.py"), "utf8");
/** Between two attempts to watch a member that is down, in milliseconds. */
const retryMilliseconds = 400;

/**
 * Watches one member from where it runs, ten times a second, through restarts of it: whether it takes a write, and who
 * streams from it.
 */
export class MemberWatch {
  readonly samples: MemberSample[] = [];
  private watcher: Conversation | undefined;
  private isOver = false;
  private readonly loop: Promise<void>;

  /** @param database that has the table `accepted` */
  constructor(
    readonly member: string,
    private readonly way: Pick<Reach, "converse">,
    private readonly database: string,
  ) {
    this.loop = this.watch();
  }

  /** What the member was last; silent if it has said nothing for a second. */
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

  /** Until the member is down. */
  private async watchOnce(): Promise<void> {
    const words = ["python3", "-c", script, paths.pgSocket, this.database];
    const watcher = await this.way.converse(this.member, words);
    this.watcher = watcher;
    // The member's clock may be another than this machine's: only what passes on it counts.
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
