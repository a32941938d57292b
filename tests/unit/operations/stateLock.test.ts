import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { leftLocks } from "../../../operations/stateLock";

describe("a lock of the stack's state", () => {
  let folder: string;
  let locks: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapg-lock-"));
    locks = join(folder, ".pulumi", "locks", "organization", "hapg", "dev");
    mkdirSync(locks, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Writes a lock as Pulumi does. */
  const lock = (pid: number, host = hostname(), secondsAgo = 90) => {
    const timestamp = new Date(Date.now() - secondsAgo * 1000).toISOString();
    const content = { pid, username: "ann", hostname: host, timestamp };
    writeFileSync(join(locks, "4711.json"), JSON.stringify(content));
  };
  const left = () => leftLocks(`file://${folder}`, "hapg", "dev");

  it("is left when its process has ended", () => {
    const { pid } = spawnSync("true");
    lock(pid);
    const [found] = left();
    assert.deepEqual(
      { ...found, seconds: Math.round(found?.seconds ?? 0) },
      { stack: "dev", user: "ann", host: hostname(), pid, seconds: 90 },
    );
    assert.deepEqual(leftLocks(`file://${folder}`, "hapg", "prod"), []);
    assert.deepEqual(leftLocks("s3://bucket", "hapg", "dev"), []);
  });

  it("is left when another program has its process number", () => {
    lock(process.pid);
    assert.equal(left().length, 1);
  });

  it("is not left while its Pulumi runs", async () => {
    const program = join(folder, "pulumi");
    symlinkSync(process.execPath, program);
    const child = spawn(program, ["-e", "console.log(1); setTimeout(() => {}, 10000)"]);
    await once(child.stdout, "data");
    lock(child.pid ?? 0);
    const found = left();
    child.kill();
    assert.deepEqual(found, []);
  });

  it("of another machine is left once it is older than any update", () => {
    lock(1, "elsewhere");
    assert.deepEqual(left(), []);
    lock(1, "elsewhere", 2 * 24 * 3600);
    assert.equal(left().length, 1);
  });

  it("is passed over while it is written", () => {
    writeFileSync(join(locks, "4711.json"), "{");
    assert.deepEqual(left(), []);
  });
});
