import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Disk, keptDataScript, parseDisks } from "../../../platforms/disks";
import { diskProblems, startOf } from "../../../platforms/start";
import { settingsOf } from "../../support/models";

describe("a look at kept data", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "hapg-kept-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Makes a member's data; without an identifier it is a copy of a leader that was cut short. */
  function member(name: string, system?: bigint): void {
    const data = join(folder, name, "17", "main");
    mkdirSync(join(data, "global"), { recursive: true });
    writeFileSync(join(data, "PG_VERSION"), "17\n");
    if (system === undefined) return;
    const control = Buffer.alloc(16);
    control.writeBigUInt64LE(system);
    writeFileSync(join(data, "global", "pg_control"), control);
  }

  function look(...names: string[]): Disk[] {
    const calls = names.map((name) => `kept_data ${name} ${join(folder, name)}`);
    const { stdout } = spawnSync("sh", ["-euc", `${keptDataScript()}\n${calls.join("\n")}`]);
    return parseDisks(stdout.toString());
  }

  const etcd: Disk = { service: "etcd1", holds: "etcd" };
  const told = (disks: Disk[]) =>
    diskProblems(settingsOf(), [etcd, ...disks]).map(({ message }) => message);

  it("refuses data of different clusters, and names them", () => {
    member("patroni1", 7n);
    member("patroni2", 8n);
    const [message = ""] = told(look("patroni1", "patroni2"));
    assert.match(message, /different clusters .*patroni1 7, patroni2 8/);
  });

  it("takes a copy that was cut short for no other cluster", () => {
    member("patroni1", 7n);
    member("patroni2");
    const disks = look("patroni1", "patroni2");
    assert.deepEqual(told(disks), []);
    assert.deepEqual(startOf(undefined, disks), {
      isCold: true,
      foundsPostgres: false,
      foundsEtcd: false,
    });
  });

  it("does not take the rest of a founding for data, and permits another", () => {
    member("patroni1", 7n);
    writeFileSync(join(folder, "patroni1", "founding"), "");
    const disks = look("patroni1");
    assert.deepEqual(disks, []);
    assert.equal(startOf(undefined, disks).foundsPostgres, true);
    assert.equal(startOf(undefined, disks, false).foundsPostgres, false);
  });
});
