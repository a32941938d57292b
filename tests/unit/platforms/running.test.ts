import assert from "node:assert/strict";
import { runningCluster } from "../../../platforms/running";

const members = [
  { name: "patroni1", role: "leader", state: "running" },
  { name: "patroni2", role: "replica", state: "streaming", pending_restart: true },
];

describe("a running cluster", () => {
  it("is its dynamic configuration and who waits for a restart", () => {
    assert.deepEqual(runningCluster('{"ttl": 20}', JSON.stringify({ members })), {
      dynamicConfig: { ttl: 20 },
      founding: undefined,
      pendingRestart: ["patroni2"],
    });
  });

  it("says what it was founded with", () => {
    const config = { ttl: 20, hapg: { founding: { version: 17 } } };
    const found = runningCluster(JSON.stringify(config), JSON.stringify({ members }));
    assert.deepEqual(found?.founding, { version: 17 });
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
