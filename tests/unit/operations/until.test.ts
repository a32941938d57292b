import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../../operations/until";

describe("a wait", () => {
  let checks = 0;
  beforeEach(() => (checks = 0));

  it("ends when the condition is true", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on("warning", note);
    try {
      assert.equal(await until(10, () => ++checks === 30, 1), true);
    } finally {
      process.removeListener("warning", note);
    }
    assert.equal(checks, 30);
    // p-wait-for 6.0.0 adds a listener for each check, and Node warns of a leak.
    assert.deepEqual(warnings, []);
  });

  it("ends when the time is over, after at least one check", async () => {
    assert.equal(await until(0.02, () => ++checks === 2, 60_000), false);
    assert.equal(checks, 1);
  });

  it("ends when the time is over, though a check is under way", async () => {
    const late = async () => {
      await pause(200);
      return ++checks === 1;
    };
    assert.equal(await until(0.02, late), false);
    assert.equal(checks, 0);
  });

  it("ends with the error of its condition", async () => {
    const fails = () => Promise.reject(new Error("refused"));
    await assert.rejects(until(10, fails), /^Error: refused$/);
  });
});
