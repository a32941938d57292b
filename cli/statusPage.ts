import type { Finding } from "../operations/diagnose/finding";
import type { ClusterStatus, MemberStatus } from "../operations/status";
import { bytes, duration, utcTime } from "../operations/units";
import { styled } from "./terminal";
import { textTable } from "./textTable";

/** The status of a cluster on one screen: problems first. */
export function statusPage(status: ClusterStatus, problems: Finding[]): string {
  return [
    heading(status, problems),
    ...lastChange(status),
    ...section(problemLines(problems)),
    ...section(
      table(
        status.members.map((one) => memberRow(one, status)),
        memberHead,
      ),
    ),
    ...section(table(etcdRows(status), etcdHead)),
    ...section(table(routerRows(status), routerHead)),
    ...section(table(poolRows(status), poolHead)),
    ...section(slotLines(status)),
    ...section([...backupLines(status), ...certificateLines(status)]),
  ].join("\n");
}

const section = (lines: string[]) => (lines.length === 0 ? [] : ["", ...lines]);

function heading(
  { cluster, platform, primary, timeline, isPaused, time }: ClusterStatus,
  problems: Finding[],
): string {
  const leader =
    primary === null ? "no primary" : `primary ${primary}, timeline ${timeline ?? "?"}`;
  const worst = problems[0]?.severity;
  const state =
    worst === undefined
      ? styled("green", "healthy")
      : styled(worst === "critical" ? "red" : "yellow", `${problems.length} problems`);
  const paused = isPaused ? `, ${styled("yellow", "paused")}` : "";
  const at = utcTime(Date.parse(time) / 1000);
  return `${styled("bold", cluster)} (${platform}): ${leader}, ${state}${paused}  ${styled("dim", at)}`;
}

const lastChange = ({ lastFailover }: ClusterStatus) =>
  lastFailover === null
    ? []
    : [
        "Last change of primary: " +
          `${lastFailover.time?.slice(0, 19).replace("T", " ") ?? "unknown"} to ` +
          `${lastFailover.primary ?? "unknown"}, timeline ${lastFailover.timeline}`,
      ];

/** Problems, each with the command to run next. */
export const problemLines = (problems: Finding[]): string[] =>
  problems.flatMap(({ severity, subject, id, evidence, cause, next }) => [
    `${styled(severity === "critical" ? "red" : "yellow", severity.padEnd(8))}  ${subject}: ` +
      `${evidence}  [${id}]`,
    `          ${cause}`,
    `          next: ${next}`,
  ]);

const table = (rows: string[][], head: string[]): string[] => {
  if (rows.length === 0) return [];
  const [first = "", ...rest] = textTable([head, ...rows]);
  return [styled("dim", first), ...rest];
};

const memberHead = [
  ...["MEMBER", "ROLE", "STATE", "TL", "SEND LAG", "REPLAY LAG"],
  ...["CONNECTIONS", "DISK FREE", "WAL", "VERSION", "UPTIME", "REMARKS"],
];

function memberRow(member: MemberStatus, { time }: ClusterStatus): string[] {
  const now = Date.parse(time);
  return [
    named(member),
    member.role ?? "",
    member.silence ?? member.state,
    text(member.timeline),
    maybe(member.sendLagBytes, bytes),
    maybe(member.replayLagBytes, bytes) +
      (member.replayLagSeconds === null ? "" : ` ${member.replayLagSeconds.toFixed(1)} s`),
    member.connections === null ? "" : `${member.connections}/${member.maxConnections ?? "?"}`,
    maybe(member.diskFreeBytes, bytes),
    maybe(member.walBytes, bytes),
    member.version ?? "",
    maybe(member.started, (started) => duration((now - Date.parse(started)) / 1000)),
    [
      ...(member.pendingRestart.length > 0
        ? [`restart pending: ${member.pendingRestart.join(", ")}`]
        : []),
      ...Object.entries(member.tags).map(([name, value]) => `${name}: ${String(value)}`),
      ...(member.isGuarded === false ? ["no guard"] : []),
      ...(member.leaseSeconds === null ? [] : [`lease ${member.leaseSeconds.toFixed(0)} s`]),
    ].join("; "),
  ];
}

const etcdHead = ["ETCD", "ROLE", "QUORUM", "DATABASE", "VERSION", "ALARMS"];
const etcdRows = ({ etcd }: ClusterStatus) =>
  etcd.map((one) => [
    named(one),
    one.silence ?? one.role ?? "no answer",
    one.silence !== null ? "" : one.hasQuorum ? "yes" : "no",
    maybe(one.databaseBytes, bytes),
    one.version ?? "",
    one.alarms.join(", "),
  ]);

const routerHead = ["HAPROXY", "WRITES TO", "READS TO", "WRITE SESSIONS", "READ SESSIONS", ""];
const routerRows = ({ routers, virtualAddress }: ClusterStatus) =>
  routers.map((one) => {
    const holds = virtualAddress?.heldBy.includes(one.name.replace("haproxy", "keepalived"));
    return [
      named(one),
      one.silence ?? one.writesTo.join(", "),
      one.readsTo.join(", "),
      text(one.writeSessions),
      text(one.readSessions),
      holds === true ? `holds ${virtualAddress?.address ?? ""}` : "",
    ];
  });

const poolHead = ["PGBOUNCER", "CLIENTS", "WAITING", "LONGEST WAIT", "SERVER CONNECTIONS", ""];
const poolRows = ({ pools }: ClusterStatus) =>
  pools.map((one) => [
    named(one),
    one.silence ?? text(one.clients),
    text(one.waiting),
    maybe(one.longestWaitSeconds, (seconds) => `${seconds} s`),
    text(one.serverConnections),
    one.isPaused === true ? "paused" : "",
  ]);

/** Members have one slot per standby. A slot gets a line only if it retains WAL or is not used. */
const slotLines = ({ slots }: ClusterStatus): string[] =>
  table(
    slots
      .filter(({ isActive, type }) => !isActive || type === "logical")
      .map(({ name, type, isActive, walStatus, heldBytes }) => [
        name,
        type,
        isActive ? "active" : "inactive",
        walStatus ?? "",
        maybe(heldBytes, bytes),
      ]),
    ["SLOT", "TYPE", "STATE", "WAL STATUS", "HOLDS"],
  );

function backupLines({ backups, time }: ClusterStatus): string[] {
  if (backups === null) return [];
  const { silence, last, recoverable, archiveLagSeconds, waitingFiles } = backups;
  if (silence !== null) return [`Backups: unknown, ${silence}`];
  const ago = (at: string) => `${duration((Date.parse(time) - Date.parse(at)) / 1000)} ago`;
  const minutes = (at: string) => `${at.slice(0, 16).replace("T", " ")} UTC`;
  return [
    `Backups: ${last === null ? "none yet" : `last ${ago(last.ended)} (${last.name})`}; ` +
      (recoverable === null
        ? "nothing can be restored; "
        : `recoverable from ${minutes(recoverable.from)} to ${ago(recoverable.to)}; `) +
      (archiveLagSeconds === null
        ? "archive unknown"
        : `archive ${duration(archiveLagSeconds)} behind, ${waitingFiles ?? 0} files wait`),
  ];
}

function certificateLines({ certificates }: ClusterStatus): string[] {
  const first = certificates.toSorted((a, b) => a.days - b.days)[0];
  if (first === undefined) return [];
  const days = Math.floor(first.days);
  return [`Certificates: the first to expire is that of ${first.service}, in ${days} days`];
}

const named = ({ name, host }: { name: string; host: string | null }) =>
  host === null ? name : `${name} (${host})`;
const text = (value: number | null) => (value === null ? "" : String(value));
const maybe = <T>(value: T | null, show: (value: T) => string) =>
  value === null ? "" : show(value);
