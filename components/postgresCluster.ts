import * as pulumi from "@pulumi/pulumi";
import { defaultDatabaseOf } from "../configs/access/model";
import type { ConnectionStrings, OperatorStrings } from "../configs/cluster/connectionStrings";
import type { DriverStrings } from "../configs/cluster/driverStrings";
import { dynamicConfig } from "../configs/patroni/dynamicConfig";
import { statsUser } from "../configs/haproxy/haproxyCfg";
import { restApiUser } from "../configs/patroni/patroniYml";
import type { Settings, SettingsInput } from "../configs/settings/schema";
import { topologyOf } from "../configs/cluster/topology";
import { changeLeader } from "../operations/switchover/duringUpdate";
import { type Look, lookAtPlatform } from "../platforms/open";
import { Databases } from "./access";
import { ownerOf, platformName, platformOptions } from "./clusterNames";
import { clusterSettings } from "./clusterSettings";
import {
  connectionsOf,
  databaseUrls,
  driverConnections,
  type Endpoints,
  endpointsOf,
  operatorConnections,
  ownersConnections,
  type RoleConnections,
} from "./connections";
import { BackupReaders } from "./backupReaders";
import { Certificates } from "./certificates";
import { Credentials } from "./credentials";
import { EtcdCluster } from "./etcdCluster";
import { Exporters } from "./exporters";
import { HAProxy, routerService } from "./haproxy";
import { addressService, Keepalived } from "./keepalived";
import { PatroniCluster } from "./patroniCluster";
import { memberService } from "./patroniMember";
import { PgBouncer, poolService } from "./pgbouncer";
import { Repository } from "./repository";
import { firstInReach } from "./shared";
import { Trials } from "./trials";
import { noteTrust } from "./trust";

/**
 * Arguments of {@link PostgresCluster}: the settings, as a stack file has them. Plain values, not
 * outputs of other resources. Only `clusterName` must be given; it is unique in the program.
 */
export type PostgresClusterArgs = SettingsInput;

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
  readonly endpoints: Endpoints;
  /** What each service runs: package versions on hosts, its image on Docker. */
  readonly versions: Record<string, Record<string, string>>;
  /** The CAs that clients must trust, as PEM. */
  readonly caCertificate: pulumi.Output<string>;
  /** User and password of HAProxy's page and metrics, `user:password`. Secret. */
  readonly statsLogin: pulumi.Output<string>;
  /** User and password for unsafe calls of Patroni's REST API, `user:password`. Secret. */
  readonly restApiLogin: pulumi.Output<string>;
  /** The key that encrypts backups; undefined without them. Secret. */
  readonly backupKey: pulumi.Output<string> | undefined;
  private readonly settings: Settings;

  /**
   * @param look inspects the environment; tests replace it and answer for an Engine and hosts
   * @throws {pulumi.RunError} with all problems of the settings, or with all obstacles in the
   * environment, before anything is changed
   */
  constructor(
    name: string,
    args: PostgresClusterArgs,
    opts?: pulumi.ComponentResourceOptions,
    look: Look = lookAtPlatform,
  ) {
    const settings = clusterSettings(name, args);
    const open = look(settings, ownerOf(name));
    super("hapg:index:PostgresCluster", name, {}, opts);
    this.settings = settings;
    const platform = open(
      platformName(name, settings),
      platformOptions(name, this, opts),
      changeLeader(settings),
    );
    const topology = topologyOf(settings);
    const shared = { settings, platform, topology };

    const credentials = new Credentials(`${name}-credentials`, shared, { parent: this });
    const certificates = new Certificates(`${name}-certificates`, shared, { parent: this });
    const { system, etcdLogins, systemLogins } = credentials;
    const ofMembers = { ...shared, credentials, certificates };
    const ofRouters = { ...shared, certificates, password: system.stats };
    const ofPools = {
      ...shared,
      certificates,
      lookup: systemLogins.poolLookup,
      monitor: systemLogins.monitor,
    };
    const { virtualAddress } = settings.keepalived;
    const ofAddress =
      virtualAddress === undefined
        ? undefined
        : { ...shared, virtualAddress, password: system.vrrp };
    const dynamic = dynamicConfig(settings, platform);
    // Runs before any service changes, including etcd: a failure here has changed nothing.
    const trials = new Trials(
      `${name}-trials`,
      {
        ...shared,
        member: memberService(ofMembers, dynamic, firstInReach(topology.members, platform)),
        router: routerService(ofRouters, firstInReach(topology.haproxies, platform)),
        pool: poolService(ofPools, firstInReach(topology.pgbouncers, platform)),
        address:
          ofAddress && addressService(ofAddress, firstInReach(topology.keepaliveds, platform)),
      },
      { parent: this },
    );
    const begun = noteTrust(`${name}-trust-begun`, shared, "begun", {
      parent: this,
      dependsOn: trials,
    });
    const etcd = new EtcdCluster(
      `${name}-etcd`,
      { ...shared, certificates, logins: etcdLogins },
      { parent: this, dependsOn: [trials, begun] },
    );
    const { backupKey: key } = credentials;
    const repositories =
      key === undefined
        ? []
        : [
            new Repository(
              `${name}-repository`,
              { ...ofMembers, key },
              {
                parent: this,
                dependsOn: etcd,
              },
            ),
          ];
    const members = new PatroniCluster(`${name}-patroni`, ofMembers, {
      parent: this,
      // A member may be founded from a backup.
      dependsOn: [etcd, ...(settings.restore === undefined ? [] : repositories)],
    });
    const databases = new Databases(
      `${name}-databases`,
      { ...shared, credentials, services: members.services },
      { parent: this, dependsOn: members },
    );
    const backups =
      key === undefined
        ? []
        : [
            new BackupReaders(`${name}-backup`, ofMembers, {
              parent: this,
              dependsOn: [members, ...repositories],
            }),
          ];
    const haproxy = new HAProxy(`${name}-haproxy`, ofRouters, { parent: this, dependsOn: members });
    const pools = new PgBouncer(`${name}-pgbouncer`, ofPools, { parent: this, dependsOn: haproxy });
    const addresses =
      ofAddress === undefined
        ? []
        : [
            new Keepalived(`${name}-keepalived`, ofAddress, {
              parent: this,
              dependsOn: [haproxy, pools],
            }),
          ];
    const exporters = settings.monitoring.exporters
      ? [
          new Exporters(`${name}-exporters`, ofMembers, {
            parent: this,
            dependsOn: [databases, pools],
          }),
        ]
      : [];
    const taken = noteTrust(`${name}-trust-taken`, shared, "taken", {
      parent: this,
      dependsOn: [pools, databases, ...addresses, ...backups, ...exporters],
    });
    platform.proveAtEnd(taken);

    this.versions = platform.versions;
    this.endpoints = endpointsOf(settings, topology, platform);
    const byRole = connectionsOf(settings, this.endpoints, credentials.roles);
    this.caCertificate = certificates.trusted;
    this.statsLogin = pulumi.interpolate`${statsUser}:${system.stats}`;
    this.restApiLogin = pulumi.interpolate`${restApiUser}:${system.restApi}`;
    this.backupKey = key;
    this.connectionStrings = ownersConnections(settings, byRole);
    this.driverConnectionStrings = driverConnections(settings, this.endpoints, credentials.roles);
    this.roleConnectionStrings = byRole;
    const stringsOf = (operator: "administrator" | "monitor") =>
      operatorConnections(settings, this.endpoints, {
        logins: systemLogins[operator],
        rotation: settings.credentials[operator],
      });
    this.administratorConnectionStrings = stringsOf("administrator");
    this.monitorConnectionStrings = stringsOf("monitor");
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

  /**
   * The outputs of a stack for this cluster: endpoints, and connection strings, which are secret.
   */
  stackOutputs() {
    const defaultDatabase = defaultDatabaseOf(this.settings);
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
      ...this.endpoints,
      versions: this.versions,
      caCertificate: this.caCertificate,
      statsLogin: this.statsLogin,
      restApiLogin: this.restApiLogin,
      ...(this.backupKey === undefined ? {} : { backupKey: this.backupKey }),
    };
  }
}
