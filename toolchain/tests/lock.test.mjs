// @ts-check
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { takeLock } from "../lib/lock.mjs";
import { put, temporaryFolder } from "./support.mjs";

const refuse = (/** @type {number} */ holder) => assert.fail(`waits for ${holder}`);

test("a lock is waited for and given on", async (t) => {
  const path = join(temporaryFolder(t), "folder", "lock");
  const giveBack = await takeLock(path, refuse);
  assert.equal(readFileSync(path, "utf8"), String(process.pid));

  /** @type {number[]} */
  const holders = [];
  const second = takeLock(path, (holder) => {
    holders.push(holder);
    setTimeout(giveBack, 50);
  });
  (await second)();
  assert.deepEqual(holders, [process.pid]);
  assert.deepEqual(readdirSync(dirname(path)), [], "nothing is left");
});

test("the lock of a dead process is taken over", async (t) => {
  const { pid } = spawnSync("true");
  const path = put(join(temporaryFolder(t), "lock"), String(pid));
  (await takeLock(path, refuse))();
  assert.equal(existsSync(path), false);
});

test("a number that another program has by now does not hold the lock", async (t) => {
  if (!existsSync("/proc/self/cmdline")) return t.skip("numbers tell nothing on this system");
  const other = spawn("sleep", ["60"]);
  t.after(() => other.kill());
  const path = put(join(temporaryFolder(t), "lock"), String(other.pid));
  (await takeLock(path, refuse))();
  assert.equal(existsSync(path), false);
});
