import assert from "node:assert/strict";
import { Client } from "pg";
import { type ClusterMember, clusterMembers } from "../../ops/lib/clusterView";
import { docker, E2eStack, type Outputs } from "../support/e2eStack";
import { patroniCall } from "../support/patroni";
import { connect, eventually, query, Writer, type WriteReport } from "../support/writer";

const name = "hapg-e2e";

/** Ports of this test's own, so that a running cluster is not touched. */
const settings = {
  clusterName: name,
  haproxy: { writePort: 25000, readPort: 25001, statsPort: 28404, restApiPort: 28009 },
  pgbouncer: { port: 26432 },
  docker: { memberPort: 25432 },
  postgres: { memoryMegabytes: 384 },
  etcd: { memoryMegabytes: 128 },
};

describe("a cluster on a real Docker Engine", function () {
  this.timeout("10m");
  // Each step starts from what the one before left.
  this.bail(true);
  let stack: E2eStack;
  let outputs: Outputs;
  const strings = () => {
    const app = outputs.connectionStrings.app;
    if (app === undefined) throw new Error("no connection strings for app");
    return app;
  };
  const members = () => clusterMembers(outputs.restApiUrl);
  const leader = async () => nameOf(await members(), "leader");

  const dispose = () => stack.dispose();
  const interrupted = () => {
    dispose();
    process.exit(130);
  };
  before(async () => {
    stack = new E2eStack(name);
    process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
    await stack.init();
    stack.configure(settings);
  });
  after(() => {
    process.removeListener("SIGINT", interrupted).removeListener("SIGTERM", interrupted);
    dispose();
  });

  it("refuses a port that is in use, before anything is created", async () => {
    stack.configure({ ...settings, haproxy: { ...settings.haproxy, writePort: 22 + 25000 } });
    const { createServer } = await import("node:net");
    const server = createServer().listen(25022, "127.0.0.1");
    try {
      const { code, output } = await stack.pulumi("up", "--yes", "--skip-preview");
      assert.notEqual(code, 0);
      assert.match(
        output,
        /haproxy\.writePort: port 25022 is in use on this machine; choose another/,
      );
      assertNothingThere();
    } finally {
      server.close();
      stack.configure(settings);
    }
  });

  it("refuses a name that belongs to somebody else", async () => {
    docker("create", "--name", `${name}-etcd2`, "debian:trixie-slim", "true");
    try {
      const { code, output } = await stack.pulumi("up", "--yes", "--skip-preview");
      assert.notEqual(code, 0);
      assert.match(
        output,
        /clusterName: the container hapg-e2e-etcd2 exists already and belongs to somebody else/,
      );
      assertNothingThere();
    } finally {
      docker("rm", `${name}-etcd2`);
    }
  });

  it("says when no Engine answers", async () => {
    const nowhere = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };
    const { code, output } = await stack.pulumiWith(nowhere, "up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /No Docker Engine answers at unix:\/\/\/nonexistent\/docker\.sock/);
    assert.match(output, /Start it, set docker\.host or DOCKER_HOST, or run `npm run setup`/);
  });

  it("refuses a wrong passphrase", async () => {
    const wrong = { PULUMI_CONFIG_PASSPHRASE: "not this one" };
    const { code, output } = await stack.pulumiWith(wrong, "up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /incorrect passphrase/);
    assertNothingThere();
  });

  it("refuses invalid settings, all at once", async () => {
    stack.configure({ ...settings, etcd: { members: 4 }, pgbounzer: { port: 1 } });
    const { code, output } = await stack.pulumi("up", "--yes", "--skip-preview");
    stack.configure(settings);
    assert.notEqual(code, 0);
    assert.match(output, /etcd\.members: must be one of 1, 3 or 5, got 4/);
    assert.match(output, /pgbounzer: is not a setting; did you mean pgbouncer\?/);
    assertNothingThere();
  });

  it("ends well when `up` is interrupted in the middle and run again", async () => {
    const first = stack.start("up", "--yes", "--skip-preview");
    await eventually(240, () => {
      docker("inspect", `${name}-patroni1`);
      return Promise.resolve();
    });
    first.interrupt();
    const { code } = await first.result;
    assert.notEqual(code, 0, "the interrupted run ends with an error");
    const { seconds } = await stack.up();
    print(`up after an interrupted up: ${seconds.toFixed(1)} s`);
    outputs = await stack.outputs();
  });

  it("has one leader and two streaming standbys", async () => {
    await wholeAgain();
    const all = await members();
    assert.equal(all.length, 3);
    assert.equal(nameOf(all, "leader"), "patroni1", "the first member bootstraps");
  });

  it("writes through 5000 and reads it through 5001, 6432 and straight from the primary", async () => {
    await query(strings().write, "CREATE TABLE greeting (word text)");
    await query(strings().write, "INSERT INTO greeting VALUES ('hello')");
    const kinds = ["read", "pooledWrite", "pooledRead", "libpq"] as const;
    for (const kind of kinds) {
      // node-postgres takes one host only; libpq's own clients are tried with psql below.
      if (kind === "libpq") continue;
      await eventually(5, async () => {
        assert.deepEqual(await query(strings()[kind], "TABLE greeting"), [{ word: "hello" }], kind);
      });
    }
    const [read] = await query<{ standby: boolean }>(
      strings().read,
      "SELECT pg_is_in_recovery() AS standby",
    );
    const [pooled] = await query<{ standby: boolean }>(
      strings().pooledRead,
      "SELECT pg_is_in_recovery() AS standby",
    );
    assert.deepEqual([read?.standby, pooled?.standby], [true, true]);
  });

  it("leads a libpq client with several hosts to the primary", () => {
    const url = strings().libpq.replaceAll("127.0.0.1", "host.docker.internal");
    assert.match(url, /target_session_attrs=read-write/);
    // Inside the members' network the members answer on their own names.
    const inside = url.replace(/@[^/]+\//, "@patroni3,patroni2,patroni1/");
    const answer = docker(
      "exec",
      `${name}-patroni3`,
      "psql",
      "-XAtc",
      "SELECT pg_is_in_recovery()",
      inside,
    );
    assert.equal(answer, "f");
  });

  it("refuses a wrong password on every way in", async () => {
    for (const kind of ["write", "read", "pooledWrite", "pooledRead"] as const) {
      const wrong = strings()[kind].replace(/:[^:@]+@/, ":wrong@");
      await assert.rejects(query(wrong, "SELECT 1"), /password authentication failed|SASL/, kind);
    }
  });

  it("lets a role created later use the pool at once", async () => {
    docker(
      "exec",
      `${name}-${await leader()}`,
      "psql",
      "-XqAt",
      "-U",
      "postgres",
      "-c",
      "CREATE ROLE later LOGIN PASSWORD 'made-by-hand'",
    );
    const url = strings().pooledWrite.replace(/\/\/[^@]+@/, "//later:made-by-hand@");
    assert.deepEqual(await query(url, "SELECT current_user::text AS me"), [{ me: "later" }]);
  });

  it("keeps the superuser out of the pool", async () => {
    const url = strings().pooledWrite.replace(/\/\/[^@]+@/, "//postgres:guess@");
    await assert.rejects(query(url, "SELECT 1"), /no such user|authentication failed|SASL/);
  });

  it("shows the stats page and metrics", async () => {
    const stats = await fetch(outputs.statsUrl);
    assert.equal(stats.status, 200);
    assert.match(await stats.text(), /patroni1/);
    const metrics = await (await fetch(outputs.metricsUrl)).text();
    assert.match(metrics, /^haproxy_server_status/m);
  });

  it("refuses unsafe calls of the REST API without credentials", async () => {
    const response = await fetch(`${outputs.restApiUrl}/restart`, { method: "POST", body: "{}" });
    assert.equal(response.status, 401);
  });

  it("shows no password to docker inspect, the process list, the logs and the exported state", async () => {
    const password = new URL(strings().write).password;
    const { containers } = stack.leftovers();
    assert.equal(containers.length, 8);
    const shown = [
      docker("inspect", ...containers),
      ...containers.map((container) => docker("top", container, "-eo", "pid,args")),
      ...containers.map((container) => docker("logs", container)),
      await stack.exported(),
    ].join("\n");
    assert.ok(shown.includes("patroni1"));
    assert.ok(!shown.includes(password));
    assert.ok(!shown.includes("SCRAM-SHA-256$"));
  });

  it("changes nothing in a second `up`", async () => {
    const before = containerIds();
    const { seconds, output } = await stack.up("--expect-no-changes");
    print(`up without a change: ${seconds.toFixed(1)} s`);
    assert.doesNotMatch(output, /[1-9]\d* (created|updated|replaced|deleted)/);
    assert.deepEqual(containerIds(), before);
    const preview = await stack.succeed("preview", "--expect-no-changes");
    print(`preview without a change: ${preview.seconds.toFixed(1)} s`);
  });

  it("lets connections held open through the pool write again after a switchover", async () => {
    const from = await leader();
    const held = await holdConnections(strings().pooledWrite, 10);
    const started = Date.now();
    await patroniCall(`${name}-${from}`, "switchover", { leader: from });
    await allWrite(held, 30);
    print(`switchover, until 10 held connections had written again: ${Date.now() - started} ms`);
    assert.notEqual(await leader(), from);
    await wholeAgain();
  });

  it("lets connections held open through the pool write again after the primary was killed", async () => {
    const from = await leader();
    const held = await holdConnections(strings().pooledWrite, 10);
    const started = Date.now();
    docker("kill", `${name}-${from}`);
    await allWrite(held, 90);
    print(`kill, until 10 held connections had written again: ${Date.now() - started} ms`);
    assert.notEqual(await leader(), from);
  });

  it("brings a container that was removed by hand back by `up`, streaming", async () => {
    const all = await eventually(60, async () => {
      const now = await members();
      assert.equal(now.filter(({ role }) => role === "leader").length, 1);
      return now;
    });
    const current = nameOf(all, "leader");
    const victims = ["patroni1", "patroni2", "patroni3"].filter((member) => member !== current);
    docker("rm", "--force", `${name}-${victims[0] ?? ""}`);
    const { seconds } = await stack.up();
    print(`up that brings a removed container back: ${seconds.toFixed(1)} s`);
    await wholeAgain();
  });

  it("rolls one member at a time when a node-local setting changes, while a writer writes", async () => {
    const writer = await new Writer(strings().write, "rolling").start();
    const watch = watchMembers();
    stack.configure({ ...settings, postgres: { ...settings.postgres, memoryMegabytes: 448 } });
    const before = containerIds();
    const { seconds } = await stack.up();
    const fewest = watch.stop();
    const report = await writer.stop();
    const after = containerIds();
    for (const member of ["patroni1", "patroni2", "patroni3"]) {
      assert.notEqual(after[`${name}-${member}`], before[`${name}-${member}`], member);
    }
    print(
      `rolling change: ${seconds.toFixed(1)} s, ${report.acknowledged.length} writes acknowledged, ` +
        `longest gap ${report.longestGapMilliseconds} ms`,
    );
    assert.ok(fewest >= 2, `at one time only ${fewest} members were running`);
    await wholeAgain();
    await assertNothingLost(report, "rolling");
  });

  it("applies a changed PostgreSQL parameter to the running cluster without a restart", async () => {
    const before = containerIds();
    stack.configure({
      ...settings,
      postgres: { memoryMegabytes: 448, parameters: { log_min_duration_statement: 4321 } },
    });
    await stack.up();
    await eventually(15, async () => {
      const rows = await query(strings().write, "SHOW log_min_duration_statement");
      assert.deepEqual(rows, [{ log_min_duration_statement: "4321ms" }]);
    });
    assert.deepEqual(containerIds(), before);
  });

  it("comes back after every container and the network were removed by hand", async () => {
    docker("rm", "--force", ...stack.leftovers().containers);
    docker("network", "rm", name);
    const { seconds } = await stack.up();
    print(`up after everything but the data was removed by hand: ${seconds.toFixed(1)} s`);
    assert.deepEqual(await query(strings().write, "TABLE greeting"), [{ word: "hello" }]);
    await wholeAgain();
    await stack.up("--expect-no-changes");
  });

  it("keeps the data on destroy and leaves nothing else", async () => {
    await query(strings().write, "INSERT INTO greeting VALUES ('still here')");
    await stack.succeed("destroy", "--yes", "--skip-preview");
    assert.deepEqual(stack.leftovers(), {
      containers: [],
      volumes: ["etcd1", "etcd2", "etcd3", "patroni1", "patroni2", "patroni3"].map(
        (service) => `${name}-${service}-data`,
      ),
      networks: [],
    });
  });

  it("finds the kept data again, with credentials that work", async () => {
    const old = strings().write;
    const { seconds } = await stack.up();
    print(`up on kept data: ${seconds.toFixed(1)} s`);
    outputs = await stack.outputs();
    assert.notEqual(strings().write, old, "destroy forgot the passwords, so they are new");
    for (const kind of ["write", "read", "pooledWrite", "pooledRead"] as const) {
      await eventually(10, async () => {
        const rows = await query<{ word: string }>(strings()[kind], "TABLE greeting");
        assert.deepEqual(
          rows.map(({ word }) => word),
          ["hello", "still here"],
          kind,
        );
      });
    }
    await wholeAgain();
  });

  it("stops at a member that does not become ready, with its name and log, and goes on later", async () => {
    const changed = {
      ...settings,
      patroni: { readinessTimeoutSeconds: 40 },
      postgres: { ...settings.postgres, memoryMegabytes: 400 },
    };
    stack.configure(changed);
    const before = containerIds();
    setDataMode("000");
    const { code, output } = await stack.pulumi("up", "--yes", "--skip-preview");
    setDataMode("700");
    assert.notEqual(code, 0);
    assert.match(output, /patroni2 (did not become ready within 40 s|fails again and again)\./);
    assert.match(output, /Its last log lines:\n\s+\| .*\S/);
    assert.equal(containerIds()[`${name}-patroni3`], before[`${name}-patroni3`]);
    await query(strings().write, "SELECT 1");
    await stack.up();
    assert.notEqual(containerIds()[`${name}-patroni3`], before[`${name}-patroni3`]);
    await wholeAgain();
  });

  function assertNothingThere(): void {
    assert.deepEqual(stack.leftovers(), { containers: [], volumes: [], networks: [] });
  }

  /** Lets patroni2 into its data directory or keeps it out. */
  function setDataMode(mode: string): void {
    const image = docker("inspect", "--format", "{{.Image}}", `${name}-patroni3`);
    const volume = `${name}-patroni2-data:/data`;
    docker(
      ...["run", "--rm", "--user", "0", "--no-healthcheck", "--network", "none"],
      ...["--volume", volume, image, "chmod", mode, "/data"],
    );
  }

  /** Waits until every member streams from one leader. */
  async function wholeAgain(): Promise<void> {
    await eventually(90, async () => {
      const all = await members();
      assert.equal(all.filter(({ role }) => role === "leader").length, 1);
      assert.equal(all.filter(({ state }) => state === "streaming").length, all.length - 1);
    });
  }

  /** Opens connections, writes once on each and leaves them open. */
  async function holdConnections(url: string, count: number): Promise<Client[]> {
    await query(url, "CREATE TABLE IF NOT EXISTS held (id int)");
    const clients = await Promise.all(Array.from({ length: count }, () => connect(url)));
    for (const client of clients) await client.query("INSERT INTO held VALUES (1)");
    return clients;
  }

  /** Every one of the very same connections writes again within the time. */
  async function allWrite(clients: Client[], seconds: number): Promise<void> {
    await Promise.all(
      clients.map((client) =>
        eventually(seconds, () => client.query("INSERT INTO held VALUES (2)")),
      ),
    );
    await Promise.all(clients.map((client) => client.end()));
  }

  async function assertNothingLost({ acknowledged }: WriteReport, table: string): Promise<void> {
    const rows = await query<{ id: string }>(strings().write, `SELECT id FROM ${table}`);
    const stored = new Set(rows.map(({ id }) => Number(id)));
    assert.deepEqual(
      acknowledged.filter((id) => !stored.has(id)),
      [],
    );
  }

  function containerIds(): Record<string, string> {
    const { containers } = stack.leftovers();
    return Object.fromEntries(
      containers.map((container) => [
        container,
        docker("inspect", "--format", "{{.Id}}", container),
      ]),
    );
  }

  /** Counts, again and again, how many members' containers run. */
  function watchMembers(): { stop: () => number } {
    let fewest = Infinity;
    const timer = setInterval(() => {
      const running = stack
        .runningContainers()
        .filter((container) => container.includes("-patroni"));
      fewest = Math.min(fewest, running.length);
    }, 500);
    return {
      stop: () => {
        clearInterval(timer);
        return fewest;
      },
    };
  }
});

function nameOf(all: ClusterMember[], role: string): string {
  const found = all.find((member) => member.role === role);
  if (found === undefined) throw new Error(`no member is ${role}: ${JSON.stringify(all)}`);
  return found.name;
}

const print = (text: string) => console.log(`      ${text}`);
