import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { repeatingDuring } from "../../../lab/cluster/repeating";
import { eventually } from "../../../lab/writer";
import { until } from "../../../operations/until";

describe("steps that are repeated during an action", () => {
  const fails = () => Promise.reject(new Error("refused"));

  it("end after the step under way, each when it answers false or the action has ended", async () => {
    const steps = { ended: 0, running: 0, whole: 0 };
    const ends = () => Promise.resolve(++steps.ended < 3);
    const runs = async () => {
      steps.running++;
      await pause(2);
      steps.whole++;
    };
    const action = async () => {
      await until(10, () => steps.running > 5);
      return "done";
    };
    assert.equal(await repeatingDuring([ends, runs], 1, action), "done");
    const { running } = steps;
    await pause(20);
    assert.deepEqual(steps, { ended: 3, running, whole: running });
  });

  it("fail what they are repeated for, once that has ended", async () => {
    let hasEnded = false;
    const action = async () => {
      await pause(20);
      hasEnded = true;
    };
    await assert.rejects(repeatingDuring([fails], 1, action), /^Error: refused$/);
    assert.equal(hasEnded, true);
  });

  it("end when the action fails", async () => {
    let steps = 0;
    await assert.rejects(repeatingDuring([() => Promise.resolve(++steps)], 1, fails), /refused/);
    const before = steps;
    await pause(20);
    assert.equal(steps, before);
  });
});

describe("an attempt that is made until it works", () => {
  it("gives its value", async () => {
    let attempts = 0;
    const attempt = () => {
      // Thrown, not rejected: an assertion outside of asynchronous code.
      assert.ok(++attempts > 2);
      return Promise.resolve(attempts);
    };
    assert.equal(await eventually(10, attempt), 3);
  });

  it("fails with the last error when the time is over", async () => {
    let attempts = 0;
    const attempt = () => Promise.reject(new Error(`attempt ${++attempts}`));
    await assert.rejects(eventually(0.15, attempt), ({ message }: Error) => {
      return attempts > 1 && message === `attempt ${attempts}`;
    });
  });
});
