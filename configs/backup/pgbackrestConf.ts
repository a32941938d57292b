import { checkpointSince } from "../access/backupSql";
import { paths } from "../cluster/paths";
import { ports } from "../cluster/ports";
import type { Endpoint } from "../cluster/topology";
import type { Settings } from "../settings/schema";
import { archiveClient, repositoryName } from "./identities";

type Options = Record<string, string | number | undefined>;

/** The inputs of the files of pgBackRest. */
export interface BackupModel {
  settings: Pick<Settings, "backup" | "postgres">;
  repository: Endpoint;
}

/**
 * The configuration of a member, which archives WAL and restores. Nothing in it is secret: the key
 * stays in the repository, which hands it out over TLS.
 */
export function renderMemberConf({ settings: { backup }, repository }: BackupModel): string {
  return section("global", {
    ...common(backup),
    "repo1-host": repository.address,
    "repo1-host-type": "tls",
    "repo1-host-port": backup.port,
    "repo1-host-config": paths.repositoryConf,
    ...identity("repo1-host", paths.patroniConfig, paths.archiveIdentity),
    // Not in /tmp: on a host a unit's own /tmp ends with Patroni, and PostgreSQL may outlive it.
    "spool-path": `${paths.archiveSpool}/spool`,
    "lock-path": `${paths.archiveSpool}/lock`,
    ...sectionless(backup),
  }).concat(
    section("global:archive-push", {
      "archive-async": "y",
      // PostgreSQL tries again by itself. A repository that does not answer must not hold up its
      // end, which a switchover waits for.
      "io-timeout": 10,
      "archive-timeout": 20,
      "archive-push-queue-max": `${backup.queueMegabytes}MiB`,
    }),
  );
}

/** The configuration of the server beside a member, which only the repository may use. */
export const renderReaderConf = ({ settings: { backup } }: Pick<BackupModel, "settings">): string =>
  section("global", {
    ...common(backup),
    ...server(backup.memberPort, paths.backupConfig, repositoryName),
  });

/**
 * The configuration of the repository. Its program adds the members as `pg1-…`, because the name of
 * the stanza is known only in the running cluster.
 * @param key encrypts the repository
 */
export const renderRepositoryConf = (
  { settings }: { settings: Pick<Settings, "backup" | "clusterName" | "postgres"> },
  key: string,
): string => {
  const { backup, postgres } = settings;
  return section("global", {
    ...common(backup),
    ...server(backup.port, paths.repositoryConfig, archiveClient),
    ...storage(settings),
    "repo1-cipher-type": "aes-256-cbc",
    "repo1-cipher-pass": key,
    "repo1-retention-full": backup.keepFull,
    // One file for many small ones: a database has thousands.
    "repo1-bundle": "y",
    "repo1-block": "y",
    "backup-standby": postgres.version < checkpointSince ? "n" : "prefer",
    // A backup that waits for the next checkpoint may wait for half an hour.
    "start-fast": "y",
    "archive-check": "y",
    "archive-timeout": 120,
    ...sectionless(backup),
  });
};

/** Where the repository is. */
function storage({
  backup: { s3 },
  clusterName,
}: Pick<Settings, "backup" | "clusterName">): Options {
  if (s3 === undefined) return { "repo1-path": paths.repositoryData };
  const [host = "", port] = s3.endpoint.split(":");
  return {
    "repo1-type": "s3",
    "repo1-path": s3.path ?? `/${clusterName}`,
    "repo1-s3-endpoint": host,
    "repo1-storage-port": port,
    "repo1-s3-bucket": s3.bucket,
    "repo1-s3-region": s3.region,
    "repo1-s3-key": s3.key,
    "repo1-s3-key-secret": s3.keySecret,
    "repo1-s3-uri-style": s3.pathStyle ? "path" : "host",
    "repo1-storage-ca-file": s3.ca === undefined ? undefined : paths.repositoryStorageCa,
    "repo1-storage-verify-tls": s3.verify ? undefined : "n",
  };
}

/**
 * The members as options of pgBackRest, for its environment.
 * @param readers the servers beside the members, in the same order
 */
export const memberOptions = (
  { backup, postgres }: BackupModel["settings"],
  readers: Endpoint[],
): Record<string, string> =>
  Object.fromEntries(
    readers.flatMap(({ address }, i) =>
      Object.entries({
        path: paths.pgData(postgres.version),
        port: ports.postgres,
        database: "postgres",
        host: address,
        "host-type": "tls",
        "host-port": backup.memberPort,
        "host-config": paths.backupConf,
        ...identity("host", paths.repositoryConfig, paths.identityOf(paths.repositoryConfig)),
      }).map(([name, value]): [string, string] => [
        `PGBACKREST_PG${i + 1}_${name.toUpperCase().replaceAll("-", "_")}`,
        String(value),
      ]),
    ),
  );

const identity = (prefix: string, configDirectory: string, file: string): Options => ({
  [`${prefix}-ca-file`]: paths.caOf(configDirectory),
  [`${prefix}-cert-file`]: file,
  [`${prefix}-key-file`]: file,
});

const server = (port: number, configDirectory: string, client: string): Options => ({
  "tls-server-address": "*",
  "tls-server-port": port,
  ...identity("tls-server", configDirectory, paths.identityOf(configDirectory)),
  "tls-server-auth": `${client}=*`,
});

const common = ({ processes }: Settings["backup"]): Options => ({
  // The service's log has it. A file would be lost, or fill the disk.
  "log-level-file": "off",
  "log-level-console": "info",
  "lock-path": "/tmp/pgbackrest/lock",
  "process-max": processes,
});

const sectionless = ({ compression }: Settings["backup"]): Options => ({
  "compress-type": compression,
  "compress-level": compression === "zst" ? 3 : undefined,
});

const section = (name: string, options: Options): string =>
  [
    `[${name}]`,
    ...Object.entries(options).flatMap(([option, value]) =>
      value === undefined ? [] : [`${option}=${value}`],
    ),
    "",
  ].join("\n");
