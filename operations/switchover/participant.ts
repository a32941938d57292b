import type { Conversation } from "../../platforms/conversation";
import type { Reach } from "../../platforms/reach";

/** A command in a service that performs its part of a switchover on request. */
export class Participant {
  private constructor(
    readonly service: string,
    private readonly conversation: Conversation,
  ) {}

  /**
   * Starts a command and waits for its line `ready`: its start takes longer than its work.
   * @throws {Error} with the service and the last output of the command otherwise
   */
  static async start(reach: Reach, service: string, words: string[]): Promise<Participant> {
    const one = new Participant(service, await reach.converse(service, words));
    await one.hear("ready");
    return one;
  }

  /** Sends it a line. */
  say(line: string): void {
    this.conversation.say(line);
  }

  /**
   * Waits for its next line.
   * @throws {Error} if the line differs, or the command ends
   */
  async hear(expected: string): Promise<void> {
    const line = await this.conversation.hear();
    if (line === expected) return;
    const { output } = await this.conversation.end();
    const reason = output.trim().split("\n").at(-1)?.replace(`${this.service}: `, "");
    throw new Error(`${this.service}: ${reason || "ended without a word"}`);
  }

  /** Closes its input and waits for its end. */
  async end(): Promise<void> {
    await this.conversation.end();
  }
}
