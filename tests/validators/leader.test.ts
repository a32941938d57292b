import assert from "node:assert/strict";
import { PostgresCluster } from "../../components/postgresCluster";
import { type Ending, run } from "../../platforms/command";
import { hostsWith } from "../support/fixtures";
import { settingsOn } from "../support/hostSettings";
import { TestHosts } from "../../lab/hosts/testHosts";
import { record, type Recorder } from "../support/mocks";
import { threeHosts } from "../support/models";

/** Stands for psql: says whether it leads, and keeps what it gets as its standard input. */
const psql = `#!/bin/sh
case "$*" in
  *pg_is_in_recovery*) cat >/dev/null; cat /var/tmp/in-recovery ;;
  *) id -un >/var/tmp/user; cat >/var/tmp/script ;;
esac
`;

/** Runs a command as the command provider does. */
const create = ({ inputs }: Recorder["resources"][number]): Promise<Ending> =>
  run(["/bin/sh", "-c", String(inputs.create)], (inputs.stdin as { value: string }).value);

// What the program does over SSH, on hosts that have nothing but an SSH server and a stand-in for psql.
describe("SQL for the leader, over SSH,", function () {
  this.timeout("5m");
  this.bail(true);
  let hosts: TestHosts;
  let recorder: Recorder;
  const names = Object.keys(threeHosts);

  before(async () => {
    hosts = new TestHosts({ prefix: "hapg-test-leader", subnet: "10.213.79.0/24" });
    await hosts.start(...names);
    const settings = settingsOn(hosts);
    const keyOf = (address: string) =>
      names.map((name) => hosts.host(name)).find((host) => host.address === address)?.hostKey;
    const look = hostsWith({}, keyOf);
    recorder = await record(() => new PostgresCluster("cluster", settings, undefined, look));
  });
  after(() => hosts.remove());

  const on = async (name: string, script: string, stdin = "") => {
    const { status, output } = await hosts.execute(name, ["sh", "-euc", script], stdin);
    assert.equal(status, 0, output);
    return output;
  };

  it("is passed over where no member runs", async () => {
    const ending = await create(recorder.named("cluster-patroni-system-roles"));
    assert.deepEqual(ending, { status: 0, output: "" });
  });

  it("runs where a member leads, as its user, and nowhere else", async () => {
    for (const name of names) {
      await on(
        name,
        "useradd --system postgres; cat >/usr/bin/psql; chmod 755 /usr/bin/psql",
        psql,
      );
      await on(name, `echo ${name === "db2" ? "f" : "t"} >/var/tmp/in-recovery`);
    }
    const ending = await create(recorder.named("cluster-patroni-access"));
    assert.deepEqual(ending, { status: 0, output: "" });
    assert.equal(await on("db2", "cat /var/tmp/user"), "postgres\n");
    const script = await on("db2", "cat /var/tmp/script");
    assert.match(script, /^\\set ON_ERROR_STOP on\n/);
    assert.ok(script.includes("have_role('administrator', 'system role')"));
    for (const name of ["db1", "db3"]) await on(name, "test ! -e /var/tmp/script");
  });

  it("follows the leader, while a host does not answer", async () => {
    await on("db3", "echo f >/var/tmp/in-recovery");
    await hosts.kill("db2");
    const ending = await create(recorder.named("cluster-patroni-access"));
    assert.equal(ending.status, 0, ending.output);
    await on("db3", "test -e /var/tmp/script");
  });

  it("waits for one that leads", async () => {
    await on("db3", "echo t >/var/tmp/in-recovery; rm /var/tmp/script");
    const ending = create(recorder.named("cluster-patroni-access"));
    await on("db1", "sleep 5; rm -f /var/tmp/script; echo f >/var/tmp/in-recovery");
    assert.equal((await ending).status, 0);
    await on("db1", "test -e /var/tmp/script");
  });
});
