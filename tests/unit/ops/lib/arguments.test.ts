import assert from "node:assert/strict";
import { parseArguments } from "../../../../ops/lib/arguments";

describe("a script's arguments", () => {
  const cases: [string[], string, string[], string[]][] = [
    [[], "dev", [], []],
    [["--stack", "prod"], "prod", [], []],
    [["-s", "prod"], "prod", [], []],
    [["--stack=prod"], "prod", [], []],
    [["--data", "--yes"], "dev", ["--data", "--yes"], []],
    [["--data", "--data"], "dev", ["--data"], []],
    [
      ["--refresh", "-s", "prod", "--data", "--target", "x"],
      "prod",
      ["--data"],
      ["--refresh", "--target", "x"],
    ],
    [["--database", "--stacks=a"], "dev", [], ["--database", "--stacks=a"]],
  ];
  for (const [words, stack, flags, rest] of cases) {
    it(`${words.join(" ") || "that are none"} mean stack ${stack}`, () => {
      const parsed = parseArguments(words, ["--data", "--yes"]);
      assert.deepEqual({ ...parsed, flags: [...parsed.flags] }, { stack, flags, rest });
    });
  }

  for (const words of [["--stack"], ["-s", "--yes"], ["--stack="]]) {
    it(`${words.join(" ")} are refused: no stack is named`, () => {
      assert.throws(() => parseArguments(words, ["--yes"]), /--stack needs the name of a stack/);
    });
  }
});
