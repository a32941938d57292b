import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { abandon, type Connect } from "./connect";

/** When clients were answered and when they failed, in milliseconds since 1970. */
export interface Answers {
  times: number[];
  failures: { at: number; reason: string }[];
}

/** Pause between two statements of one client, and after a failure, in milliseconds. */
const pauses = { answered: 25, failed: 50 };

/** A client that sends statements one after the other on one connection, and opens another when that breaks. */
export class StatementLoop {
  private isOver = false;
  private client: Client | undefined;
  private readonly loop: Promise<void>;

  /** @param statement sends one statement; how it ended is its own to note */
  constructor(
    private readonly connect: Connect,
    private readonly answers: Answers,
    private readonly statement: (client: Client) => Promise<void>,
  ) {
    this.loop = this.run();
  }

  /** Ends it, also if it waits for an answer that may never come. */
  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.race([this.loop, pause(2000)]);
    if (this.client !== undefined) abandon(this.client);
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.isOver) {
      const worked = await this.once();
      await pause(worked ? pauses.answered : pauses.failed);
    }
  }

  private async once(): Promise<boolean> {
    try {
      this.client ??= await this.connect();
      await this.statement(this.client);
      this.answers.times.push(Date.now());
      return true;
    } catch (error) {
      // What a client is told because the drill is over is no failure.
      if (!this.isOver) this.answers.failures.push({ at: Date.now(), reason: String(error) });
      if (this.client !== undefined) abandon(this.client);
      this.client = undefined;
      return false;
    }
  }
}
