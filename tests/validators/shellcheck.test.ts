import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dockerCluster } from "../support/fixtures";
import { plain, record, type Recorded } from "../support/mocks";
import { complaintsOf, type ShellText } from "../support/shellcheck";
import { unpacked } from "../support/unpacked";
import { commandType, filesOf, recordCluster, withAddress } from "../support/vmGraph";

/** Files with shell programs; a shell's name is in the first line of those that have no ending. */
function shellFiles(): ShellText[] {
  const words = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const names = ["*.sh", "images/*", "tests/support/machine/init", ":!images/Dockerfile"];
  return execFileSync("git", [...words, ...names], { encoding: "utf8" })
    .split("\n")
    .filter((name) => name !== "")
    .map((name) => ({ name, text: readFileSync(name, "utf8") }));
}

/** Names what a text is, without those that say the same. */
const different = (texts: ShellText[]): ShellText[] => [
  ...new Map(texts.map((one) => [one.text, one])).values(),
];

/** A resource's commands, and what it pipes into a shell. */
function scriptsOf({ name, inputs }: Recorded): ShellText[] {
  const commands = ["create", "update", "delete"].flatMap((when) => {
    const text = plain(inputs[when]);
    return typeof text === "string" ? [{ name: `${name} (${when})`, text }] : [];
  });
  const input = plain(inputs.stdin);
  const isScript = commands.some(({ text }) => /'sh' '-s'$/.test(text));
  return isScript && typeof input === "string"
    ? [...commands, { name: `${name} (input)`, text: unpacked(input) }]
    : commands;
}

/** Complaints that do not apply to what the program renders: its quoting is tested by itself. */
const inRendered = [
  // A quote in a word that is quoted again.
  "SC1003",
  // Lists of words, which are split on purpose.
  "SC2046",
  "SC2086",
  // The files of a directory of PostgreSQL's or etcd's have numbers as names.
  "SC2012",
  "SC2035",
  // `try && return || sleep`, which means what it says.
  "SC2015",
];

describe("programs for a shell", function () {
  this.timeout(900_000);

  it("are complained about if they have a fault", () => {
    const [complaint = "", ...others] = complaintsOf([
      { name: "fine", text: 'echo "$1"\n' },
      { name: "faulty", text: "echo $1\n" },
    ]);
    assert.match(complaint, /^faulty:1:6: .*\[SC2086\]$/);
    assert.deepEqual(others, []);
  });

  it("have none that ShellCheck knows", () => {
    const files = shellFiles();
    assert.ok(files.some(({ name }) => name === "programs/vm/files.sh"));
    // Parts of a script set what others use; the whole scripts are looked at below.
    const [parts, others] = [true, false].map((isPart) =>
      files.filter(({ name }) => name.startsWith("programs/vm/") === isPart),
    ) as [ShellText[], ShellText[]];
    assert.deepEqual([...complaintsOf(parts, ["SC2154"]), ...complaintsOf(others)], []);
  });

  for (const { platform, recorded } of [
    { platform: "Docker", recorded: () => record(() => dockerCluster()) },
    { platform: "hosts", recorded: () => recordCluster(withAddress) },
  ])
    it(`have none in what runs on ${platform}`, async () => {
      const { resources } = await recorded();
      const texts = resources.filter(({ type }) => type.startsWith("command:")).flatMap(scriptsOf);
      assert.ok(texts.length > 50);
      assert.deepEqual(complaintsOf(different(texts), inRendered), []);
    });

  it("have none in files that services run", async () => {
    const put = (await recordCluster(withAddress)).ofType(commandType).flatMap(filesOf);
    const texts = put
      .filter(({ content }) => content.startsWith("#!/bin/sh\n"))
      .map(({ path, content }) => ({ name: path, text: content }));
    assert.ok(texts.some(({ name }) => name === "/etc/etcd/start"));
    assert.deepEqual(complaintsOf(different(texts), inRendered), []);
  });
});
