import assert from "node:assert/strict";
import type { ConnectionStrings } from "../../configs/cluster/connectionStrings";
import { parseSettings } from "../../configs/settings/parse";
import type { Settings } from "../../configs/settings/schema";
import { type ClusterMember, clusterMembers, leaderOf } from "../../operations/clusterView";
import { type CommandResult, E2eStack, type StartedCommand } from "../e2eStack";
import type { Outputs } from "../stackOutputs";
import { keptFolder } from "../kept";
import { query } from "../writer";
import type { TestEnvironment, StackSettings } from "./testEnvironment";
import { merged } from "./merged";
import { untilStreaming } from "./streaming";

/** A cluster of three members with its own stack, on any platform. */
export class ClusterUnderTest<Kind extends TestEnvironment = TestEnvironment> {
  /** Its members, unless a test changes their number. */
  readonly memberNames = ["patroni1", "patroni2", "patroni3"];
  /** Whether an earlier run has kept it, so that it is not new. */
  isAdopted = false;
  private readonly kept: string | undefined;
  private begun: { stack: E2eStack; settings: StackSettings } | undefined;
  private known: Outputs | undefined;
  private readonly interrupted = () => {
    this.remove();
    process.exit(130);
  };

  /**
   * @param name of the stack and of the cluster
   * @param settings of the first stack file; called once the environment is prepared
   */
  constructor(
    readonly name: string,
    readonly environment: Kind,
    private readonly settings: () => StackSettings,
  ) {
    this.kept = keptFolder(name);
  }

  /**
   * Prepares the environment and creates the stack; an interrupted test removes both. With
   * HAPG_TEST_REUSE a kept cluster is used as it is.
   */
  async begin(): Promise<void> {
    process.once("SIGINT", this.interrupted).once("SIGTERM", this.interrupted);
    const stack = new E2eStack(this.name, this.kept);
    const kept = stack.adopt();
    if (kept !== undefined && (await this.environment.adopt())) {
      this.begun = { stack, settings: kept };
      this.isAdopted = true;
      return;
    }
    await this.environment.prepare();
    this.begun = { stack, settings: {} };
    await stack.init();
    this.change({ clusterName: this.name, ...this.settings() });
  }

  /**
   * Removes the cluster with its data and everything that the test created, or keeps all that for
   * another run.
   */
  dispose(): void {
    process.removeListener("SIGINT", this.interrupted).removeListener("SIGTERM", this.interrupted);
    this.remove();
  }

  /** The stack. */
  get stack(): E2eStack {
    return this.current.stack;
  }

  /** The settings in the stack file, as they are written there. */
  get stackSettings(): StackSettings {
    return this.current.settings;
  }

  /** The settings in the stack file, as the program reads them. */
  get parsedSettings(): Settings {
    // An undefined setting is not in the stack file.
    return parseSettings(JSON.parse(JSON.stringify(this.current.settings)));
  }

  /** Loses the stack's state. The cluster continues to run. */
  async loseState(): Promise<void> {
    await this.stack.loseState();
    this.known = undefined;
    this.change({});
  }

  /** Another stack with the same settings and no state. The caller disposes of it. */
  async secondStack(name: string): Promise<E2eStack> {
    const second = new E2eStack(name);
    await second.init();
    second.configure(this.current.settings);
    return second;
  }

  /** Changes settings in the stack file; others stay. */
  change(changes: StackSettings): void {
    const { stack, settings } = this.current;
    this.current.settings = merged(settings, changes);
    stack.configure(this.current.settings);
  }

  /** Runs an action while settings are changed. */
  async whileChanged<T>(changes: StackSettings, action: () => Promise<T>): Promise<T> {
    const { settings } = this.current;
    this.change(changes);
    try {
      return await action();
    } finally {
      this.current.settings = settings;
      this.stack.configure(settings);
    }
  }

  /** A table with one row, which contains a greeting. */
  async greet(): Promise<void> {
    const { write } = await this.strings();
    await query(write, "CREATE TABLE IF NOT EXISTS greeting (word text)");
    await query(write, "TRUNCATE greeting");
    await query(write, "INSERT INTO greeting VALUES ('hello')");
  }

  /** An update that must succeed. */
  async up(...more: string[]): Promise<CommandResult> {
    const result = await this.stack.succeed("up", "--yes", "--skip-preview", ...more);
    this.known = undefined;
    return result;
  }

  /** Starts an update, which may end in any way. */
  startUp(): StartedCommand {
    this.known = undefined;
    return this.stack.start("up", "--yes", "--skip-preview");
  }

  /**
   * An update that must fail.
   * @param environment in addition to the stack's own
   * @returns its output
   */
  async refusedUp(environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const words = ["up", "--yes", "--skip-preview"];
    const { code, output } = await this.stack.pulumiWith(environment, ...words);
    assert.notEqual(code, 0, output);
    return output;
  }

  /** The stack's outputs after the last update. */
  async outputs(): Promise<Outputs> {
    this.known ??= await this.stack.outputs();
    return this.known;
  }

  /** The connection strings of the database `app`. */
  async strings(): Promise<ConnectionStrings> {
    const { connectionStrings } = await this.outputs();
    const { app } = connectionStrings;
    if (app === undefined) throw new Error("no connection strings for app");
    return app;
  }

  /** The members as the leader reports them. */
  async members(): Promise<ClusterMember[]> {
    return clusterMembers(await this.outputs());
  }

  /** Name of the leader. */
  async leader(): Promise<string> {
    const all = await this.members();
    const found = leaderOf(all);
    if (found === undefined) throw new Error(`nobody leads: ${JSON.stringify(all)}`);
    return found.name;
  }

  /** Waits until one member leads and all others stream. */
  async untilStreaming(seconds = 90, members = 3): Promise<void> {
    await untilStreaming(await this.outputs(), members, seconds);
  }

  private get current() {
    if (this.begun === undefined) throw new Error("the test has not begun");
    return this.begun;
  }

  private remove(): void {
    this.begun?.stack.dispose();
    this.environment.dispose({ isKept: this.kept !== undefined });
  }
}
