import { type DriftKind, driftScript } from "../configs/access/driftSql";
import { databasesModel, presentRoles } from "../configs/access/model";
import { systemRole } from "../configs/access/systemRoles";
import { paths } from "../configs/cluster/paths";
import type { Founding } from "../configs/patroni/founding";
import type { Trust } from "../configs/tls/trust";
import { ports } from "../configs/cluster/ports";
import type { Settings } from "../configs/settings/schema";
import type { RunningCluster } from "./platform";
import { shellCommand } from "./shell";

/** The questions to a member, in the order in which {@link runningCluster} takes the answers. */
export const questions = ["config", "cluster", "patroni"] as const;

/**
 * A shell command that asks the member in its own container or on its own host. Prints an answer a
 * line, in the order of {@link questions}; nothing after the last one. It does not check the
 * certificate: it may have expired, and an update must be able to repair that. The call without TLS
 * is for clusters that an earlier version of this program founded.
 */
export const askMember = (): string => {
  const ask = (scheme: string) => {
    const urls = questions.map((what) => `${scheme}://localhost:${ports.patroni}/${what}`);
    return `answers=$(curl -skm 2 -w '\\n' ${urls.join(" ")})`;
  };
  const orPlain = `[ -n "$answers" ] || ${ask("http")}`;
  return `{ ${ask("https")} || :; ${orPlain} || :; printf '%s\\n' "$answers"; }`;
};

/**
 * A shell command that asks the PostgreSQL in its own container or on its own host what differs
 * from the last update. Prints the answer of {@link driftScript} as one word in base64.
 * @param asPostgres prefix that runs a command as PostgreSQL's user
 */
export function askForDrift(settings: Settings, asPostgres: string[] = []): string {
  const script = Buffer.from(driftScript(databasesModel(settings))).toString("base64");
  const psql = [
    ...[...asPostgres, "env", "PGCONNECT_TIMEOUT=2", "PGOPTIONS=-c statement_timeout=2000"],
    // Not Debian's wrapper in Perl, which takes longer than the question.
    ...[
      `${paths.pgBin(settings.postgres.version)}/psql`,
      "-XqAtw",
      "-F",
      "\t",
      "-h",
      paths.pgSocket,
    ],
    ...["-U", systemRole.superuser, "-d", "postgres"],
  ];
  return `echo ${script} | base64 -d | ${shellCommand(psql)} 2>/dev/null | base64 -w0`;
}

const leads = /^(standby_)?leader$/;

/** The lease time, in seconds, if the dynamic configuration has none: Patroni's default. */
const defaultTtl = 30;

/**
 * Reads what Patroni's REST API reports about a cluster; undefined if there is nothing usable. A
 * member that has lost etcd repeats its last knowledge: once that is older than the lease, the
 * leader counts as unknown.
 * @param answers to {@link questions}
 * @param drift answer to {@link askForDrift}; empty if there is none
 * @param now the clock of the member's machine, in seconds since 1970
 */
export function runningCluster(
  answers: string[],
  drift: string,
  now: number,
): RunningCluster | undefined {
  const [config = "", cluster = "", own = ""] = answers;
  try {
    const dynamicConfig = JSON.parse(config) as {
      ttl?: number;
      hapg?: { founding?: Founding; trust?: Trust; trust_begun?: Trust };
    };
    const { members } = JSON.parse(cluster) as {
      members: { name: string; role: string; state: string; pending_restart?: boolean }[];
    };
    const waiting = members.filter(({ pending_restart: pending }) => pending === true);
    const { founding, trust, trust_begun: begun } = dynamicConfig.hapg ?? {};
    const noted = [trust, begun].filter((one) => one !== undefined);
    const { dcs_last_seen: seen } = JSON.parse(own === "" ? "{}" : own) as {
      dcs_last_seen?: number;
    };
    const isStale = seen !== undefined && now - seen > (dynamicConfig.ttl ?? defaultTtl);
    const leader = members.find(({ role, state }) => leads.test(role) && state === "running");
    return {
      leader: isStale ? undefined : leader?.name,
      dynamicConfig,
      founding,
      trust: noted,
      pendingRestart: waiting.map(({ name }) => name),
      ...driftOf(drift),
    };
  } catch {
    // The cluster is not founded yet, starts or stops: there is nothing to compare with.
    return undefined;
  }
}

function driftOf(answer: string): Pick<RunningCluster, "drift"> {
  const lines = Buffer.from(answer, "base64").toString().split("\n");
  const drift = lines
    .map((line) => line.split("\t"))
    .filter(([kind]) => kind === "access" || kind === "contents")
    .map(([kind, what = ""]) => ({ kind: kind as DriftKind, what }));
  return drift.length === 0 ? {} : { drift };
}

/** How roles or databases differ from the last update, in words; undefined if they do not. */
export function accessDifference(
  running: RunningCluster | undefined,
  kind: DriftKind,
): string | undefined {
  const found = (running?.drift ?? []).filter((one) => one.kind === kind);
  return found.length === 0 ? undefined : `changed: ${found.map(({ what }) => what).join("; ")}`;
}

/**
 * Why a running cluster must not be updated now; undefined if it may. While Patroni is paused no
 * member takes over from a leader that an update restarts.
 */
export const whyPaused = (running: RunningCluster | undefined): string | undefined =>
  running?.dynamicConfig.pause === true
    ? "The cluster is paused: nobody takes over from a member that restarts. Resume it with " +
      "`hapg resume` and run the update again; nothing was changed."
    : undefined;

/**
 * The roles whose login an update would remove, in words; undefined if none. The last update
 * recorded who may log in.
 */
export function endingLogins(
  settings: Pick<Settings, "roles">,
  running: RunningCluster | undefined,
): string | undefined {
  const { logins = [] } = (running?.dynamicConfig.hapg ?? {}) as { logins?: string[] };
  const present = new Set(presentRoles(settings).map(({ name }) => name));
  const ending = logins.filter((name) => !present.has(name));
  if (ending.length === 0) return undefined;
  return (
    `The update ends the login and the sessions of ${ending.join(", ")}: not in \`roles\` any more. ` +
    "Keep a role there if its clients are to go on."
  );
}
