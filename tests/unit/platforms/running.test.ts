import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { askMember, runningCluster } from "../../../platforms/running";

const members = [
  { name: "patroni1", role: "leader", state: "running" },
  { name: "patroni2", role: "replica", state: "streaming", pending_restart: true },
];

describe("a running cluster", () => {
  it("is its dynamic configuration and who waits for a restart", () => {
    assert.deepEqual(runningCluster('{"ttl": 20}', JSON.stringify({ members })), {
      dynamicConfig: { ttl: 20 },
      founding: undefined,
      authority: 0,
      pendingRestart: ["patroni2"],
    });
  });

  it("says what it was founded with", () => {
    const config = { ttl: 20, hapg: { founding: { version: 17 } } };
    const found = runningCluster(JSON.stringify(config), JSON.stringify({ members }));
    assert.deepEqual(found?.founding, { version: 17 });
  });

  it("says how many steps to another CA it has taken, and none before the first", () => {
    const authorityOf = (hapg: object) =>
      runningCluster(JSON.stringify({ hapg }), JSON.stringify({ members }))?.authority;
    assert.equal(authorityOf({ authority: 3 }), 3);
    assert.equal(authorityOf({ founding: { version: 17 } }), 0);
  });

  for (const [config, cluster] of [
    ["", ""],
    ["", '{"members": []}'],
    ['{"ttl": 20}', ""],
    ["<html>404</html>", "<html>404</html>"],
    ['{"ttl": 20}', '{"scope": "test"}'],
  ] as const) {
    it(`is not there for the answers ${JSON.stringify([config, cluster])}`, () => {
      assert.equal(runningCluster(config, cluster), undefined);
    });
  }
});

describe("a member", () => {
  /** What is asked of a member, one line a call; each call ends with this status. */
  const asked = (status: number) => {
    const curl = `curl() { echo "$*"; return ${status}; }`;
    const { stdout } = spawnSync("sh", ["-c", `${curl}; ${askMember("config")}`], {
      encoding: "utf8",
    });
    return stdout.trim().split("\n");
  };

  it("is asked once if it encrypts, and its certificate may have ended", () => {
    assert.deepEqual(asked(0), ["-skm 2 https://localhost:8008/config"]);
  });

  it("is asked without encryption if it does not know of it", () => {
    assert.deepEqual(asked(35).slice(1), ["-skm 2 http://localhost:8008/config"]);
  });
});
