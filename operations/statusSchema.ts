import { z } from "zod";

const name = z.string().min(1);
const text = z.string().nullable();
const count = z.number().nullable();

/** The replication of a member. */
const replication = {
  role: z.enum(["primary", "standby", "synchronous standby"]).nullable(),
  state: name,
  timeline: count,
  sendLagBytes: count,
  replayLagBytes: count,
  replayLagSeconds: count,
};

/** A service that may not answer. */
const service = { name, host: text, silence: text };

const event = z.strictObject({
  time: text,
  timeline: z.int(),
  primary: text,
  position: z.string(),
  reason: z.string(),
});

const problem = z.strictObject({
  id: name,
  severity: z.enum(["critical", "warning"]),
  subject: name,
  evidence: z.string(),
  cause: name,
  next: name,
});

/** The output of `hapg diagnose --json`. Removing a field or changing its type breaks scripts. */
export const diagnoseSchema = z.array(problem);

/** The output of `hapg events --json`. */
export const eventsSchema = z.array(event);

/** The output of `hapg updates --json`. */
export const updatesSchema = z.strictObject({
  cluster: name,
  platform: z.enum(["docker", "vm"]),
  places: z.array(
    z.strictObject({
      place: name,
      services: z.array(name),
      packages: z.array(
        z.strictObject({
          name,
          installed: name,
          newer: text,
          isSecurity: z.boolean(),
          isOwn: z.boolean(),
        }),
      ),
      silence: text,
    }),
  ),
  settings: z.record(name, z.unknown()).nullable(),
});

/** The output of `hapg edit-config --show --json`. */
export const dynamicKeysSchema = z.array(
  z.strictObject({ key: name, value: z.unknown(), setting: text }),
);

/** The output of `hapg status --json`. */
export const statusSchema = z.strictObject({
  cluster: name,
  platform: z.enum(["docker", "vm"]),
  time: z.iso.datetime(),
  primary: text,
  timeline: count,
  isPaused: z.boolean(),
  isFailsafeActive: z.boolean(),
  lastFailover: event.nullable(),
  members: z.array(
    z.strictObject({
      ...service,
      ...replication,
      pendingRestart: z.array(name),
      version: text,
      patroniVersion: text,
      started: text,
      tags: z.record(z.string(), z.unknown()),
      connections: count,
      maxConnections: count,
      diskBytes: count,
      diskFreeBytes: count,
      walBytes: count,
      leaseSeconds: count,
      isGuarded: z.boolean().nullable(),
    }),
  ),
  etcd: z.array(
    z.strictObject({
      ...service,
      role: z.enum(["leader", "follower", "no leader"]).nullable(),
      hasQuorum: z.boolean(),
      version: text,
      databaseBytes: count,
      alarms: z.array(name),
    }),
  ),
  routers: z.array(
    z.strictObject({
      ...service,
      writesTo: z.array(name),
      readsTo: z.array(name),
      writeSessions: count,
      readSessions: count,
    }),
  ),
  pools: z.array(
    z.strictObject({
      ...service,
      isPaused: z.boolean().nullable(),
      clients: count,
      waiting: count,
      longestWaitSeconds: count,
      serverConnections: count,
    }),
  ),
  virtualAddress: z.strictObject({ address: name, heldBy: z.array(name) }).nullable(),
  slots: z.array(
    z.strictObject({
      member: name,
      name,
      type: name,
      isActive: z.boolean(),
      walStatus: text,
      heldBytes: count,
    }),
  ),
  backups: z
    .strictObject({
      silence: text,
      last: z
        .strictObject({ name, type: z.enum(["full", "diff", "incr"]), ended: z.iso.datetime() })
        .nullable(),
      recoverable: z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() }).nullable(),
      archiveLagSeconds: count,
      waitingFiles: count,
    })
    .nullable(),
  certificates: z.array(z.strictObject({ service: name, days: z.number() })),
  problems: diagnoseSchema,
});

const node = z.strictObject({ name, host: text, ...replication }).extend({
  get standbys() {
    return z.array(node);
  },
});

/** The output of `hapg topology --json`. */
export const topologySchema = z.strictObject({
  cluster: name,
  primary: node.nullable(),
  detached: z.array(node),
});
