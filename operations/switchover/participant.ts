import type { Conversation } from "../../platforms/conversation";
import type { Reach } from "../../platforms/reach";

/** A command in a service that does its part in a switchover when it is told to. */
export class Participant {
  private constructor(
    readonly service: string,
    private readonly conversation: Conversation,
  ) {}

  /**
   * Starts a command and waits until it says `ready`: to start it takes longer than what it does.
   * @throws {Error} with the service and what the command printed last instead
   */
  static async start(reach: Reach, service: string, words: string[]): Promise<Participant> {
    const one = new Participant(service, await reach.converse(service, words));
    await one.hear("ready");
    return one;
  }

  /** Tells it something. */
  say(line: string): void {
    this.conversation.say(line);
  }

  /**
   * Waits until it says something.
   * @throws {Error} if it says something else, or ends
   */
  async hear(expected: string): Promise<void> {
    const line = await this.conversation.hear();
    if (line === expected) return;
    const { output } = await this.conversation.end();
    const reason = output.trim().split("\n").at(-1)?.replace(`${this.service}: `, "");
    throw new Error(`${this.service}: ${reason || "ended without a word"}`);
  }

  /** Lets it end, and waits for that. */
  async end(): Promise<void> {
    await this.conversation.end();
  }
}
