import * as pulumi from "@pulumi/pulumi";
import { defaultDatabaseOf } from "../configs/access/model";
import type { ConnectionStrings, OperatorStrings } from "../configs/cluster/connectionStrings";
import type { DriverStrings } from "../configs/cluster/driverStrings";
import type { Settings } from "../configs/settings/schema";
import { changeLeader } from "../operations/switchover/duringUpdate";
import { type Look, lookAtPlatform } from "../platforms/open";
import { type Assembly, assemble } from "./assembly";
import type { PostgresClusterArgs } from "./clusterArgs";
import { ownerOf, platformName, platformOptions } from "./clusterNames";
import { ClusterOptions } from "./clusterOptions";
import { clusterSettings, refusal } from "./clusterSettings";
import { databaseUrls, type Endpoints, type RoleConnections } from "./connections";
import { type LaterPlatform, laterPlatform } from "./laterPlatform";
import { draftArgs } from "./laterValues";
import { withUnknowns } from "./unknownInputs";

export type { PostgresClusterArgs } from "./clusterArgs";

/**
 * A highly available PostgreSQL: an etcd cluster that holds the leader's lease, Patroni members of
 * which the first bootstraps, HAProxy that follows the leader, and a PgBouncer pool in front of it.
 * A program can hold several, each with names, ports and hosts of its own.
 */
export class PostgresCluster extends pulumi.ComponentResource {
  /** Connection strings by database, for its owner. Secret: each holds a password. */
  readonly connectionStrings: pulumi.Output<Record<string, ConnectionStrings>>;
  /** The same in the form of each family of drivers. Secret: each holds a password. */
  readonly driverConnectionStrings: pulumi.Output<Record<string, DriverStrings>>;
  /** Connection strings by role and database. Secret: each holds a password. */
  readonly roleConnectionStrings: pulumi.Output<RoleConnections>;
  /** Connection strings of the operators' role, by database. Secret: each holds a password. */
  readonly administratorConnectionStrings: pulumi.Output<Record<string, OperatorStrings>>;
  /** Connection strings of the monitoring role, by database. Secret: each holds a password. */
  readonly monitorConnectionStrings: pulumi.Output<Record<string, OperatorStrings>>;
  /** Hosts, ports and URLs; nothing secret. */
  readonly endpoints: pulumi.Output<Endpoints>;
  /** What each service runs: package versions on hosts, its image on Docker. */
  readonly versions: pulumi.Output<Record<string, Record<string, string>>>;
  /** The CAs that clients must trust, as PEM. */
  readonly caCertificate: pulumi.Output<string>;
  /** User and password of HAProxy's page and metrics, `user:password`. Secret. */
  readonly statsLogin: pulumi.Output<string>;
  /** User and password for unsafe calls of Patroni's REST API, `user:password`. Secret. */
  readonly restApiLogin: pulumi.Output<string>;
  /** The key that encrypts backups; undefined without them. Secret. */
  readonly backupKey: pulumi.Output<string> | undefined;
  /** With placeholders for values that arrive later. */
  private readonly settings: Settings;
  /** The registration of the resources, if it waits for values. */
  private readonly building: Promise<unknown> | undefined;

  /**
   * If arguments are outputs of other resources, the resources of the cluster are registered when
   * their values have arrived.
   * @param look inspects the environment; tests replace it and answer for an Engine and hosts
   * @throws {pulumi.RunError} with all problems of the settings, or with all obstacles in the
   * environment, before anything is changed
   */
  constructor(
    name: string,
    args: PostgresClusterArgs,
    opts: pulumi.ComponentResourceOptions = {},
    look: Look = lookAtPlatform,
  ) {
    const draft = draftArgs(args);
    if (draft.problems.length > 0) throw refusal(name, draft.problems);
    const settings = clusterSettings(name, draft.input);
    const isLater = draft.later.length > 0;
    const options = new ClusterOptions(name, opts, isLater);
    const open = isLater ? undefined : look(settings, ownerOf(name));
    super("hapg:index:PostgresCluster", name, {}, options.ofCluster);
    this.settings = settings;
    const build = (found: Omit<LaterPlatform, "hasUnknown">) => {
      const platform = found.open(
        platformName(name, settings),
        platformOptions(name, this, options.ofCluster),
        { change: changeLeader(found.settings), addresses: found.addresses },
      );
      return assemble(name, this, found.settings, platform);
    };
    const assembly =
      open === undefined
        ? laterPlatform(name, { args: draft, draft: settings, options, look }).then((found) => {
            const built = build(found);
            return found.hasUnknown ? withUnknowns(built) : built;
          })
        : build({ settings, open, addresses: new Map() });
    this.building = assembly instanceof Promise ? assembly : undefined;
    const of = <Value>(choose: (from: Assembly) => pulumi.Input<Value>): pulumi.Output<Value> =>
      pulumi.output(
        assembly instanceof Promise ? assembly.then(choose) : choose(assembly),
      ) as pulumi.Output<Value>;

    this.versions = of(({ versions }) => versions);
    this.endpoints = of(({ endpoints }) => endpoints);
    this.caCertificate = of(({ caCertificate }) => caCertificate);
    this.statsLogin = of(({ statsLogin }) => statsLogin);
    this.restApiLogin = of(({ restApiLogin }) => restApiLogin);
    this.backupKey = settings.backup.enabled ? of(({ backupKey }) => backupKey ?? "") : undefined;
    this.connectionStrings = of((from) => from.connectionStrings);
    this.driverConnectionStrings = of((from) => from.driverConnectionStrings);
    this.roleConnectionStrings = of((from) => from.roleConnectionStrings);
    this.administratorConnectionStrings = of((from) => from.administratorConnectionStrings);
    this.monitorConnectionStrings = of((from) => from.monitorConnectionStrings);
    this.registerOutputs({
      connectionStrings: this.connectionStrings,
      driverConnectionStrings: this.driverConnectionStrings,
      roleConnectionStrings: this.roleConnectionStrings,
      administratorConnectionStrings: this.administratorConnectionStrings,
      monitorConnectionStrings: this.monitorConnectionStrings,
      endpoints: this.endpoints,
      caCertificate: this.caCertificate,
      statsLogin: this.statsLogin,
      restApiLogin: this.restApiLogin,
    });
  }

  /** Pulumi waits for this before others depend on what the component consists of. */
  protected override async initialize(): Promise<void> {
    // Pulumi calls this before the constructor has gone on.
    await Promise.resolve();
    await this.building;
  }

  /**
   * The outputs of a stack for this cluster: endpoints, and connection strings, which are secret.
   */
  stackOutputs() {
    const defaultDatabase = defaultDatabaseOf(this.settings);
    const { write, read, pool, members, statsUrl, metricsUrl, restApiUrl } = this.endpoints;
    return {
      clusterName: this.settings.clusterName,
      connectionStrings: this.connectionStrings,
      driverConnectionStrings: this.driverConnectionStrings,
      roleConnectionStrings: this.roleConnectionStrings,
      administratorConnectionStrings: this.administratorConnectionStrings,
      monitorConnectionStrings: this.monitorConnectionStrings,
      ...(defaultDatabase === undefined
        ? {}
        : { defaultDatabase, ...databaseUrls(this.connectionStrings, defaultDatabase) }),
      ...{ write, read, pool, members, statsUrl, metricsUrl, restApiUrl },
      versions: this.versions,
      caCertificate: this.caCertificate,
      statsLogin: this.statsLogin,
      restApiLogin: this.restApiLogin,
      ...(this.backupKey === undefined ? {} : { backupKey: this.backupKey }),
    };
  }
}
