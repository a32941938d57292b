import assert from "node:assert/strict";
import { hostPorts, readStates } from "../../../../platforms/docker/engine";

describe("host ports in docker's notation", () => {
  const cases: [string, number[]][] = [
    ["", []],
    ["2379-2380/tcp", []],
    ["0.0.0.0:5000->5000/tcp", [5000]],
    ["127.0.0.1:15432->5432/tcp", [15432]],
    ["127.0.0.1:5000-5002->5000-5002/tcp, 2379/tcp", [5000, 5001, 5002]],
    ["127.0.0.1:6432->6432/tcp, 127.0.0.1:8404->8404/tcp", [6432, 8404]],
    ["0.0.0.0:53->53/udp, [::]:53->53/udp", [53, 53]],
    [":::5000->5000/tcp", [5000]],
    ["[fd00::1]:5000-5001->80-81/tcp", [5000, 5001]],
  ];
  for (const [published, expected] of cases) {
    it(`are ${expected.join(", ") || "none"} in "${published}"`, () => {
      assert.deepEqual(hostPorts(published), expected);
    });
  }
});

describe("states of containers", () => {
  const limits = (printed: string) =>
    [...readStates(printed)].map(([name, { taskLimit }]) => [name, taskLimit]);

  it("are none if no container is there", () => {
    assert.deepEqual(limits(""), []);
  });

  it("tell how many processes each may have", () => {
    const printed = "/a-etcd1\t512\t{}\n/a-etcd2\t<nil>\t{}\n/b\t0\t{}\n/c\t-1\t{}\n";
    const expected = [
      ["a-etcd1", 512],
      ["a-etcd2", 0],
      ["b", 0],
      ["c", 0],
    ];
    assert.deepEqual(limits(printed), expected);
  });

  it("tell what the last health check has printed, if there was one", () => {
    const checks = [
      { End: "2026-01-01T10:00:00.5Z", ExitCode: 1, Output: "first" },
      { End: "2026-01-01T10:00:10.123456789+01:00", ExitCode: 0, Output: "last\n" },
    ];
    const state = (log: unknown) => JSON.stringify({ Status: "running", Health: { Log: log } });
    const printed = `/a\t1\t${state(checks)}\n/b\t1\t${state(null)}\n/c\t1\t{"Health":null}\n`;
    const found = [...readStates(printed).values()].map(({ lastCheck }) => lastCheck);
    const last = { end: Date.parse("2026-01-01T09:00:10.123Z"), output: "last\n" };
    assert.deepEqual(found, [last, undefined, undefined]);
  });
});
