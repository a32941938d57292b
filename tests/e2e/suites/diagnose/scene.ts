import { paths } from "../../../../configs/cluster/paths";
import type { ConnectionStrings } from "../../../../configs/cluster/connectionStrings";
import { patroniPrefix } from "../../../../configs/etcd/access";
import type { DrillCluster } from "../../../../drills/cluster";
import type { TestEnvironment } from "../../../../lab/cluster/testEnvironment";
import { eventually } from "../../../../lab/writer";
import { lookAt } from "../../../../operations/look/look";
import { isPrimary } from "../../../../operations/look/symptoms";

/** A healthy cluster of three in which something is about to go wrong. */
export class Scene {
  primary = "";
  /** One of the standbys. */
  standby = "";

  constructor(
    readonly cluster: DrillCluster,
    readonly environment: TestEnvironment,
    readonly strings: ConnectionStrings,
    /** Connection strings straight to each member, in order. */
    private readonly direct: string[],
  ) {}

  readonly members = ["patroni1", "patroni2", "patroni3"];
  readonly etcds = ["etcd1", "etcd2", "etcd3"];

  get faults() {
    return this.cluster.faults;
  }

  /** Connection string straight to the primary. */
  get toPrimary(): string {
    return this.direct[this.members.indexOf(this.primary)] ?? "";
  }

  /** The data directory of every member. */
  get data(): string {
    return paths.pgData(this.cluster.settings.postgres.version);
  }

  /** Finds out who leads. */
  async refresh(): Promise<void> {
    const { settings, reach } = this.cluster;
    const { members } = await lookAt(settings, reach);
    this.primary = members.find(isPrimary)?.name ?? "";
    this.standby = this.members.findLast((name) => name !== this.primary) ?? "";
  }

  /** Runs a shell script in a service, as its user. @throws {Error} with what it prints if it fails */
  async inside(service: string, script: string): Promise<string> {
    const { status, output } = await this.cluster.reach.execute(service, ["sh", "-euc", script]);
    if (status !== 0) throw new Error(`${service}: ${script}: ${output.trim()}`);
    return output.trim();
  }

  /** Runs statements on a member as the superuser, each in a transaction of its own. */
  async sql(member: string, ...statements: string[]): Promise<string> {
    const { status, output } = await this.cluster.reach.execute(member, [
      ...["psql", "-XqAtw", "-v", "ON_ERROR_STOP=1", "-h", paths.pgSocket, "-d", "postgres"],
      ...statements.flatMap((statement) => ["-c", statement]),
    ]);
    if (status !== 0) throw new Error(`${member}: ${output.trim()}`);
    return output.trim();
  }

  /** Sets parameters of a member by ALTER SYSTEM, and reloads. @returns what takes them back */
  async parameters(member: string, values: Record<string, string>): Promise<() => Promise<void>> {
    const names = Object.keys(values);
    const set = Object.entries(values).map(
      ([name, value]) => `ALTER SYSTEM SET ${name} = ${value}`,
    );
    await this.sql(member, ...set, "SELECT pg_reload_conf()");
    return async () => {
      const reset = names.map((name) => `ALTER SYSTEM RESET ${name}`);
      await eventually(30, () => this.sql(member, ...reset, "SELECT pg_reload_conf()"));
    };
  }

  /** Runs patronictl in a member. */
  patronictl(member: string, ...words: string[]): Promise<string> {
    return this.inside(member, `patronictl -c ${paths.patroniYml} ${words.join(" ")}`);
  }

  /** A shell script that stops PostgreSQL, once Patroni does not start it again. */
  get stopPostgres(): string {
    const bin = paths.pgBin(this.cluster.settings.postgres.version);
    return `${bin}/pg_ctl stop -s -D ${this.data} -m fast`;
  }

  /** Stops PostgreSQL of a member, runs a script, and starts the member's service anew. */
  async withoutPostgres(member: string, script: string): Promise<void> {
    await this.faults.freezePatroni(member);
    await this.inside(member, `${this.stopPostgres}\n${script}`);
    await this.faults.killProcess(member);
  }

  /** Patroni's key with the system identifier. */
  get initialize(): string {
    return `${this.prefix}initialize`;
  }

  /** Patroni's key with the leader's name. */
  get leaderKey(): string {
    return `${this.prefix}leader`;
  }

  /** Runs etcdctl as etcd's operator. */
  etcdctl(...words: string[]): Promise<string> {
    return this.inside("etcd1", [paths.etcdCtl, ...words].join(" "));
  }

  private get prefix(): string {
    const { clusterName, patroni } = this.cluster.settings;
    return patroniPrefix({ clusterName, namespace: patroni.namespace });
  }
}
