import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { describeLock, locksOf } from "../../../cli/stackLock";

describe("the lock of a stack", () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapg-lock-"));
    environment = { PULUMI_BACKEND_URL: `file://${folder}`, HOME: folder };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (content: string) => {
    const locks = join(folder, ".pulumi", "locks", "organization", "hapg", "dev");
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, "1.json"), content);
    // Pulumi's own file beside it.
    writeFileSync(join(locks, "1.json.attrs"), "{}");
  };
  const lock = (pid: number, host = hostname()) => {
    const timestamp = "2026-11-28T13:00:00.123456789Z";
    write(JSON.stringify({ pid, username: "anna", hostname: host, timestamp }));
    const [found] = locksOf("hapg", "dev", environment) ?? [];
    assert.ok(found !== undefined);
    return found;
  };

  it("is not there while no update runs, nor of another stack", () => {
    assert.deepEqual(locksOf("hapg", "dev", environment), []);
    lock(1);
    assert.deepEqual(locksOf("hapg", "prod", environment), []);
  });

  it("names who took it", () => {
    assert.match(
      describeLock(lock(7, "elsewhere")),
      /process 7 of anna on elsewhere since 2026-11-28T13:00:00Z; this machine, .* cannot see/,
    );
  });

  it("is not held by a process that has ended, nor by another with its number", () => {
    const { pid: ended } = spawnSync("true");
    assert.equal(lock(ended).isHeld, false);
    assert.equal(lock(process.pid).isHeld, false, "this process is no engine");
  });

  it("is held by whoever cannot be read", () => {
    write("");
    assert.equal(locksOf("hapg", "dev", environment)?.[0]?.isHeld, "unknown");
  });

  it("is found in the folder that Pulumi is logged in to", () => {
    lock(1);
    const home = join(folder, "pulumi-home");
    mkdirSync(home);
    writeFileSync(join(home, "credentials.json"), '{"current":"file://~"}');
    const loggedIn = { HOME: folder, PULUMI_HOME: home };
    assert.equal(locksOf("hapg", "dev", loggedIn)?.length, 1);
  });

  it("is unknown where the backend is no folder", () => {
    const cloud = { PULUMI_BACKEND_URL: "https://api.pulumi.com" };
    assert.equal(locksOf("hapg", "dev", cloud), undefined);
  });
});
