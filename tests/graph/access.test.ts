import assert from "node:assert/strict";
import type { SettingsInput } from "../../configs/settings/schema";
import type { RunningCluster } from "../../platforms/platform";
import { dockerCluster, vmCluster } from "../support/fixtures";
import { changed } from "../support/changes";
import { record, type Recorder } from "../support/mocks";

const members = ["test-patroni1-files", "test-patroni2-files", "test-patroni3-files"];
const [access, systemRoles] = ["cluster-patroni-access", "cluster-patroni-system-roles"];
/** Who may log in is noted, so that the next preview can say whose login ends. */
const noted = "cluster-trust-taken";
const sessions = [1, 2, 3].map((i) => `cluster-databases-sessions-patroni${i}`);
const password = (name: string) => `cluster-credentials-${name}`;

/** From which settings to which, and what is changed by it. */
const cases: [string, Partial<SettingsInput>, Partial<SettingsInput>, string[]][] = [
  [
    "the first rotation of a role",
    {},
    { roles: { app: { rotation: 1 } } },
    [password("second-role-app"), access, ...sessions],
  ],
  [
    "a further rotation of a role",
    { roles: { app: { rotation: 1 } } },
    { roles: { app: { rotation: 2 } } },
    [password("role-app"), access],
  ],
  [
    "another given password",
    { roles: { app: { password: "first" } } },
    { roles: { app: { password: "second" } } },
    [access],
  ],
  ["the right to replicate", {}, { roles: { app: { replication: true } } }, [access]],
  [
    "the superuser's rotation",
    { databases: { app: { owner: "app", extensions: ["cube"] } } },
    {
      databases: { app: { owner: "app", extensions: ["cube"] } },
      credentials: { superuser: 1 },
    },
    [password("superuser"), access, systemRoles, ...members],
  ],
  [
    "replication's rotation",
    { credentials: { replication: 1 } },
    { credentials: { replication: 2 } },
    [password("replication"), access, systemRoles, ...members],
  ],
  [
    "pg_rewind's rotation",
    { credentials: { rewind: 2 } },
    { credentials: { rewind: 3 } },
    [password("second-rewind"), access, systemRoles, ...members],
  ],
  [
    "the REST API's rotation",
    {},
    { credentials: { restApi: 1 } },
    [password("restApi"), ...members],
  ],
  [
    "the rotation of members' way to etcd",
    { credentials: { etcd: 1 } },
    { credentials: { etcd: 2 } },
    [password("etcd"), "cluster-etcd-access", ...members],
  ],
  [
    "the rotation of HAProxy's page",
    {},
    { credentials: { stats: 1 } },
    [password("stats"), "test-haproxy1-files"],
  ],
  [
    "the pool's rotation",
    { credentials: { poolLookup: 1 } },
    { credentials: { poolLookup: 2 } },
    [password("poolLookup"), access, "test-pgbouncer1-files"],
  ],
  [
    "the administrator's rotation",
    { credentials: { administrator: 1 } },
    { credentials: { administrator: 2 } },
    [password("administrator"), access],
  ],
  [
    "the monitor's rotation",
    { credentials: { monitor: 1 } },
    { credentials: { monitor: 2 } },
    [password("monitor"), access],
  ],
  [
    "a role that leaves",
    { roles: { app: {}, other: {} } },
    {},
    [password("role-other"), access, ...sessions, noted],
  ],
  [
    "a role that is dropped",
    { roles: { app: {}, other: {} } },
    { roles: { app: {}, other: { state: "dropped" } } },
    [password("role-other"), ...[access, "cluster-databases-contents", ...sessions, noted]],
  ],
  [
    "a reader",
    { roles: { app: {}, other: {} } },
    { roles: { app: {}, other: {} }, databases: { app: { owner: "app", readers: ["other"] } } },
    [access, "cluster-databases-contents"],
  ],
  [
    "an extension",
    { databases: { app: { owner: "app", extensions: ["cube"] } } },
    { databases: { app: { owner: "app", extensions: ["cube", "hstore"] } } },
    ["cluster-databases-contents"],
  ],
];

const recorded = new Map<string, Promise<Recorder>>();
/** What the program registers for settings, kept for the next case that has the same. */
function recordDocker(input: Partial<SettingsInput> = {}): Promise<Recorder> {
  const key = JSON.stringify(input);
  const recorder = recorded.get(key) ?? record(() => dockerCluster(input));
  recorded.set(key, recorder);
  return recorder;
}

/** New files are tried out first. */
const trialsOf = (names: string[]): string[] =>
  Object.entries({ haproxy1: "haproxy", patroni1: "postgres", pgbouncer1: "pgbouncer" })
    .filter(([service]) => names.includes(`test-${service}-files`))
    .map(([, kind]) => `cluster-trials-${kind}`);

describe("a change of access", () => {
  for (const [what, before, after, expected] of cases) {
    it(`${what} changes what it has to, and nothing else`, async () => {
      const recorders = [await recordDocker(before), await recordDocker(after)] as const;
      assert.deepEqual(changed(...recorders), [...expected, ...trialsOf(expected)].sort());
    });
  }

  it("VRRP's rotation changes every router, and nothing else", async () => {
    const keepalived = { virtualAddress: "10.0.0.100" };
    const recorders = [
      await record(() => vmCluster({ keepalived })),
      await record(() => vmCluster({ keepalived, credentials: { vrrp: 1 } })),
    ] as const;
    const routers = [1, 2, 3].map((i) => `test-keepalived${i}`);
    assert.deepEqual(
      changed(...recorders).filter((name) => !routers.some((router) => name.startsWith(router))),
      [password("vrrp"), "cluster-trials-keepalived"],
    );
    for (const router of routers) {
      assert.ok(
        changed(...recorders).some((name) => name.startsWith(router)),
        router,
      );
    }
  });
});

describe("passwords", () => {
  it("that were never rotated are what they were before there were rotations", async () => {
    const recorder = await recordDocker();
    const passwords = recorder.ofType("random:index/randomPassword:RandomPassword");
    assert.deepEqual(
      passwords.map(({ name, inputs }) => [name, inputs.keepers]),
      [
        ...["superuser", "restApi", "vrrp", "stats", "replication", "rewind", "poolLookup"],
        ...["administrator", "monitor", "etcd", "role-app"],
      ].map((name) => [password(name), undefined]),
    );
  });

  it("that the stack file gives are in no resource as they are", async () => {
    const roles = { app: { password: "given-by-hand" } };
    const recorder = await recordDocker({ roles });
    const shown = recorder.resources.map(({ inputs }) => JSON.stringify(inputs));
    assert.deepEqual(
      shown.filter((text) => text.includes("given-by-hand")),
      [],
    );
    assert.ok(!recorder.resources.some(({ name }) => name === password("role-app")));
  });

  it("have names of their own, whatever the roles' names", async () => {
    const roles = { app: { rotation: 1 }, "b-app": {}, "second-role-app": {}, "role-app": {} };
    const recorder = await recordDocker({ roles });
    const names = recorder.resources.map(({ urn }) => urn);
    assert.equal(new Set(names).size, names.length);
  });
});

describe("the order of access", () => {
  let recorder: Recorder;
  before(async () => {
    recorder = await recordDocker({ databases: { app: { owner: "app", extensions: ["cube"] } } });
  });
  const comesBefore = (one: string, other: string) =>
    recorder.before(recorder.named(other)).has(recorder.named(one).urn);

  it("has members' logins ready before a member is told of them", () => {
    assert.ok(comesBefore(systemRoles, "test-patroni1-files"));
  });

  it("sets passwords before the second member copies the first", () => {
    assert.ok(comesBefore(access, "test-patroni2"));
  });

  it("makes extensions when all members have their packages, and sessions have ended", () => {
    for (const one of sessions) {
      assert.ok(comesBefore("test-patroni3-ready", one));
      assert.ok(comesBefore(one, "cluster-databases-contents"));
    }
  });

  it("lets no client wait for that", () => {
    for (const one of sessions) assert.ok(!comesBefore(one, "test-haproxy1"));
  });
});

describe("what was changed in PostgreSQL by hand", () => {
  const running = (drift: NonNullable<RunningCluster["drift"]>): RunningCluster => ({
    ...{
      leader: "patroni1",
      dynamicConfig: {},
      founding: undefined,
      trust: [],
      pendingRestart: [],
    },
    drift,
  });
  const input = {
    roles: { app: {}, reader: {} },
    databases: { app: { owner: "app", readers: ["reader"] } },
  };
  const triggersOf = async (name: string, drift: NonNullable<RunningCluster["drift"]>) => {
    const recorder = await record(() => dockerCluster(input, { running: running(drift) }));
    return String(recorder.named(name).inputs.triggers);
  };

  it("shows at what puts it back", async () => {
    const role = { kind: "access" as const, what: "role app: password" };
    const rights = {
      kind: "contents" as const,
      what: "database app: rights of app:ro in schema public",
    };
    const both = [role, rights];
    assert.match(await triggersOf(access, both), /: changed: role app: password$/);
    assert.match(
      await triggersOf("cluster-databases-contents", both),
      /: changed: database app: rights/,
    );
    assert.match(await triggersOf(access, [rights]), /as it was left$/);
  });
});
