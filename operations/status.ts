import type { Settings } from "../configs/settings/schema";
import { type BackupStatus, backupStatus } from "./backup/backupStatus";
import { certificateDays } from "./diagnose/environment";
import { isPrimary } from "./look/symptoms";
import { type Event, eventsOf } from "./events";
import type { Look, Seen } from "./look/look";
import type { MemberFacts } from "./look/memberFacts";

/** The status of a cluster at one moment. Unknown values are null. */
export interface ClusterStatus {
  cluster: string;
  platform: Settings["platform"];
  /** ISO 8601. */
  time: string;
  primary: string | null;
  timeline: number | null;
  isPaused: boolean;
  isFailsafeActive: boolean;
  /** The last change of the primary that etcd recorded. */
  lastFailover: Event | null;
  members: MemberStatus[];
  etcd: EtcdMemberStatus[];
  routers: RouterStatus[];
  pools: PoolStatus[];
  /** Keepalived instances that hold the virtual address; null without one in the stack file. */
  virtualAddress: { address: string; heldBy: string[] } | null;
  slots: SlotStatus[];
  /** Null without backups in the stack file. */
  backups: BackupStatus | null;
  /** Days until each service's certificate expires. */
  certificates: { service: string; days: number }[];
}

/** A PostgreSQL member. */
export interface MemberStatus {
  name: string;
  host: string | null;
  role: "primary" | "standby" | "synchronous standby" | null;
  state: string;
  /** Why the member does not answer; null if it does. */
  silence: string | null;
  timeline: number | null;
  /** WAL that the primary has not sent yet, and WAL that is not replayed yet, in bytes. */
  sendLagBytes: number | null;
  replayLagBytes: number | null;
  replayLagSeconds: number | null;
  pendingRestart: string[];
  version: string | null;
  patroniVersion: string | null;
  /** ISO 8601. */
  started: string | null;
  tags: Record<string, unknown>;
  connections: number | null;
  maxConnections: number | null;
  diskBytes: number | null;
  diskFreeBytes: number | null;
  walBytes: number | null;
  /** Seconds until the guard kills PostgreSQL on the primary; null on standbys. */
  leaseSeconds: number | null;
  isGuarded: boolean | null;
}

/** An etcd member. */
export interface EtcdMemberStatus {
  name: string;
  host: string | null;
  silence: string | null;
  role: "leader" | "follower" | "no leader" | null;
  hasQuorum: boolean;
  version: string | null;
  databaseBytes: number | null;
  alarms: string[];
}

/** An HAProxy. */
export interface RouterStatus {
  name: string;
  host: string | null;
  silence: string | null;
  /** Members that receive writes and reads. */
  writesTo: string[];
  readsTo: string[];
  writeSessions: number | null;
  readSessions: number | null;
}

/** A PgBouncer. */
export interface PoolStatus {
  name: string;
  host: string | null;
  silence: string | null;
  isPaused: boolean | null;
  clients: number | null;
  waiting: number | null;
  longestWaitSeconds: number | null;
  serverConnections: number | null;
}

/** A replication slot on the member where it is relevant. */
export interface SlotStatus {
  member: string;
  name: string;
  type: string;
  isActive: boolean;
  walStatus: string | null;
  heldBytes: number | null;
}

/** Summarizes the facts of the services. @param now in milliseconds since 1970 */
export function statusOf(look: Look, settings: Settings, now = Date.now()): ClusterStatus {
  const primary = look.members.find(isPrimary);
  const patronis = look.members.flatMap(({ facts }) => facts?.patroni.value ?? []);
  const { virtualAddress } = settings.keepalived;
  const place = ({ name, host, silence }: Seen<unknown>) => ({
    name,
    host: host ?? null,
    silence: silence ?? null,
  });
  return {
    cluster: settings.clusterName,
    platform: settings.platform,
    time: new Date(now).toISOString(),
    primary: primary?.name ?? null,
    timeline: primary?.facts?.patroni.value?.timeline ?? null,
    isPaused: patronis.some(({ pause }) => pause === true),
    isFailsafeActive: patronis.some((one) => one.failsafe_mode_is_active === true),
    lastFailover: eventsOf(look).at(-1) ?? null,
    members: look.members.map((member) => memberStatus(member, primary)),
    etcd: look.etcd.map((one) => ({
      ...place(one),
      role: etcdRole(one.facts?.status.value),
      hasQuorum: one.facts?.health.value === true,
      version: one.facts?.status.value?.version ?? null,
      databaseBytes: one.facts?.status.value?.databaseBytes ?? null,
      alarms: one.facts?.alarms.value ?? [],
    })),
    routers: look.routers.map((one) => {
      const servers = one.facts?.servers.value ?? [];
      const up = (backend: string) =>
        servers.filter((server) => server.backend === backend && server.isUp);
      const frontends = one.facts?.frontends.value ?? {};
      return {
        ...place(one),
        silence: one.silence ?? one.facts.servers.problem ?? null,
        writesTo: up("primary").map(({ member }) => member),
        readsTo: up("standbys").map(({ member }) => member),
        writeSessions: frontends.write?.sessions ?? null,
        readSessions: frontends.read?.sessions ?? null,
      };
    }),
    pools: look.pools.map((one) => {
      const pools = one.facts?.pools.value;
      const sum = (of: (pool: NonNullable<typeof pools>[number]) => number) =>
        pools?.reduce((total, pool) => total + of(pool), 0) ?? null;
      return {
        ...place(one),
        silence: one.silence ?? one.facts.pools.problem ?? null,
        isPaused: one.facts?.isPaused.value ?? null,
        clients: sum(({ clients }) => clients),
        waiting: sum(({ waiting }) => waiting),
        longestWaitSeconds:
          pools === undefined
            ? null
            : Math.max(0, ...pools.map(({ longestWaitSeconds }) => longestWaitSeconds)),
        serverConnections: sum(({ servers }) => servers),
      };
    }),
    virtualAddress:
      virtualAddress === undefined
        ? null
        : {
            address: virtualAddress,
            heldBy: look.addresses
              .filter(({ facts }) => facts?.holds.value === true)
              .map(({ name }) => name),
          },
    slots: (primary?.facts?.database.value?.slots ?? []).map((slot) => ({
      member: primary?.name ?? "",
      name: slot.name,
      type: slot.type,
      isActive: slot.active,
      walStatus: slot.walStatus,
      heldBytes: slot.heldBytes,
    })),
    backups: backupStatus(look),
    certificates: certificateDays(look),
  };
}

function memberStatus(
  { name, host, facts, silence }: Seen<MemberFacts>,
  primary: Seen<MemberFacts> | undefined,
): MemberStatus {
  const patroni = facts?.patroni.value;
  const database = facts?.database.value;
  const sender = primary?.facts?.database.value?.senders.find((one) => one.name === name);
  const isLeader = name === primary?.name;
  return {
    name,
    host: host ?? null,
    role: patroni === undefined ? null : roleOf(isLeader, sender?.sync),
    state: silence !== undefined ? "unreachable" : stateOf(facts, isLeader, sender?.state),
    silence: silence ?? null,
    timeline: patroni?.timeline ?? null,
    sendLagBytes: sender?.sentLagBytes ?? null,
    replayLagBytes: sender?.replayLagBytes ?? null,
    replayLagSeconds: sender?.replayLagSeconds ?? null,
    pendingRestart: database?.pendingRestart ?? [],
    version: database?.version.split(" ")[0] ?? null,
    patroniVersion: patroni?.patroni.version ?? null,
    started: database === undefined ? null : new Date(database.started * 1000).toISOString(),
    tags: patroni?.tags ?? {},
    connections: database?.connections ?? null,
    maxConnections: database?.maxConnections ?? null,
    diskBytes: facts?.disk.value?.bytes ?? null,
    diskFreeBytes: facts?.disk.value?.freeBytes ?? null,
    walBytes: database?.walBytes ?? null,
    leaseSeconds: isLeader ? (facts?.lease.value ?? null) : null,
    isGuarded: facts?.guard.value ?? null,
  };
}

const roleOf = (isLeader: boolean, sync = "async"): MemberStatus["role"] => {
  if (isLeader) return "primary";
  return sync === "sync" || sync === "quorum" ? "synchronous standby" : "standby";
};

function stateOf(facts: MemberFacts, isLeader: boolean, sending: string | undefined): string {
  const waits = facts.stopped.value ?? null;
  if (waits !== null) return "waits for a decision";
  const state = facts.patroni.value?.state;
  if (state === undefined) return "Patroni does not answer";
  if (facts.database.value === undefined) return `${state}, PostgreSQL does not answer`;
  return isLeader ? state : (sending ?? `${state}, not streaming`);
}

const etcdRole = (status?: { leads: boolean; hasLeader: boolean }): EtcdMemberStatus["role"] => {
  if (status === undefined) return null;
  if (status.leads) return "leader";
  return status.hasLeader ? "follower" : "no leader";
};
