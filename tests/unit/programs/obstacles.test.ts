import assert from "node:assert/strict";
import { execaSync } from "execa";

const program = [
  "import json, sys",
  "sys.path.insert(0, 'programs')",
  "from obstacles import obstacles",
  "print(json.dumps(obstacles(**json.load(sys.stdin))))",
].join("\n");

/** What keeps patroni2, whose WAL ends at 1000, from leading: keys and what they have to hold. */
function obstacles(keys: Record<string, unknown>): [string, unknown, string][] {
  const texts = Object.entries(keys).map(([key, value]) => [key, JSON.stringify(value)] as const);
  const input = JSON.stringify({ name: "patroni2", keys: Object.fromEntries(texts), end: 1000 });
  const { stdout } = execaSync("python3", ["-B", "-c", program], { input });
  const found = JSON.parse(stdout) as [string, string | null, string][];
  return found.map(([key, value, told]) => [key, JSON.parse(value ?? "null") as unknown, told]);
}

describe("what keeps a chosen member from leading", () => {
  const config = { maximum_lag_on_failover: 100 };
  const alone = { leader: "patroni2", sync_standby: null, quorum: 0 };

  it("is nothing where Patroni would let it lead anyway", () => {
    const sync = { leader: "patroni1", sync_standby: "patroni2", quorum: 0 };
    const failsafe = { patroni1: "a URL", patroni2: "a URL" };
    assert.deepEqual(obstacles({ config, sync, failsafe, status: { optime: 1100 } }), []);
    assert.deepEqual(obstacles({ sync: { leader: null, sync_standby: null }, failsafe: {} }), []);
    assert.deepEqual(obstacles({}), []);
  });

  it("is a record of synchronous members without it", () => {
    const sync = { leader: "patroni1", sync_standby: "patroni3", quorum: 0 };
    assert.deepEqual(obstacles({ config, sync }), [
      ["sync", alone, `goes on without ${JSON.stringify(sync)}`],
    ]);
  });

  it("is a quorum of others, which wait for it", () => {
    const sync = { leader: "patroni1", sync_standby: "patroni2,patroni3", quorum: 1 };
    assert.deepEqual(
      obstacles({ config, sync })
        .slice(0, 1)
        .map(([key, value]) => [key, value]),
      [["sync", alone]],
    );
  });

  it("is a position that it is too far behind", () => {
    const status = { optime: 1101, slots: { patroni3: 900 } };
    assert.deepEqual(obstacles({ config, status }), [
      ["status", { ...status, optime: 1000 }, "gives up 101 bytes after 0/3E8"],
    ]);
  });

  it("is a list of whom to ask without etcd that it is not in, and a switchover that was not done", () => {
    const failsafe = { patroni1: "a URL" };
    const failover = { leader: "patroni1", member: "patroni3" };
    assert.deepEqual(obstacles({ failsafe, failover }), [
      ["failsafe", null, `drops the members of failsafe mode, ${JSON.stringify(failsafe)}`],
      ["failover", null, `drops a switchover that was not done, ${JSON.stringify(failover)}`],
    ]);
  });
});
