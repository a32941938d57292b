import { setTimeout as pause } from "node:timers/promises";
import { paths } from "../configs/cluster/paths";
import { leaderRequests } from "../programs/programs";
import type { Conversation } from "./conversation";
import type { Reach } from "./reach";

/** The present and the next leader. */
export interface LeaderChange {
  from: string;
  to: string;
}

/**
 * Lets another member lead while the pool's clients wait.
 * @returns how long they waited, in words
 * @throws {Error} with the reason if it cannot
 */
export type ChangeLeader = (reach: Reach, change: LeaderChange) => Promise<string>;

/** The pause before a member is tried again that does not run, or was replaced, in seconds. */
const retrySeconds = 1;

/** How long conversations may take to end, in seconds. */
const endSeconds = 10;

/**
 * Changes of the leader during an update. Programs in the members know when one is due. They ask
 * this process for it, because it reaches the pools and routers, and members do not. Without an
 * answer they act alone, and the pool's clients are not held. If this process ends, no pool stays
 * paused: their part ends with its input.
 */
export class LeaderChanges {
  private readonly conversations = new Map<string, Conversation>();
  private isOver = false;

  /**
   * Listens to members until {@link end}, which must be called if this process is to go on.
   * @param change is called for one request at a time
   */
  constructor(
    private readonly reach: Reach,
    private readonly change: ChangeLeader,
    members: string[],
  ) {
    for (const member of members) void this.listenTo(member);
  }

  /** Ends all conversations and closes the connections. */
  async end(): Promise<void> {
    this.isOver = true;
    const all = Promise.all([...this.conversations.values()].map((one) => one.end()));
    await Promise.race([all, pause(endSeconds * 1000, undefined, { ref: false })]);
    await this.reach.close();
  }

  /** A member that is replaced ends its conversation. */
  private async listenTo(member: string): Promise<void> {
    const words = ["python3", "-c", leaderRequests, paths.leaderRequests];
    while (!this.isOver) {
      try {
        const conversation = await this.reach.converse(member, words);
        conversation.leaveInBackground();
        this.conversations.set(member, conversation);
        if ((await conversation.hear()) === "ready") await this.answer(conversation);
        await conversation.end();
      } catch {
        // Its host does not answer.
      }
      await pause(retrySeconds * 1000, undefined, { ref: false });
    }
  }

  private async answer(conversation: Conversation): Promise<void> {
    for (;;) {
      const line = await conversation.hear();
      if (line === undefined) return;
      const [from = "", to = ""] = line.split(" ");
      conversation.say(await this.answerTo({ from, to }));
    }
  }

  private async answerTo(change: LeaderChange): Promise<string> {
    try {
      return `done ${await this.change(this.reach, change)}`;
    } catch (error) {
      return `failed ${(error as Error).message.replaceAll("\n", " ")}`;
    }
  }
}
