import { z } from "zod";
import { postgresSettings } from "./postgres";
import { patroniSettings } from "./patroni";
import { etcdSettings } from "./etcd";
import { haproxySettings } from "./haproxy";
import { pgbouncerSettings } from "./pgbouncer";
import { backupSettings } from "./backup";
import { databasesSettings, rolesSettings } from "./access";
import { credentialsSettings } from "./credentials";
import { policiesSettings } from "./policies";
import { dockerSettings } from "./docker";
import { keepalivedSettings } from "./keepalived";
import { monitoringSettings } from "./monitoring";
import { tlsSettings } from "./tls";
import { vmSettings } from "./vm";
import { restoreSettings } from "./restore";
import { identifier, postgresName } from "./values";

/**
 * Everything a stack file can say about a cluster, one key an area. Every key is optional:
 * the smallest useful stack file is empty. Descriptions are the reference that users read.
 */
export const settingsSchema = z.strictObject({
  clusterName: identifier(32).describe(
    "Name of the cluster: Patroni's scope, and the prefix of container, volume and unit " +
      "names. Default: PROJECT-STACK.",
  ),
  platform: z
    .enum(["docker", "vm"])
    .default("docker")
    .describe(
      "Where the cluster runs: in containers on a Docker Engine, or on virtual machines over SSH.",
    ),
  protect: z
    .boolean()
    .default(false)
    .describe("Refuse every update that deletes data of members, and `down`."),
  etcd: etcdSettings,
  postgres: postgresSettings,
  patroni: patroniSettings,
  haproxy: haproxySettings,
  pgbouncer: pgbouncerSettings,
  roles: rolesSettings,
  databases: databasesSettings,
  defaultDatabase: postgresName()
    .optional()
    .describe(
      "Database that the outputs writeUrl to jdbcUrl lead to. Must be set when there are " +
        "several databases.",
    ),
  credentials: credentialsSettings,
  tls: tlsSettings,
  keepalived: keepalivedSettings,
  backup: backupSettings,
  policies: policiesSettings,
  restore: restoreSettings,
  monitoring: monitoringSettings,
  docker: dockerSettings,
  vm: vmSettings,
});

/** Settings with every default filled in and every rule checked. */
export type Settings = z.output<typeof settingsSchema>;
/** Settings as a stack file or a caller gives them: all optional but the cluster's name. */
export type SettingsInput = z.input<typeof settingsSchema>;
