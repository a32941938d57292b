// @ts-check
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { run, tail } from "../lib/run.mjs";
import { put, temporaryFolder } from "./support.mjs";

test("output and status of a program are returned", async () => {
  const good = await run("sh", ["-c", 'echo "$WORD"'], { env: { ...process.env, WORD: "hello" } });
  assert.deepEqual(good, { ok: true, output: "hello\n", error: "" });
  const bad = await run("sh", ["-c", "echo reason >&2; exit 3"]);
  assert.deepEqual(bad, { ok: false, output: "", error: "reason\n" });
});

test("a program that is not there is a failure that says so", async (t) => {
  const { ok, error } = await run("no-such-program", [], { log: join(temporaryFolder(t), "log") });
  assert.equal(ok, false);
  assert.match(error, /no-such-program/);
});

test("a program that takes too long is ended", async () => {
  const start = Date.now();
  assert.equal((await run("sleep", ["60"], { timeoutMs: 100 })).ok, false);
  assert.ok(Date.now() - start < 10_000);
});

test("a program with a log that leaves a service behind is not waited for", async (t) => {
  const log = join(temporaryFolder(t), "log");
  const start = Date.now();
  const { ok, output } = await run("sh", ["-c", "sleep 20 & echo started"], { log });
  assert.deepEqual({ ok, output }, { ok: true, output: "started" });
  assert.ok(Date.now() - start < 10_000);
});

test("the end of a log is what is shown", (t) => {
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  const path = put(join(temporaryFolder(t), "log"), `${lines.join("\n")}\n`);
  assert.equal(tail(path), lines.slice(-25).join("\n"));
});
