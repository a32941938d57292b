import assert from "node:assert/strict";
import { assertGolden } from "../support/golden";
import type { Recorder } from "../support/mocks";
import {
  families,
  fileOf,
  filesOf,
  recordCluster,
  servicesOf,
  stateOf,
  withAddress,
} from "../support/vmGraph";

describe("units on hosts", () => {
  let recorder: Recorder;
  before(async () => {
    recorder = await recordCluster(withAddress);
  });

  for (const family of families) {
    const unit = `${family}.service`;
    it(`change ${unit} as expected`, () => {
      const dropIn = `/etc/systemd/system/${unit}.d/hapg.conf`;
      assertGolden(`${unit}.conf`, fileOf(stateOf(recorder, `${family}1`), dropIn) ?? "");
    });
  }

  const limits = (
    [
      ["etcd", 256, 512],
      ["patroni", 1024, 2048],
      ["haproxy", 256, 2048],
      ["pgbouncer", 128, 256],
      ["keepalived", 64, 256],
    ] as const
  ).flatMap(([family, memory, tasks]) =>
    servicesOf(family).map((service) => ({ service, memory, tasks })),
  );
  for (const { service, memory, tasks } of limits) {
    it(`limit ${service} to ${memory} MiB and ${tasks} processes, without a restart`, () => {
      const file = filesOf(stateOf(recorder, service)).find(({ kind }) => kind === "limits");
      const expected = ["[Service]", `MemoryMax=${memory}M`, "MemorySwapMax=0"];
      assert.equal(file?.content, [...expected, `TasksMax=${tasks}`, ""].join("\n"));
    });
  }
});
