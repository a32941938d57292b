import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { onTerminal } from "../../support/terminal";

describe("the question of a command that changes something", function () {
  this.timeout(60_000);
  let folder: string;
  let words: string[];
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "hapg-question-"));
    const file = join(folder, "Pulumi.test.yaml");
    writeFileSync(file, "config:\n  hapg:clusterName: hapg-no-such-cluster\n");
    words = [
      ...[process.execPath, "toolchain/hapg.cjs", "pause"],
      ...["--stack", "test", "--config-file", file],
    ];
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [what, answer] of [
    ["no", "n\r"],
    ["the end of the input", "\u0004"],
    ["an interrupt", "\u0003"],
  ] as const)
    it(`is asked on a terminal, and ${what} changes nothing`, async () => {
      const { code, shown } = await onTerminal(words, answer);
      assert.match(shown, /Patroni stops managing PostgreSQL[^]*Continue\? \[y\/N\]/);
      assert.equal(code, 3, shown);
      assert.match(shown, /You did not agree\. Nothing was changed\./);
      assert.ok(!shown.includes("    at "), "no stack trace");
    });

  it("is agreed to by y", async () => {
    const { code, shown } = await onTerminal(words, "y\r");
    assert.match(shown, /Patroni does not answer on any member/);
    assert.equal(code, 1, shown);
  });

  it("is not asked in a pipe: --yes is needed", async () => {
    const [program = "", ...rest] = words;
    const { exitCode, stdout, stderr } = await execa(program, rest, {
      reject: false,
      input: "y\n",
    });
    assert.equal(exitCode, 3);
    assert.equal(stdout, "");
    assert.match(stderr, /In a script, --yes is needed\. Nothing was changed\./);
  });
});
