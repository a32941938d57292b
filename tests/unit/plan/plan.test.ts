import assert from "node:assert/strict";
import type { Kind } from "../../../configs/cluster/catalogue";
import type { Settings, SettingsInput } from "../../../configs/settings/schema";
import { draftOf } from "../../../plan/draft";
import type { Draft } from "../../../plan/draftModel";
import { markdownPage, textPage } from "../../../plan/page";
import { type Plan, planOf, planSchema } from "../../../plan/plan";
import { settingsOf, vmInput } from "../../support/models";

/** What a change does to each kind of service; none for what stays as it is. */
type Expected = Partial<Record<Kind, string>>;

const members = "patroni1,patroni2,patroni3";
const etcds = "etcd1,etcd2,etcd3";

/** Changes of a cluster on Docker with three members, each with its effect. */
const changes: Record<string, [Partial<SettingsInput>, Expected]> = {
  nothing: [{}, {}],
  "a parameter that a reload changes": [
    { postgres: { parameters: { work_mem: "8MB" } } },
    { patroni: `${members} reload` },
  ],
  "a parameter that needs a restart": [
    { postgres: { parameters: { wal_buffers: "4MB" } } },
    { patroni: `${members} restart` },
  ],
  "more connections, which HAProxy follows": [
    { postgres: { parameters: { max_connections: 200 } } },
    { patroni: `${members} restart`, haproxy: "haproxy1 reload" },
  ],
  "more memory": [
    { postgres: { memoryMegabytes: 2048 } },
    { patroni: `${members} restart`, haproxy: "haproxy1 reload" },
  ],
  "more memory for etcd": [{ etcd: { memoryMegabytes: 512 } }, { etcd: `${etcds} write` }],
  "a package": [
    { postgres: { packages: ["postgresql-17-pgvector"] } },
    { patroni: `${members} restart` },
  ],
  "a line of pg_hba.conf": [
    { postgres: { hba: ["host all all 10.0.0.0/8 scram-sha-256"] } },
    { patroni: `${members} reload` },
  ],
  "a longer lease": [{ patroni: { ttlSeconds: 40 } }, { patroni: `${members} reload` }],
  "synchronous replication": [
    { patroni: { synchronousMode: "on" } },
    { patroni: `${members} reload` },
  ],
  "another member": [
    { postgres: { members: 4 } },
    { patroni: `${members} write; patroni4 create`, haproxy: "haproxy1 reload" },
  ],
  "one member less": [
    { postgres: { members: 2 } },
    { patroni: "patroni1,patroni2 write; patroni3 remove", haproxy: "haproxy1 reload" },
  ],
  "more of etcd": [
    { etcd: { members: 5 } },
    {
      etcd: `${etcds} write; etcd4,etcd5 create`,
      patroni: `${members} reload`,
      haproxy: "haproxy1 reload",
    },
  ],
  "another base image": [
    { docker: { baseImage: "debian:bookworm-slim" } },
    {
      etcd: `${etcds} restart`,
      patroni: `${members} restart`,
      haproxy: "haproxy1 restart",
      pgbouncer: "pgbouncer1 restart",
    },
  ],
  "more sessions": [{ haproxy: { maxConnections: 3000 } }, { haproxy: "haproxy1 reload" }],
  "another port of HAProxy": [
    { haproxy: { writePort: 5100 } },
    { haproxy: "haproxy1 restart", pgbouncer: "pgbouncer1 reload" },
  ],
  "another port of PgBouncer": [{ pgbouncer: { port: 6433 } }, { pgbouncer: "pgbouncer1 restart" }],
  "a larger pool": [{ pgbouncer: { poolSize: 30 } }, { pgbouncer: "pgbouncer1 reload" }],
  "new keys": [
    { credentials: { certificates: 1 } },
    {
      etcd: `${etcds} write`,
      patroni: `${members} reload`,
      haproxy: "haproxy1 reload",
      pgbouncer: "pgbouncer1 reload",
    },
  ],
  "another password of the superuser": [
    { credentials: { superuser: 1 } },
    { patroni: `${members} reload` },
  ],
  backups: [
    { backup: { enabled: true } },
    {
      patroni: `${members} restart`,
      backup: "backup1,backup2,backup3 create",
      repository: "repository1 create",
    },
  ],
  "another role": [{ roles: { app: {}, reports: {} } }, {}],
};

/** The steps of a plan by kind of service. */
const effects = ({ steps }: Plan): Expected => {
  const found: Record<string, string[]> = {};
  for (const { services, action } of steps) {
    const kind = (services[0] ?? "").replace(/\d+$/, "");
    (found[kind] ??= []).push(`${services.join(",")} ${action}`);
  }
  return Object.fromEntries(Object.entries(found).map(([kind, texts]) => [kind, texts.join("; ")]));
};

describe("a plan between two versions", () => {
  let base: Draft;
  before(async () => {
    base = await draftOf(settingsOf());
  });
  const planFor = async (input: Partial<SettingsInput>, from = base): Promise<Plan> =>
    planSchema.parse(planOf("test", from, await draftOf(settingsOf(input))));

  for (const [what, [input, expected]] of Object.entries(changes)) {
    it(`says what happens with ${what}`, async () => {
      assert.deepEqual(effects(await planFor(input)), expected);
    });
  }

  it("is empty without a change, in words as well", async () => {
    const plan = await planFor({});
    assert.equal(textPage(plan, true), "test: no change");
    assert.equal(markdownPage([plan]), "No cluster changes (test).");
  });

  it("expects the outage of a switchover, or of a restart without a standby", async () => {
    const restart = { postgres: { parameters: { wal_buffers: "4MB" } } };
    const { outages } = await planFor(restart);
    assert.deepEqual(
      outages.map(({ route, cause }) => [route, cause]),
      [
        ["HAProxy", "switchover"],
        ["PgBouncer", "switchover"],
      ],
    );
    const alone = await draftOf(settingsOf({ postgres: { members: 1 } }));
    const single = await planFor({ postgres: { members: 1, ...restart.postgres } }, alone);
    assert.equal(single.outages[0]?.cause, "primary restart");
    assert.match(single.steps[0]?.order ?? "", /no standby/);
  });

  it("names what `up` refuses, and what no later update takes back", async () => {
    const { refused } = await planFor({ postgres: { version: 16 } });
    assert.match(refused[0] ?? "", /^postgres\.version: the cluster was founded with 17/);
    const roles = { app: {}, old: {}, reports: {} };
    const before = await draftOf(settingsOf({ roles, protect: true }));
    const after = { roles: { app: {}, old: { state: "dropped" as const } } };
    const { irreversible } = await planFor(after, before);
    assert.deepEqual(irreversible, [
      "Role old is dropped.",
      "Role reports can no longer log in.",
      "Nothing protects the data volumes any more.",
    ]);
  });

  it("names the policies that the stack does not meet, also without a change", async () => {
    const policies = { backups: "refuse", protection: "warn" } as const;
    const input = { policies };
    const plan = await planFor(input, await draftOf(settingsOf(input)));
    assert.match(plan.refused.join("\n"), /^policies\.backups: there are no backups/);
    assert.match(plan.warnings.join("\n"), /^policies\.protection: .*; set protect$/);
    assert.match(textPage(plan, false), /\nPolicies\n {2}policies\.protection: /);
    const warned = { policies: { protection: "warn" as const } };
    const same = await planFor(warned, await draftOf(settingsOf(warned)));
    assert.equal(markdownPage([same]), "No cluster changes (test).");
  });

  it("takes another name for another cluster", async () => {
    const { steps, irreversible } = await planFor({ clusterName: "other" });
    assert.deepEqual([...new Set(steps.map(({ action }) => action))].sort(), ["create", "remove"]);
    assert.match(irreversible[0] ?? "", /another, empty cluster/);
  });

  it("shows no secret, neither in settings nor in files", async () => {
    const given = "correct-horse-battery-staple";
    const plan = await planFor({ roles: { app: { password: given } } });
    assert.ok(!JSON.stringify(plan).includes(given), JSON.stringify(plan.settings));
    const { files } = await planFor({ credentials: { superuser: 1, replication: 1 } });
    assert.match(files.map(({ diff }) => diff).join("\n"), /\+.*<password /);
  });

  it("changes packages and limits on hosts without a restart", async () => {
    const onHosts = (input: Partial<Settings["postgres"]> = {}) =>
      draftOf(settingsOf(vmInput({ postgres: { memoryMegabytes: 1024, ...input } })));
    const plan = planOf(
      "test",
      await onHosts(),
      await onHosts({ packages: ["postgresql-17-cron"] }),
    );
    assert.deepEqual(effects(plan), {});
  });

  it("folds the details in Markdown", async () => {
    const text = markdownPage([
      await planFor({ pgbouncer: { poolSize: 30 } }),
      { ...(await planFor({})), stack: "prod" },
    ]);
    assert.match(text, /^### `test`: 1 to reload, no write outage$/m);
    assert.match(text, /\| pgbouncer1 \| reload \| pgbouncer\.ini \|/);
    assert.match(text, /<details><summary>1 changed files[^]*\n\+default_pool_size = 30\n/);
    assert.match(text, /Without a change: prod\./);
  });
});
