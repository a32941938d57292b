import assert from "node:assert/strict";
import { type TestHost, TestHosts } from "../../lab/hosts/testHosts";
import { OwnProgram, type Step } from "../support/ownProgram";

/** Three servers that the program makes, and a cluster on them. An update looks at none of them. */
const program = `
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import { PostgresCluster } from "./hapg/components/postgresCluster";
import { hostsWith } from "./hapg/tests/support/fixtures";

const { servers, privateKeyFile, options } = JSON.parse(readFileSync("given.json", "utf8"));
const hosts = Object.fromEntries(
  Object.entries<any>(servers).map(([name, { address, hostKey }], i) => {
    const server = new command.local.Command(
      "server-" + name,
      { create: "echo " + address, delete: "true", triggers: [address] },
      { deleteBeforeReplace: true },
    );
    const services = ["etcd", "patroni"].map((kind) => kind + (i + 1));
    return [name, { address: server.stdout, hostKey, services: i > 0 ? services : [...services, "haproxy1", "pgbouncer1"] }];
  }),
);
const args = { clusterName: "orders", platform: "vm", vm: { ssh: { privateKeyFile }, hosts } } as const;
const keys = (address: string) => Object.values<any>(servers).find((one) => one.address === address)?.hostKey;
const opts: pulumi.ComponentResourceOptions = {};
if (options.includes("parent")) {
  opts.parent = new pulumi.ComponentResource("shop:index:Team", "team");
  opts.aliases = [{ parent: pulumi.rootStackResource }];
}
if (options.includes("kept")) {
  opts.protect = true;
  opts.retainOnDelete = true;
}
if (options.includes("transforms")) {
  opts.transforms = [({ props, opts }) => ({ props, opts: { ...opts, customTimeouts: { create: "77m" } } })];
}
if (options.includes("providers")) opts.providers = [new command.Provider("own")];
const cluster = new PostgresCluster("orders", args, opts, hostsWith({}, keys));
export const members = cluster.endpoints.members;
`;

/** Does nothing at all, and notes on the host that it was asked. */
const deaf = [
  "cat >/usr/local/bin/deaf <<'END'",
  "#!/bin/sh",
  'echo "$(date +%s.%N) $SSH_ORIGINAL_COMMAND" >>/var/log/asked',
  "cat >/dev/null",
  "END",
  "chmod +x /usr/local/bin/deaf",
  "touch /var/log/asked && chmod 666 /var/log/asked",
  "printf 'ForceCommand /usr/local/bin/deaf\\n' >/etc/ssh/sshd_config.d/deaf.conf",
  "systemctl reload ssh",
].join("\n");

/** Without what only these hosts cause: on each look they appear to hold no data. */
const changing = (steps: Step[]) =>
  steps.filter(({ op, name }) => !["same", "read"].includes(op) && !name.endsWith("-founding"));
const named = (steps: Step[], ...ops: string[]) =>
  [...new Set(steps.filter(({ op }) => ops.includes(op)).map(({ name }) => name))].sort();

describe("a cluster of a user's program, with the real engine", function () {
  this.timeout("8m");
  this.bail(true);
  let hosts: TestHosts;
  let own: OwnProgram;
  let started: TestHost[];
  let servers: Record<string, TestHost>;

  const give = (options: string[] = []) =>
    own.write(
      "given.json",
      JSON.stringify({ servers, options, privateKeyFile: hosts.access.privateKeyFile }),
    );
  const asked = async (name: string) =>
    (await hosts.execute(name, ["cat", "/var/log/asked"])).output.split("\n").length - 1;

  before(async () => {
    hosts = new TestHosts({ prefix: "hapg-test-program", subnet: "10.213.81.0/24" });
    started = await hosts.start("db1", "db2", "db3", "spare");
    await Promise.all(started.map(({ name }) => hosts.execute(name, ["sh", "-s"], deaf)));
    const [db1, db2, db3] = started;
    assert.ok(db1 && db2 && db3);
    servers = { db1, db2, db3 };
    own = new OwnProgram({ "program.ts": program });
    give();
    await own.init();
  });
  after(() => {
    own.remove();
    hosts.remove();
  });

  it("previews hosts whose address is not known yet", async () => {
    const steps = await own.preview();
    assert.deepEqual(named(steps, "create").length, new Set(steps.map(({ name }) => name)).size);
    assert.ok(steps.some(({ name }) => name === "orders-patroni3-state"));
    assert.doesNotMatch(JSON.stringify(steps), /240\\.0\\.0\\.|hapg-unknown/);
  });

  it("creates everything on hosts that the same update makes", async () => {
    const steps = await own.up();
    assert.ok(steps.length > 80, `${steps.length} steps`);
    for (const { name } of Object.values(servers)) assert.ok((await asked(name)) >= 3, name);
  });

  it("changes nothing without a change", async () => {
    const changes = changing(await own.preview());
    assert.deepEqual(named(changes, ...changes.map(({ op }) => op)), []);
  });

  for (const { options, what } of [
    { options: ["parent"], what: "moves below another component, with an alias" },
    { options: ["kept"], what: "is protected and retained" },
    { options: ["transforms"], what: "is transformed" },
    { options: ["providers"], what: "gets another provider" },
  ]) {
    it(`${what}, and no part is replaced or deleted`, async () => {
      give(options);
      const steps = await own.preview();
      give();
      const lost = changing(steps).filter(({ op }) => /delete|replace/.test(op));
      assert.deepEqual(named(lost, ...lost.map(({ op }) => op)), []);
      const parts = steps
        .filter(({ type }) => /^(command|random|tls):/.test(type))
        .filter(({ name }) => !name.startsWith("server-"));
      assert.ok(parts.length > 60, `${parts.length} parts`);
      if (options.includes("kept"))
        for (const { name, state } of parts)
          assert.deepEqual([state.protect, state.retainOnDelete], [true, true], name);
      if (options.includes("transforms"))
        for (const { name, state } of parts)
          assert.deepEqual(state.customTimeouts, { create: 4620 }, name);
      if (options.includes("providers"))
        for (const { name, type, state } of parts)
          if (type.startsWith("command:")) assert.match(String(state.provider), /::own::/, name);
      if (options.includes("parent")) assert.deepEqual(named(steps, "create"), ["team"]);
    });
  }

  it("replaces a host without deleting the chain of members", async () => {
    const [, , , spare] = started;
    const old = servers.db2;
    assert.ok(spare !== undefined && old !== undefined);
    const before = await asked("db2");
    servers = { ...servers, db2: { ...spare, name: "db2" } };
    give();
    const steps = await own.up();
    const removals = ["db2", "etcd2", "patroni2"].map((one) => `orders-${one}-removal`);
    assert.deepEqual(
      named(changing(steps), "delete", "delete-replaced").filter(
        (name) => !/-certificates-|-admission-/.test(name),
      ),
      ["server-db2", ...removals].sort(),
    );
    // On the old host, before it goes.
    assert.equal(await asked("db2"), before + removals.length);
    const order = steps.filter(({ op }) => op === "delete-replaced").map(({ name }) => name);
    for (const removal of removals)
      assert.ok(order.indexOf(removal) < order.indexOf("server-db2"), order.join(", "));
    const touched = named(steps, "create-replacement", "update", "create");
    for (const member of ["patroni2", "etcd2"])
      assert.ok(touched.includes(`orders-${member}-state`));
    assert.ok((await asked("spare")) >= removals.length);
  });

  it("goes before its hosts go", async () => {
    const order = (await own.destroy()).map(({ name }) => name);
    const first = Math.min(...["db1", "db2", "db3"].map((one) => order.indexOf(`server-${one}`)));
    const last = Math.max(
      ...order.flatMap((name, i) => (/^orders-.*-(state|removal)$/.test(name) ? [i] : [])),
    );
    assert.ok(last < first, order.join(", "));
  });
});
