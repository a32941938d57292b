import { Document, Scalar, visit } from "yaml";
import { restoreMethod } from "../backup/restorePlan";
import { foundingFiles } from "./coldStart";
import type { DynamicConfig } from "./dynamicConfig";
import type { Login } from "../access/logins";
import { paths } from "../cluster/paths";
import { guardMarginSeconds } from "../settings/patroni";
import type { Settings } from "../settings/schema";
import { systemRole } from "../access/systemRoles";
import { type Endpoint } from "../cluster/topology";
import { ports } from "../cluster/ports";

/** Logins and passwords in patroni.yml. */
export interface PatroniCredentials {
  superuser: string;
  replication: Login;
  rewind: Login;
  restApi: string;
  etcd: Login;
}

/** The inputs of one member's patroni.yml. */
export interface PatroniModel {
  settings: Settings;
  member: Endpoint;
  etcd: Endpoint[];
  dynamic: DynamicConfig;
  credentials: PatroniCredentials;
}

const ca = paths.caOf(paths.patroniConfig);
const identity = paths.identityOf(paths.patroniConfig);

/** User for unsafe calls of the REST API. */
export const restApiUser = "patroni";

/**
 * One member's patroni.yml, in YAML 1.1 as Patroni's parser expects: under 1.2 rules a bare `on` or
 * `12:30` would be read as a boolean or a number.
 */
export function renderPatroniYml({
  settings,
  member,
  etcd,
  dynamic,
  credentials,
}: PatroniModel): string {
  const { postgres, patroni, clusterName } = settings;
  const config = {
    scope: clusterName,
    namespace: patroni.namespace,
    name: member.name,
    restapi: {
      listen: `0.0.0.0:${ports.patroni}`,
      connect_address: `${member.address}:${ports.patroni}`,
      authentication: { username: restApiUser, password: credentials.restApi },
      certfile: identity,
    },
    ctl: { cacert: ca, authentication: { username: restApiUser, password: credentials.restApi } },
    etcd3: {
      hosts: etcd.map(({ address }) => `${address}:${ports.etcdClient}`),
      protocol: "https",
      cacert: ca,
      cert: identity,
      ...login(credentials.etcd),
    },
    // Read once, when the cluster is founded; see dynamicConfig.ts for later changes.
    bootstrap: {
      dcs: foundedBy(member.name, dynamic),
      ...(settings.restore === undefined ? {} : restoring),
      initdb: initdbOptions(postgres.initdb),
      // Patroni adds a connection string as the script's first argument.
      post_bootstrap: `sh -c "rm -f ${foundingFiles.begun}"`,
    },
    postgresql: {
      listen: `*:${ports.postgres}`,
      connect_address: `${member.address}:${ports.postgres}`,
      data_dir: paths.pgData(postgres.version),
      bin_dir: paths.pgBin(postgres.version),
      pgpass: paths.replicationPassfile,
      // Peer authentication: Patroni reaches its own PostgreSQL with any superuser password.
      use_unix_socket: true,
      authentication: {
        superuser: verifying({ name: systemRole.superuser, password: credentials.superuser }),
        replication: verifying(credentials.replication),
        rewind: verifying(credentials.rewind),
      },
      parameters: {
        unix_socket_directories: paths.pgSocket,
        ssl: "on",
        ssl_cert_file: identity,
        ssl_key_file: identity,
        ssl_min_protocol_version: `TLSv${settings.tls.minimumVersion}`,
      },
      // Without a line Patroni would leave those of a former file.
      pg_ident: postgres.ident.length > 0 ? postgres.ident : ["# No user name maps"],
      ...recoveryOptions(postgres.recovery, member.name),
      basebackup: basebackupOptions(postgres.basebackup),
      callbacks: callbackCommands(postgres.callbacks),
      before_stop: `sh ${paths.beforeStop}`,
      pre_promote: `sh ${paths.beforePromote}`,
    },
    watchdog: guardAsWatchdog,
    tags: memberTags(postgres.tags[member.name] ?? {}),
  };
  return yamlForPatroni(config);
}

/**
 * The guard is a watchdog to Patroni, which does not lead without it. `testing` is Patroni's name
 * for the driver that writes to a pipe (patroni/watchdog/linux.py); lease_clock.py has the format.
 */
const guardAsWatchdog = {
  mode: "required",
  driver: "testing",
  device: paths.watchdog,
  // The guard acts this many seconds before the lease can expire.
  safety_margin: guardMarginSeconds,
};

/** Records the leader of the first timeline, as `beforePromote` does for all others. */
function foundedBy(member: string, dynamic: DynamicConfig): DynamicConfig {
  const note = dynamic.hapg as Record<string, unknown> | undefined;
  return { ...dynamic, hapg: { ...note, timelines: { [member]: 1 } } };
}

/** The founding restores a backup instead of calling initdb. */
const restoring = {
  method: restoreMethod,
  [restoreMethod]: {
    command: `python3 ${paths.restoreMember}`,
    no_params: true,
    // pgBackRest has written what to recover and until where.
    keep_existing_recovery_conf: true,
  },
};

const login = ({ name, password }: Login) => ({ username: name, password });

/** A login that only members have. */
const verifying = (one: Login) => ({ ...login(one), sslmode: "verify-full", sslrootcert: ca });

/**
 * YAML for PyYAML. Where PyYAML differs from YAML 1.1, strings are double-quoted: a bare `=` is not
 * a string, a tab ends a bare word, and some characters are line breaks or are rejected even in
 * quotes.
 */
function yamlForPatroni(config: object): string {
  const document = new Document(config, { version: "1.1" });
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === "string" && /[^ -~]|^=$/.test(node.value)) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return document
    .toString({ lineWidth: 0 })
    .replace(
      /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

type Postgres = Settings["postgres"];
type Option = string | Record<string, string>;

/** Drops settings that the stack file does not set. */
const given = <T>(entries: [string, T | undefined][]): Record<string, T> =>
  Object.fromEntries(entries.filter((entry): entry is [string, T] => entry[1] !== undefined));

function initdbOptions(initdb: Postgres["initdb"]): Option[] {
  const options = given<string>([
    ["encoding", initdb.encoding],
    ["locale", initdb.locale],
    ["lc-ctype", initdb.lcCtype],
    ["lc-collate", initdb.lcCollate],
    ["locale-provider", initdb.localeProvider],
    ["icu-locale", initdb.icuLocale],
    ["icu-rules", initdb.icuRules],
    ["builtin-locale", initdb.builtinLocale],
    // Patroni accepts only strings.
    ["wal-segsize", String(initdb.walSegmentMegabytes)],
  ]);
  return [
    ...Object.entries(options).map(([name, value]) => ({ [name]: value })),
    ...(initdb.dataChecksums ? ["data-checksums"] : []),
  ];
}

function basebackupOptions({
  maxRateMegabytesPerSecond,
  checkpoint,
}: Postgres["basebackup"]): Option[] {
  const rate = maxRateMegabytesPerSecond;
  return [{ checkpoint }, ...(rate === undefined ? [] : [{ "max-rate": `${rate}M` }])];
}

/** Patroni writes them into the configuration of standbys. */
function recoveryOptions(
  recovery: Postgres["recovery"],
  member: string,
): { recovery_conf?: object } {
  const delay = recovery.applyDelaySeconds[member];
  const options = given([
    ["restore_command", recovery.restoreCommand],
    ["archive_cleanup_command", recovery.archiveCleanupCommand],
    ["recovery_end_command", recovery.recoveryEndCommand],
    ["recovery_min_apply_delay", delay === undefined ? undefined : `${delay}s`],
  ]);
  return Object.keys(options).length === 0 ? {} : { recovery_conf: options };
}

function callbackCommands(callbacks: Postgres["callbacks"]): Record<string, string> {
  return given([
    ["on_start", callbacks.onStart],
    ["on_stop", callbacks.onStop],
    ["on_restart", callbacks.onRestart],
    ["on_reload", callbacks.onReload],
    ["on_role_change", callbacks.onRoleChange],
  ]);
}

function memberTags(tags: Postgres["tags"][string]): Record<string, boolean | number | string> {
  return given<boolean | number | string>([
    ["nofailover", tags.nofailover],
    ["failover_priority", tags.failoverPriority],
    ["noloadbalance", tags.noloadbalance],
    ["nosync", tags.nosync],
    ["clonefrom", tags.clonefrom],
    ["nostream", tags.nostream],
    ["replicatefrom", tags.replicatefrom],
  ]);
}
