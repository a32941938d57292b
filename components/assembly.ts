import * as pulumi from "@pulumi/pulumi";
import { statsUser } from "../configs/haproxy/haproxyCfg";
import { dynamicConfig } from "../configs/patroni/dynamicConfig";
import { restApiUser } from "../configs/patroni/patroniYml";
import { topologyOf } from "../configs/cluster/topology";
import type { Settings } from "../configs/settings/schema";
import type { Platform } from "../platforms/platform";
import { Databases } from "./access";
import { BackupReaders } from "./backupReaders";
import { Certificates } from "./certificates";
import {
  connectionsOf,
  driverConnections,
  endpointsOf,
  operatorConnections,
  ownersConnections,
} from "./connections";
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

/** What others read of a cluster: the outputs of its component. */
export type Assembly = ReturnType<typeof assemble>;

/**
 * Registers everything that a cluster consists of.
 * @param name of its component
 */
export function assemble(
  name: string,
  parent: pulumi.Resource,
  settings: Settings,
  platform: Platform,
) {
  const topology = topologyOf(settings);
  const shared = { settings, platform, topology };

  const credentials = new Credentials(`${name}-credentials`, shared, { parent });
  const certificates = new Certificates(`${name}-certificates`, shared, { parent });
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
    virtualAddress === undefined ? undefined : { ...shared, virtualAddress, password: system.vrrp };
  const dynamic = dynamicConfig(settings, platform);
  // Runs before any service changes, including etcd: a failure here has changed nothing.
  const trials = new Trials(
    `${name}-trials`,
    {
      ...shared,
      member: memberService(ofMembers, dynamic, firstInReach(topology.members, platform)),
      router: routerService(ofRouters, firstInReach(topology.haproxies, platform)),
      pool: poolService(ofPools, firstInReach(topology.pgbouncers, platform)),
      address: ofAddress && addressService(ofAddress, firstInReach(topology.keepaliveds, platform)),
    },
    { parent },
  );
  const begun = noteTrust(`${name}-trust-begun`, shared, "begun", {
    parent,
    dependsOn: trials,
  });
  const etcd = new EtcdCluster(
    `${name}-etcd`,
    { ...shared, certificates, logins: etcdLogins },
    { parent, dependsOn: [trials, begun] },
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
              parent,
              dependsOn: etcd,
            },
          ),
        ];
  const members = new PatroniCluster(`${name}-patroni`, ofMembers, {
    parent,
    // A member may be founded from a backup.
    dependsOn: [etcd, ...(settings.restore === undefined ? [] : repositories)],
  });
  const databases = new Databases(
    `${name}-databases`,
    { ...shared, credentials, services: members.services },
    { parent, dependsOn: members },
  );
  const backups =
    key === undefined
      ? []
      : [
          new BackupReaders(`${name}-backup`, ofMembers, {
            parent,
            dependsOn: [members, ...repositories],
          }),
        ];
  const haproxy = new HAProxy(`${name}-haproxy`, ofRouters, { parent, dependsOn: members });
  const pools = new PgBouncer(`${name}-pgbouncer`, ofPools, { parent, dependsOn: haproxy });
  const addresses =
    ofAddress === undefined
      ? []
      : [
          new Keepalived(`${name}-keepalived`, ofAddress, {
            parent,
            dependsOn: [haproxy, pools],
          }),
        ];
  const { monitoring } = settings;
  const exporters =
    monitoring.exporters || monitoring.probe
      ? [
          new Exporters(`${name}-exporters`, ofMembers, {
            parent,
            dependsOn: [databases, pools],
          }),
        ]
      : [];
  const taken = noteTrust(`${name}-trust-taken`, shared, "taken", {
    parent,
    dependsOn: [pools, databases, ...addresses, ...backups, ...exporters],
  });
  platform.proveAtEnd(taken);

  const endpoints = endpointsOf(settings, topology, platform);
  const byRole = connectionsOf(settings, endpoints, credentials.roles);
  const stringsOf = (operator: "administrator" | "monitor") =>
    operatorConnections(settings, endpoints, {
      logins: systemLogins[operator],
      rotation: settings.credentials[operator],
    });
  return {
    versions: platform.versions,
    endpoints,
    caCertificate: certificates.trusted,
    statsLogin: pulumi.interpolate`${statsUser}:${system.stats}`,
    restApiLogin: pulumi.interpolate`${restApiUser}:${system.restApi}`,
    backupKey: key,
    connectionStrings: ownersConnections(settings, byRole),
    driverConnectionStrings: driverConnections(settings, endpoints, credentials.roles),
    roleConnectionStrings: byRole,
    administratorConnectionStrings: stringsOf("administrator"),
    monitorConnectionStrings: stringsOf("monitor"),
  };
}
