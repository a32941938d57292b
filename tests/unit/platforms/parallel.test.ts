import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runAll } from "../../../platforms/parallel";

const shell = (script: string, input = "") => ({ words: ["sh", "-c", script], input });

describe("commands side by side", () => {
  it("give their output, errors and status in the order in which they were asked for", () => {
    const endings = runAll([
      shell("sleep 0.2; echo slow; echo late >&2; exit 3"),
      shell("echo fast"),
      shell("cat", "what it\nreads"),
    ]);
    assert.deepEqual(
      endings.map(({ status, output, errors }) => ({ status, output, errors })),
      [
        { status: 3, output: "slow\n", errors: "late\n" },
        { status: 0, output: "fast\n", errors: "" },
        { status: 0, output: "what it\nreads", errors: "" },
      ],
    );
  });

  it("run at the same time: they can wait for each other", () => {
    const folder = mkdtempSync(join(tmpdir(), "hapg-parallel-"));
    try {
      const meet = (own: string, other: string) =>
        shell(
          `cd ${folder}; : >${own}; for _ in $(seq 100); do [ ! -e ${other} ] || exit 0; sleep 0.1; done; exit 1`,
        );
      const endings = runAll([meet("a", "b"), meet("b", "a")]);
      assert.deepEqual(
        endings.map(({ status }) => status),
        [0, 0],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("are timed by this machine's clock", () => {
    const before = Date.now();
    const [ending] = runAll([shell("sleep 0.1")]);
    assert.ok(ending !== undefined);
    assert.ok(before <= ending.started && ending.ended <= Date.now());
    assert.ok(ending.ended - ending.started >= 90, String(ending.ended - ending.started));
  });

  it("have no status if there is no such program, and do not keep the others from running", () => {
    const [missing, other] = runAll([
      { words: ["no-such-program"], input: "x" },
      shell("echo here"),
    ]);
    assert.deepEqual([missing?.status, other?.output], [null, "here\n"]);
    assert.match(missing?.errors ?? "", /^spawn no-such-program E/);
  });

  it("have no status if they were killed", () => {
    assert.equal(runAll([shell("kill -9 $$")])[0]?.status, null);
  });

  it("may end without reading what they are given", () => {
    assert.equal(runAll([shell("exit 4", "x".repeat(1_000_000))])[0]?.status, 4);
  });

  it("may read and print much, of which every character arrives whole", () => {
    // Of three bytes each: pieces of the stream begin and end within one.
    const text = `a${"€".repeat(1_000_000)}`;
    assert.ok(runAll([shell("cat", text)])[0]?.output === text);
  });

  it("are none for no tasks", () => {
    assert.deepEqual(runAll([]), []);
  });
});
