import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { abandon, type Connect } from "./connect";

/** Times of answers and failures, in milliseconds since 1970. */
export interface Answers {
  times: number[];
  failures: { at: number; reason: string }[];
}

/** Pause between two statements of one client, and after a failure, in milliseconds. */
const pauses = { answered: 25, failed: 50 };

/**
 * A client that sends statements one after the other on one connection, and opens another when it
 * breaks.
 */
export class StatementLoop {
  private isOver = false;
  private client: Client | undefined;
  private readonly loop: Promise<void>;

  /** @param statement sends one statement and records how it ended */
  constructor(
    private readonly connect: Connect,
    private readonly answers: Answers,
    private readonly statement: (client: Client) => Promise<void>,
  ) {
    this.loop = this.run();
  }

  /** Ends it, even during a wait for an answer that may never come. */
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
      // Errors that result from the end of the drill are not failures.
      if (!this.isOver) this.answers.failures.push({ at: Date.now(), reason: String(error) });
      if (this.client !== undefined) abandon(this.client);
      this.client = undefined;
      return false;
    }
  }
}
