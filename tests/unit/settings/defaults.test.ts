import assert from "node:assert/strict";
import { nearest } from "../../../configs/settings/nearest";
import { parseSettings } from "../../../configs/settings/parse";
import { assertGolden } from "../../support/golden";

describe("settings of an empty stack file", () => {
  it("have these defaults", () => {
    const settings = parseSettings({ clusterName: "test" });
    assertGolden("default-settings.json", `${JSON.stringify(settings, null, 2)}\n`);
  });

  it("are a fixed point: settings with all defaults filled in mean the same", () => {
    const settings = parseSettings({ clusterName: "test" });
    assert.deepEqual(parseSettings(settings), settings);
  });
});

describe("the nearest name", () => {
  const names = ["members", "memoryMegabytes", "version", "parameters"];
  const cases: [string, string | undefined][] = [
    ["member", "members"],
    ["memebers", "members"],
    ["MEMBERS", "members"],
    ["memory_megabytes", "memoryMegabytes"],
    ["versoin", "version"],
    ["colour", undefined],
    ["x", undefined],
  ];
  for (const [word, expected] of cases) {
    it(`to ${word} is ${expected ?? "none"}`, () => {
      assert.equal(nearest(word, names), expected);
    });
  }

  it("is none among no names", () => {
    assert.equal(nearest("members", []), undefined);
  });
});
