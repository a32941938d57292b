import assert from "node:assert/strict";
import { megabytes, renderSysctlConf } from "../../../configs/host/sysctlConf";
import type { SettingsInput } from "../../../configs/settings/schema";
import { assertGolden } from "../../support/golden";
import { settingsOf } from "../../support/models";

/** Kernel parameters by name. */
const parametersOf = (input: Partial<SettingsInput>) =>
  Object.fromEntries(
    renderSysctlConf(settingsOf(input), { isMember: true })
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" = ")),
  ) as Record<string, string>;

describe("kernel parameters of a host", () => {
  it("are as expected", () => {
    assertGolden("sysctl.conf", renderSysctlConf(settingsOf(), { isMember: true }));
  });

  it("are as expected with huge pages and the stack file's own, which come over the program's", () => {
    const kernelParameters = {
      "vm.swappiness": 10,
      "vm.overcommit_memory": 0,
      "net.ipv4.tcp_rmem": "4096 131072 6291456",
    };
    assertGolden(
      "sysctl-everything.conf",
      renderSysctlConf(settingsOf({ vm: { hugePages: true, kernelParameters } }), {
        isMember: true,
      }),
    );
  });

  it("leave a host of etcd alone its memory", () => {
    const vm = { hugePages: true, kernelParameters: { "kernel.panic": 10 } };
    const kernel = renderSysctlConf(settingsOf({ vm }), { isMember: false });
    assert.match(kernel, /^net\.ipv4\.tcp_retries2 = 5\nkernel\.panic = 10\n$/m);
    assert.doesNotMatch(kernel, /^vm\./m);
  });

  /** Memory, parameters of PostgreSQL, shared buffers that follow in MiB. */
  const cases: [number, Record<string, string | number>, number][] = [
    [1024, {}, 256],
    [65536, {}, 16384],
    [4096, { shared_buffers: "2GB" }, 2048],
    [1024, { shared_buffers: 16384 }, 128],
  ];
  for (const [memoryMegabytes, parameters, buffers] of cases) {
    it(`reserve huge pages for ${buffers} MiB of shared buffers and a little more`, () => {
      const pages = Number(
        parametersOf({ vm: { hugePages: true }, postgres: { memoryMegabytes, parameters } })[
          "vm.nr_hugepages"
        ],
      );
      const reserved = pages * 2;
      assert.ok(Number.isInteger(pages));
      // PostgreSQL starts without any huge page if one is missing; what is reserved is lost to all
      // else.
      assert.ok(reserved >= buffers * 1.05 && reserved <= buffers * 1.05 + 66, String(reserved));
    });
  }

  it("reserve no huge pages unless they are asked for, or as many as the stack file says", () => {
    assert.equal(parametersOf({})["vm.nr_hugepages"], undefined);
    const vm = { hugePages: true, kernelParameters: { "vm.nr_hugepages": 5 } };
    assert.equal(parametersOf({ vm })["vm.nr_hugepages"], "5");
  });
});

describe("a memory parameter of PostgreSQL in MiB", () => {
  const cases: [string | number | boolean, number][] = [
    ["128MB", 128],
    ["2GB", 2048],
    ["1TB", 1048576],
    ["512kB", 0.5],
    ["1048576B", 1],
    [16384, 128],
    ["16384", 128],
    [" 1.5 GB ", 1536],
    // PostgreSQL knows no such units and does not start with them.
    ["1mb", 0],
    ["large", 0],
    [true, 0],
  ];
  for (const [value, expected] of cases) {
    it(`is ${expected} for ${JSON.stringify(value)}`, () => {
      assert.equal(megabytes(value), expected);
    });
  }
});
