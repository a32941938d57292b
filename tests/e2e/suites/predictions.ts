import assert from "node:assert/strict";
import type { Settings } from "../../../configs/settings/schema";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { StackSettings } from "../../../lab/cluster/testEnvironment";
import { print } from "../../../lab/print";
import { writingDuring } from "../../../lab/writer";
import { draftOf } from "../../../plan/draft";
import { type Plan, planOf } from "../../../plan/plan";

/** An update and, where clients cannot stay connected, why its outage is not looked at. */
interface Change {
  what: string;
  to: StackSettings;
  endsWrites?: string;
}

const otherPort = "clients of the pool have another port then";

/** One after the other, each from what the one before has left. */
const changes: Change[] = [
  { what: "a parameter that a reload changes", to: parameters({ work_mem: "8MB" }) },
  { what: "a parameter that needs a restart", to: parameters({ wal_buffers: "4MB" }) },
  { what: "more connections", to: parameters({ max_connections: 120 }) },
  {
    what: "a line of pg_hba.conf",
    to: { postgres: { hba: ["hostssl all all 10.0.0.0/8 scram-sha-256"] } },
  },
  { what: "no line of pg_hba.conf", to: { postgres: { hba: [] } } },
  { what: "a longer lease", to: { patroni: { ttlSeconds: 40 } } },
  { what: "a shorter lease", to: { patroni: { ttlSeconds: 30 } } },
  { what: "synchronous replication", to: { patroni: { synchronousMode: "on" } } },
  { what: "asynchronous replication", to: { patroni: { synchronousMode: "off" } } },
  { what: "more memory for etcd", to: { etcd: { memoryMegabytes: 144 } } },
  { what: "more sessions of HAProxy", to: { haproxy: { maxConnections: 3000 } } },
  { what: "another timeout of clients", to: { haproxy: { clientTimeoutSeconds: 7200 } } },
  { what: "another port for reads", to: { haproxy: { readPort: 25901 } } },
  { what: "a larger pool", to: { pgbouncer: { poolSize: 12 } } },
  { what: "more clients of the pool", to: { pgbouncer: { maxClientConnections: 900 } } },
  {
    what: "another port of PgBouncer",
    to: { pgbouncer: { port: 26932 } },
    endsWrites: otherPort,
  },
  {
    what: "the former port of PgBouncer",
    to: { pgbouncer: { port: 26432 } },
    endsWrites: otherPort,
  },
  { what: "another role", to: { roles: { app: {}, reports: {} } } },
  { what: "a role's new password", to: { roles: { app: { rotation: 1 } } } },
  { what: "a dropped role", to: { roles: { reports: { state: "dropped" } } } },
  {
    what: "another database",
    to: { databases: { app: { owner: "app" }, shop: { owner: "app" } }, defaultDatabase: "app" },
  },
  { what: "another password of the superuser", to: { credentials: { superuser: 1 } } },
  { what: "another password of replication", to: { credentials: { replication: 1 } } },
  { what: "another password of the REST API", to: { credentials: { restApi: 1 } } },
  { what: "new keys and certificates", to: { credentials: { certificates: 1 } } },
  { what: "clients without TLS allowed", to: { tls: { clients: "allowed" } } },
  { what: "clients without TLS refused", to: { tls: { clients: "required" } } },
  { what: "another member", to: { postgres: { members: 4 } } },
  { what: "one member less", to: { postgres: { members: 3 } } },
  { what: "more members of etcd", to: { etcd: { members: 5 } } },
  { what: "fewer members of etcd", to: { etcd: { members: 3 } } },
  { what: "more memory for members", to: { postgres: { memoryMegabytes: 400 } } },
];

function parameters(values: Record<string, string | number>): StackSettings {
  return { postgres: { parameters: values } };
}

/** How a cluster is before or after an update. */
interface Picture {
  leader: string;
  /** Changes with each start, by service. */
  starts: Record<string, string>;
  /** When PostgreSQL has started, in seconds since 1970, by member. */
  servers: Record<string, number>;
}

/** Updates of each kind, held against what a plan says of them. */
export function predictions(cluster: ClusterUnderTest): void {
  const { environment } = cluster;

  async function picture(): Promise<Picture> {
    const incarnations = await environment.incarnations();
    const members = Object.keys(incarnations).filter((name) => name.startsWith("patroni"));
    const asked = ["psql", "-XqAtU", "postgres", "-c"];
    const sql = "SELECT extract(epoch FROM pg_postmaster_start_time())";
    const servers = await Promise.all(
      members.map(
        async (name) => [name, Number(await environment.inMember(name, ...asked, sql))] as const,
      ),
    );
    const known = Object.fromEntries(servers);
    return {
      leader: await cluster.leader(),
      starts: Object.fromEntries(
        Object.entries(incarnations).map(([name, one]) => [name, `${one} ${known[name] ?? ""}`]),
      ),
      servers: known,
    };
  }

  describe("a plan", () => {
    for (const { what, to, endsWrites } of changes) {
      it(`is right about ${what}`, async () => {
        const former = cluster.parsedSettings;
        const before = await picture();
        const { write, pooledWrite } = await cluster.strings();
        cluster.change(to);
        const plan = await planBetween(former, cluster.parsedSettings);
        const { result, report: direct } = await writingDuring(write, "plan_write", () =>
          writingDuring(pooledWrite, "plan_pool", () => cluster.up()),
        );
        const after = await picture();
        print(`${what}: ${inWords(plan)}; ${gaps(direct, result.report)}`);

        assert.deepEqual(done(before, after), {
          restart: named(plan, "restart"),
          create: named(plan, "create"),
          remove: named(plan, "remove"),
        });
        assertLeaderLast(before, after);
        if (endsWrites === undefined) {
          assertOutage(plan, "HAProxy", direct.longestGapMilliseconds / 1000);
          assertOutage(plan, "PgBouncer", result.report.longestGapMilliseconds / 1000);
        }
        await cluster.untilStreaming(90, cluster.parsedSettings.postgres.members);
      });
    }
  });
}

/** A plan of the components in this process. */
async function planBetween(former: Settings, wanted: Settings): Promise<Plan> {
  const { stackTraceLimit } = Error;
  try {
    return planOf("test", await draftOf(former), await draftOf(wanted));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

const named = ({ steps }: Plan, action: Plan["steps"][number]["action"]): string[] =>
  steps.flatMap((step) => (step.action === action ? step.services : [])).sort();

/** What an update did to the services. */
function done({ starts: before }: Picture, { starts: after }: Picture) {
  const found = (isIt: (name: string) => boolean) =>
    Object.keys({ ...before, ...after })
      .filter(isIt)
      .sort();
  return {
    restart: found((name) => name in before && name in after && before[name] !== after[name]),
    create: found((name) => !(name in before)),
    remove: found((name) => !(name in after)),
  };
}

/** Standbys first, the leader last. */
function assertLeaderLast(before: Picture, after: Picture): void {
  const restarted = Object.keys(after.servers)
    .filter((name) => name in before.servers && before.servers[name] !== after.servers[name])
    .sort((one, other) => (after.servers[one] ?? 0) - (after.servers[other] ?? 0));
  if (restarted.includes(before.leader))
    assert.equal(restarted.at(-1), before.leader, restarted.join(", "));
}

/** Within a factor of 2 and half a second of the expected outages, of which several may be one. */
function assertOutage({ outages }: Plan, route: string, seconds: number): void {
  const medians = outages.flatMap((one) => (one.route === route ? [one.medianSeconds] : []));
  const most = 2 * medians.reduce((sum, one) => sum + one, 0) + 0.5;
  const least = Math.max(0, ...medians) / 2 - 0.5;
  assert.ok(
    seconds <= most && seconds >= least,
    `${route}: ${seconds.toFixed(2)} s, expected ${least.toFixed(2)} to ${most.toFixed(2)} s`,
  );
}

function inWords({ steps, outages }: Plan): string {
  const parts = steps.map(({ action, services }) => `${action} ${services.join(",")}`);
  const expected = outages.map(
    ({ route, cause, medianSeconds }) => `${route} ${medianSeconds} s (${cause})`,
  );
  return [
    parts.join("; ") || "nothing",
    `expected ${expected.join(", ") || "no outage"}, measured`,
  ].join("; ");
}

const gaps = (direct: Gap, pooled: Gap): string =>
  `HAProxy ${seconds(direct)}, PgBouncer ${seconds(pooled)}`;

interface Gap {
  longestGapMilliseconds: number;
}

const seconds = ({ longestGapMilliseconds }: Gap) =>
  `${(longestGapMilliseconds / 1000).toFixed(2)} s`;
