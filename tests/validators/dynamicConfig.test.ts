import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { clusterTool } from "../../programs/programs";
import { etcdAccess, etcdUser } from "../../configs/etcd/access";
import { paths } from "../../configs/cluster/paths";
import type { Settings } from "../../configs/settings/schema";
import { serverErrors } from "../../platforms/whereScript";
import { Sandbox } from "../support/containers";
import { etcdCertificates, etcdMember, permit } from "../support/etcd";
import {
  memberCertificate,
  patroniMember,
  permitFounding,
  testDynamic,
  testEtcdPassword,
  testReadiness,
} from "../support/patroniMember";
import { settingsOf } from "../support/models";

// One cluster's life: each step starts from where the one before left it.
describe("a change of the dynamic configuration", function () {
  this.timeout(600_000);
  this.bail(true);
  const names = ["patroni1", "patroni2"];
  const parameter = (name: string, value: string) => ({ parameters: { [name]: value } });
  // Past the checks of a preview, which would refuse them: what gets through is this tool's to catch.
  const stackFile = (more: Partial<Settings["postgres"]> = {}): Settings => {
    const checked = settingsOf({ etcd: { members: 1 }, postgres: { members: 2 } });
    return { ...checked, postgres: { ...checked.postgres, ...more } };
  };
  const settings = stackFile();
  let sandbox: Sandbox;

  before(async () => {
    sandbox = new Sandbox();
    const certificates = await etcdCertificates(settings);
    const etcd1 = etcdMember(settings, "etcd1", certificates);
    permit(sandbox, "etcd1", etcd1);
    sandbox.start("etcd1", etcd1);
    sandbox.waitFor("etcd1", 30, () => sandbox.execute("etcd1", paths.etcdReady).status === 0);
    const { clusterName } = settings;
    const script = etcdAccess({ clusterName, namespace: settings.patroni.namespace });
    const login = `${etcdUser} ${testEtcdPassword}\n`;
    assert.equal(sandbox.executeWith(login, "etcd1", "sh", "-c", script).status, 0);
    for (const name of names) {
      const { ca } = certificates;
      const own = await memberCertificate(name, ca);
      const member = patroniMember(settings, name, { ca, own });
      if (name === names[0]) permitFounding(sandbox, name, member);
      sandbox.start(name, member);
      sandbox.waitFor(name, 60, () => sandbox.execute(name, ...testReadiness).status === 0);
    }
  });
  after(() => {
    sandbox.remove();
  });

  const tool = (member: string, step: string, wanted: Settings, words = names) =>
    sandbox.executeWith(
      clusterTool,
      ...([member, "python3", "-", step, JSON.stringify(testDynamic(wanted))] as const),
      ...words,
    );
  const succeed = (...call: Parameters<typeof tool>) => {
    const { status, output } = tool(...call);
    assert.equal(status, 0, output);
    return output;
  };
  const proveAll = (wanted: Settings) =>
    names.forEach((name) => succeed(name, "prove", wanted, testReadiness));
  const onEach = (query: string) =>
    names.map((name) =>
      sandbox.execute(name, "psql", "-XqAt", "-U", "postgres", "-c", query).output.trim(),
    );

  it("is an error where it is not in effect, with the reason, and nothing else is one", () => {
    const wrong = stackFile({
      // Units and words of PostgreSQL's own are no difference.
      parameters: {
        work_mem: "5MB",
        temp_buffers: "64MBs",
        log_checkpoints: "yes",
        maintenance_work_mem: "65536kB",
      },
    });
    onEach("ALTER SYSTEM SET work_mem = '7MB'");
    succeed("patroni1", "patch", wrong);
    const { status, output } = tool("patroni1", "prove", wrong, testReadiness);
    assert.equal(status, 1);
    assert.deepEqual(output.trim().split("\n"), [
      "patroni1: temp_buffers is to be '64MBs', in effect is '8MB': Patroni has not accepted the value",
      "patroni1: work_mem is to be '5MB', in effect is '7MB': ALTER SYSTEM has set it to '7MB'; ALTER SYSTEM RESET work_mem ends that",
    ]);
    onEach("ALTER SYSTEM RESET work_mem");
  });

  it("that no standby survives is taken back, and never reaches the leader", () => {
    const before = onEach("SELECT pg_postmaster_start_time()");
    const wrong = stackFile(parameter("shared_preload_libraries", "pg_cron"));
    assert.match(
      succeed("patroni1", "patch", wrong),
      /shared_preload_libraries: pg_cron comes last: no such library is installed yet/,
    );
    assert.deepEqual(onEach("SELECT pg_postmaster_start_time()"), before);
    const { status, output } = tool("patroni2", "settle", wrong);
    assert.equal(status, 101, output);
    assert.match(output, /patroni2 does not follow the leader with the changed configuration/);
    assert.match(output, /The former configuration is back in effect/);
    const log = `cat <<'END' | ${serverErrors}\n${sandbox.log("patroni2")}\nEND\n`;
    assert.equal(
      spawnSync("sh", ["-c", log], { encoding: "utf8" }).stdout,
      '  | FATAL:  could not access file "pg_cron": No such file or directory\n',
    );
    assert.deepEqual(onEach("SHOW shared_preload_libraries"), ["", ""]);
    assert.equal(onEach("SELECT pg_postmaster_start_time()")[0], before[0], output);
    const conf = `${paths.pgData(17)}/postgresql.conf`;
    for (const name of names) {
      assert.equal(sandbox.execute(name, "grep", "pg_cron", conf).status, 1, name);
    }
    succeed("patroni1", "settle", stackFile(parameter("work_mem", "5MB")));
    proveAll(stackFile(parameter("work_mem", "5MB")));
  });

  const leaderNow = () =>
    names.find(
      (name) =>
        sandbox
          .execute(name, "psql", "-XqAt", "-U", "postgres", "-c", "SELECT pg_is_in_recovery()")
          .output.trim() === "f",
    );
  const onLeader = (query: string, sql = "postgres") => {
    const leader = leaderNow();
    assert.ok(leader !== undefined);
    const words = ["psql", "-XqAt", "-U", "postgres", "-d", sql, "-c", query];
    return { leader, output: sandbox.execute(leader, ...words).output.trim() };
  };

  it("keeps a logical slot over a change of the leader, and drops it with its setting", () => {
    const withSlot = {
      ...stackFile({ parameters: { wal_level: "logical" } }),
      patroni: {
        ...settings.patroni,
        slots: { cdc: { type: "logical" as const, database: "postgres", plugin: "test_decoding" } },
      },
    };
    succeed("patroni1", "patch", withSlot);
    succeed("patroni1", "settle", withSlot);
    const slots = "SELECT slot_name FROM pg_replication_slots WHERE slot_type = 'logical'";
    const has = (expected: string) => () => onEach(slots).every((found) => found === expected);
    sandbox.waitFor("patroni1", 60, has("cdc"));
    onLeader("CREATE TABLE changes (i int); INSERT INTO changes VALUES (1)");
    const { leader } = onLeader("SELECT 1");
    const moved = sandbox.executeWith(
      clusterTool,
      ...[leader, "python3", "-", "hand-over", ...names],
    );
    assert.equal(moved.status, 0, moved.output);
    // The former one still answers for a moment.
    sandbox.waitFor("patroni1", 30, () => ![leader, undefined].includes(leaderNow()));
    const changes = "SELECT data FROM pg_logical_slot_get_changes('cdc', NULL, NULL)";
    const found = onLeader(changes);
    assert.notEqual(found.leader, leader);
    assert.match(found.output, /table public\.changes: INSERT: i\[integer\]:1/);
    const without = stackFile({ parameters: { wal_level: "logical" } });
    succeed("patroni1", "patch", without);
    sandbox.waitFor("patroni1", 60, has(""));
    proveAll(without);
  });
});
