import { join } from "node:path";
import { execaSync } from "execa";
import { until } from "../../operations/until";
import { run, succeed } from "../../platforms/command";
import { eventually } from "../../lab/writer";

const root = join(__dirname, "..", "..");

/**
 * Settings of the reference cluster. Clusters that run at the same time must differ in all of them.
 */
export interface ReferenceOptions {
  /** Prefix of all its names on the Engine. Default: `hapg-reference`. */
  prefix?: string;
  /** Port of the first node on 127.0.0.1; the next one has the next port. Default: 29432. */
  firstPort?: number;
  /**
   * Network of the monitor, which has .10, and of the nodes, .11, .12, …; a /24. Default:
   * 10.213.94.0/24.
   */
  subnet?: string;
}

/**
 * A cluster of pg_auto_failover in containers, for a comparison of the failure drills. It has a
 * monitor and the default number of nodes of this program, set up as in its tutorial: self-signed
 * certificates, no passwords, clients of the network admitted. Everything else is its default:
 * synchronous replication to any one standby, 20 s until it gives up a silent primary
 * (`pgautofailover.node_considered_unhealthy_timeout`) and another 30 s until the successor accepts
 * writes (`pgautofailover.primary_demote_timeout`).
 *
 * Every container represents a machine: it keeps its address and its data when it dies and returns,
 * resolves the others' names in /etc/hosts, and loses /tmp and /run.
 */
export class PgAutoFailover {
  /** Names of the nodes. The start of the nodes determines the primary. */
  readonly nodes = ["node1", "node2", "node3"];
  private readonly prefix: string;
  private readonly firstPort: number;
  private readonly subnet: string;

  constructor({
    prefix = "hapg-reference",
    firstPort = 29432,
    subnet = "10.213.94.0/24",
  }: ReferenceOptions = {}) {
    this.prefix = prefix;
    this.firstPort = firstPort;
    this.subnet = subnet;
  }

  /**
   * Builds the image if it does not exist, starts the monitor and the nodes, and waits until the
   * cluster is healthy. Removes what an earlier run of the same name has left.
   *
   * @throws {Error} if the Engine fails, or the cluster is not healthy after five minutes
   */
  async start(): Promise<void> {
    this.dispose();
    const file = join(root, "drills", "reference", "Dockerfile");
    const build = ["build", "--quiet", "--file", file, "--tag", this.prefix];
    await succeed(["docker", ...build, join(root, "images")]);
    await succeed(["docker", "network", "create", "--subnet", this.subnet, this.prefix]);
    await this.launch("monitor", [], ["pg_autoctl", "create", "monitor", ...access, "--run"]);
    for (const [index, node] of this.nodes.entries()) {
      const options = [
        ...["--publish", `127.0.0.1:${this.firstPort + index}:5432`],
        ...["--env", "PGUSER=app", "--env", "PGDATABASE=app"],
        ...["--env", "PG_AUTOCTL_MONITOR=postgresql://autoctl_node@monitor/pg_auto_failover"],
      ];
      const create = ["pg_autoctl", "create", "postgres", "--name", node];
      await this.launch(node, options, [...create, ...access, "--pg-hba-lan", "--run"]);
    }
    await eventually(300, async () => {
      // A new standby's copy of the primary would wait for the next checkpoint, for minutes.
      await this.execute(await this.primary(), ...psql("app", "CHECKPOINT"));
      if (!(await this.isHealthy())) throw new Error(await this.state());
    });
  }

  /**
   * One URL for libpq per node, in the order of {@link nodes}. Their user is a superuser and has no
   * password.
   */
  memberUrls(): string[] {
    return this.nodes.map(
      (_, index) => `postgresql://app@127.0.0.1:${this.firstPort + index}/app?sslmode=require`,
    );
  }

  /**
   * The node that the monitor has assigned as primary, alive or not.
   * @throws {Error} if there is none at the moment
   */
  async primary(): Promise<string> {
    return this.execute(
      "monitor",
      ...psql("pg_auto_failover", "SELECT primary_name FROM pgautofailover.get_primary()"),
    );
  }

  /** Kills a node's postmaster with SIGKILL. pg_autoctl, which supervises it, stays. */
  async killPostgres(node: string): Promise<void> {
    await this.execute(node, "sh", "-c", 'kill -KILL "$(head -n 1 "$PGDATA/postmaster.pid")"');
  }

  /** Kills everything that runs on a node at once, as if its machine had lost its power. */
  async killNode(node: string): Promise<void> {
    await succeed(["docker", "kill", this.containerOf(node)]);
  }

  /** Starts a node that was killed, with its data and under its address. */
  async restore(node: string): Promise<void> {
    await succeed(["docker", "start", this.containerOf(node)]);
  }

  /**
   * Waits until one node is the primary, all others are secondaries that stream from it, and the
   * monitor reports all of them healthy.
   *
   * @throws {Error} with the monitor's view after the timeout
   */
  async untilHealthy(seconds: number): Promise<void> {
    // Not more often: every check uses processor time that the nodes need.
    if (await until(seconds, () => this.isHealthy(), 500)) return;
    throw new Error(`Not healthy yet:\n${await this.state()}`);
  }

  /** Removes containers, data and network. The image stays. Does not throw. */
  dispose(): void {
    const containers = ["monitor", ...this.nodes].map((machine) => this.containerOf(machine));
    execaSync("docker", ["rm", "--force", "--volumes", ...containers], { reject: false });
    execaSync("docker", ["network", "rm", this.prefix], { reject: false });
  }

  private async isHealthy(): Promise<boolean> {
    const secondaries = this.nodes.slice(1).map(() => "secondary");
    const settled = await this.answer("monitor", psql("pg_auto_failover", settledStates));
    if (settled !== ["primary", ...secondaries].join(" ")) return false;
    // The monitor does not notice a PostgreSQL that restarted immediately, so the primary is asked
    // too.
    const streaming = await this.answer(await this.primary(), psql("app", streamingStandbys));
    return streaming === String(secondaries.length);
  }

  /** The monitor's view of each node, as a table. */
  private state(): Promise<string> {
    return this.answer("monitor", ["pg_autoctl", "show", "state"]);
  }

  /** A command's output, even if it fails. */
  private async answer(machine: string, command: string[]): Promise<string> {
    const { output } = await run(["docker", "exec", this.containerOf(machine), ...command]);
    return output.trim();
  }

  private execute(machine: string, ...command: string[]): Promise<string> {
    return succeed(["docker", "exec", this.containerOf(machine), ...command]);
  }

  private async launch(machine: string, options: string[], command: string[]): Promise<void> {
    const machines = ["monitor", ...this.nodes];
    await succeed([
      "docker",
      // As on a machine, process 1 is not pg_autoctl.
      ...["run", "--detach", "--init", "--name", this.containerOf(machine), "--hostname", machine],
      ...["--network", this.prefix, "--ip", this.addressOf(machine)],
      ...machines.flatMap((other) => ["--add-host", `${other}:${this.addressOf(other)}`]),
      ...["--tmpfs", "/tmp", "--tmpfs", "/run/postgresql", "--volume", "/var/lib/postgresql"],
      ...options,
      this.prefix,
      ...command,
    ]);
  }

  private addressOf(machine: string): string {
    const number = 10 + ["monitor", ...this.nodes].indexOf(machine);
    return this.subnet.replace(/0\/24$/, String(number));
  }

  private containerOf(machine: string): string {
    return `${this.prefix}-${machine}`;
  }
}

/** Neither has a default: `pg_autoctl create` requires both. These are the tutorial's values. */
const access = ["--auth", "trust", "--ssl-self-signed"];

/** States of nodes that are healthy and in the state that the monitor assigned. */
const settledStates =
  "SELECT string_agg(reportedstate::text, ' ' ORDER BY reportedstate::text) FROM pgautofailover.node" +
  " WHERE goalstate = reportedstate AND health = 1";

const streamingStandbys = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'";

const psql = (database: string, sql: string) =>
  ["psql", "--no-psqlrc", "--tuples-only", "--no-align"].concat("--dbname", database, "-c", sql);
