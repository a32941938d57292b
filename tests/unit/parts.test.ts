import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { choiceOf, chosen, shardOf } from "../parts";

const day = 24 * 60 * 60 * 1000;
const kinds = ["validators", "docker", "hosts"] as const;

describe("the parts of the tests", () => {
  it("have every file with validators", () => {
    const files = readdirSync("tests/validators").map((file) => file.replace(/\.test\.ts$/, ""));
    assert.deepEqual(chosen("validators", "everything").toSorted(), files.toSorted());
  });

  it("have every suite of a cluster", () => {
    const suitesIn = (folder: string) =>
      readdirSync(`tests/e2e/${folder}`).map((file) => file.replace(/\.ts$/, ""));
    const both = [...chosen("docker", "everything"), ...chosen("hosts", "everything")];
    const parts = new Set<string>(both);
    const forgotten = [...suitesIn("suites"), ...suitesIn("vm")].filter((one) => !parts.has(one));
    assert.deepEqual(forgotten, []);
  });

  it("have run within ten days, but for what runs by the same code elsewhere", () => {
    const begin = Date.UTC(2026, 10, 28);
    for (const kind of kinds) {
      const run = new Set(
        Array.from({ length: 10 }, (_, i) => shardOf(begin + i * day)).flatMap((shard) =>
          chosen(kind, { shard }),
        ),
      );
      const left = chosen(kind, "everything").filter((name) => !run.has(name));
      const elsewhere = {
        // An emulated machine takes minutes.
        validators: ["kernelWatchdog"],
        // Each takes a quarter of an hour; the drivers need compilers of four languages.
        docker: [
          ...["backupFaults", "backupInStorage", "endedCertificates", "diagnose"],
          ...["predictions", "interruptedUpdates", "everyDriver"],
        ],
        hosts: [
          ...["diagnose", "adoption", "backup", "endedCertificates"],
          ...["access", "rights", "configuration", "switchover", "interruptedUpdates"],
        ],
      };
      assert.deepEqual(left, elsewhere[kind]);
    }
  });

  it("are chosen alone by their names", () => {
    assert.deepEqual(chosen("docker", choiceOf("docker:access")), ["access"]);
    assert.deepEqual(chosen("hosts", choiceOf("docker:access")), []);
  });

  it("are named if one is asked for that is none of them", () => {
    assert.throws(() => choiceOf("docker:acess"), /no part docker:acess.*docker:access/);
    for (const words of ["0", "11", "1.5", ""]) assert.throws(() => choiceOf(words), /no part/);
  });
});
