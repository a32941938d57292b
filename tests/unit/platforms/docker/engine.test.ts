import assert from "node:assert/strict";
import { hostPorts, readTaskLimits } from "../../../../platforms/docker/engine";

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

describe("limits of processes as docker prints them", () => {
  const cases: [string, [string, number][]][] = [
    ["", []],
    [
      "/a-etcd1\t512\n/a-etcd2\t2048\n",
      [
        ["a-etcd1", 512],
        ["a-etcd2", 2048],
      ],
    ],
    [
      "/a\t<nil>\n/b\t0\n/c\t-1\n",
      [
        ["a", 0],
        ["b", 0],
        ["c", 0],
      ],
    ],
    ["/a\t<no value>\n", [["a", 0]]],
  ];
  for (const [printed, expected] of cases) {
    it(`are read of ${JSON.stringify(printed)}`, () => {
      assert.deepEqual([...readTaskLimits(printed)], expected);
    });
  }
});
