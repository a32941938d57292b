import assert from "node:assert/strict";
import { drillArguments } from "../../../drills/arguments";
import { chosen } from "../../../drills/choose";
import { scenarios } from "../../../drills/scenarios/all";

describe("the drills' command line", () => {
  it("asks for all scenarios once, on a cluster that is made, when nothing is said", () => {
    assert.deepEqual(drillArguments([]), {
      stack: undefined,
      platform: "docker",
      modes: ["asynchronous"],
      settings: {},
      only: [],
      times: 1,
      isProtectedAllowed: false,
      folder: "reports",
    });
    assert.deepEqual(chosen([]), scenarios);
  });

  it("takes scenarios, repeats, a stack and both modes", () => {
    const one = drillArguments(["--only", "H6,H12", "--times", "20", "--stack", "staging"]);
    assert.ok(typeof one === "object");
    assert.deepEqual([one.only, one.times, one.stack], [["H6", "H12"], 20, "staging"]);
    const both = drillArguments(["--platform", "vm", "--mode", "both"]);
    assert.ok(typeof both === "object");
    assert.deepEqual([both.platform, both.modes], ["vm", ["asynchronous", "synchronous"]]);
  });

  it("takes settings as a stack file has them", () => {
    const words = ["patroni.loopWaitSeconds=2", "patroni.failsafeMode=false", "clusterName=other"];
    const one = drillArguments(words.flatMap((word) => ["--set", word]));
    assert.ok(typeof one === "object");
    assert.deepEqual(one.settings, {
      patroni: { loopWaitSeconds: 2, failsafeMode: false },
      clusterName: "other",
    });
  });

  for (const [words, problem] of [
    [["--times", "0"], /--times must be a whole number from 1, got 0/],
    [["--times", "often"], /--times must be a whole number from 1, got often/],
    [["--platform", "kubernetes"], /--platform must be docker or vm, got kubernetes/],
    [["--mode", "quorum"], /--mode must be asynchronous or synchronous or both, got quorum/],
    [
      ["--stack", "dev", "--mode", "both"],
      /--platform, --mode and --set are for a cluster that is made/,
    ],
    [["--set", "patroni"], /--set takes SETTING=VALUE, got patroni/],
    [["--onyl", "H6"], /'--onyl'/],
  ] as const) {
    it(`refuses ${words.join(" ")}`, () => {
      assert.throws(() => drillArguments([...words]), problem);
    });
  }
});

describe("the choice of scenarios", () => {
  it("takes all of a row, or one by its id, in the order of the requirements", () => {
    const ids = (only: string[]) => chosen(only).map(({ id }) => id);
    assert.deepEqual(ids(["H12-paused", "H6-hung"]), ["H6-hung", "H12-paused"]);
    assert.ok(ids(["H12"]).length > 3);
    assert.ok(ids(["H12"]).every((id) => id.startsWith("H12-")));
    assert.deepEqual(ids(["H1"]), ["H1"]);
  });

  it("can be of each scenario alone", () => {
    for (const scenario of scenarios) assert.deepEqual(chosen([scenario.id]), [scenario]);
  });

  it("names those that do not exist", () => {
    assert.throws(() => chosen(["H6", "H99"]), /there is no scenario H99; --list shows/);
  });

  it("covers every row of the requirements, each by ids that differ", () => {
    const rows = new Set(scenarios.map(({ id }) => id.split("-")[0]));
    const wanted = Array.from({ length: 15 }, (_, i) => `H${i + 1}`);
    assert.deepEqual(
      [...rows].sort((a, b) => Number(a?.slice(1)) - Number(b?.slice(1))),
      wanted,
    );
    assert.equal(new Set(scenarios.map(({ id }) => id)).size, scenarios.length);
  });
});
