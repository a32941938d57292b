import assert from "node:assert/strict";
import { updateDrillArguments } from "../../../../drills/updates/arguments";

describe("the command line of the update drill", () => {
  it("runs ten rounds on Docker with a seed of its own when nothing is said", () => {
    const wanted = updateDrillArguments([]);
    assert.ok(typeof wanted === "object");
    const { seed, ...others } = wanted;
    assert.ok(Number.isInteger(seed) && seed >= 1);
    assert.deepEqual(others, { platform: "docker", rounds: 10, from: 1, folder: "reports" });
  });

  it("takes a seed and the round to begin with", () => {
    const words = ["--seed", "18", "--from", "31", "--rounds", "5", "--platform", "vm"];
    assert.deepEqual(updateDrillArguments(words), {
      ...{ seed: 18, from: 31, rounds: 5 },
      ...{ platform: "vm", folder: "reports" },
    });
  });

  for (const [words, problem] of [
    [["--rounds", "0"], /--rounds must be a whole number from 1, got 0/],
    [["--seed", "x"], /--seed must be a whole number from 1, got x/],
    [["--from", "1.5"], /--from must be a whole number from 1, got 1.5/],
    [["--platform", "cloud"], /--platform must be docker or vm, got cloud/],
  ] as const) {
    it(`refuses ${words.join(" ")}`, () => {
      assert.throws(() => updateDrillArguments([...words]), problem);
    });
  }
});
