import assert from "node:assert/strict";
import { parseArguments } from "../../../cli/arguments";

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
      const expected = { stack, flags, options: new Map(), rest };
      assert.deepEqual({ ...parsed, flags: [...parsed.flags] }, expected);
    });
  }

  for (const words of [["--stack"], ["-s", "--yes"], ["--stack="]]) {
    it(`${words.join(" ")} are refused: no stack is named`, () => {
      assert.throws(() => parseArguments(words, ["--yes"]), /--stack needs the name of a stack/);
    });
  }

  for (const words of [["--to", "patroni2"], ["--to=patroni2"]]) {
    it(`${words.join(" ")} give an option its value`, () => {
      const { options, rest } = parseArguments([...words, "--wait"], [], ["--to"]);
      assert.deepEqual([...options], [["--to", "patroni2"]]);
      assert.deepEqual(rest, ["--wait"]);
    });
  }

  for (const words of [["--to"], ["--to", "--wait"], ["--to="]]) {
    it(`${words.join(" ")} are refused: an option has no value`, () => {
      assert.throws(() => parseArguments(words, [], ["--to"]), /--to needs a value/);
    });
  }
});
