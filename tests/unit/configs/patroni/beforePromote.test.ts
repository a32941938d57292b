import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderBeforePromote } from "../../../../configs/patroni/beforePromote";
import { paths } from "../../../../configs/cluster/paths";

describe("what runs before PostgreSQL is promoted", () => {
  let folder = "";
  let wal = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hapg-promote-"));
    wal = join(folder, "pg_wal");
    mkdirSync(wal);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const render = (restApi: string) =>
    renderBeforePromote({ version: 17, member: "patroni2", restApi });

  /**
   * Runs it beside a Patroni that knows of these timelines, or does not answer.
   * @returns which histories there are then, and which timelines were noted
   */
  function promote(own: string[], timelines: Record<string, number> | undefined) {
    for (const name of own) writeFileSync(join(wal, name), "its own");
    const config = { ttl: 20, hapg: { members: ["patroni1"], timelines }, loop_wait: 2 };
    const spaced = JSON.stringify(config).replaceAll(":", ": ").replaceAll(",", ", ");
    const noted = join(folder, "noted");
    writeFileSync(
      join(folder, "curl"),
      timelines === undefined
        ? "#!/bin/sh\nexit 22\n"
        : `#!/bin/sh\necho "$7" >>${noted}\ncat >>${folder}/input\ncat <<'END'\n${spaced}\nEND\n`,
      { mode: 0o755 },
    );
    const script = render("secret").replaceAll(paths.pgData(17), folder);
    const env = { PATH: `${folder}:${process.env.PATH ?? ""}` };
    const { status, stderr } = spawnSync("sh", ["-uc", script], { env, encoding: "utf8" });
    assert.equal(status, 0);
    return {
      stderr,
      histories: readdirSync(wal).sort(),
      noted: existsSync(noted)
        ? readFileSync(noted, "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as unknown)
        : [],
    };
  }

  const note = (timeline: number) => ({ hapg: { timelines: { patroni2: timeline } } });

  it("notes the timeline that the member takes", () => {
    const none = { stderr: "", histories: [] };
    assert.deepEqual(promote([], { patroni2: 2 }), { ...none, noted: [note(2)] });
  });

  it("marks timelines as taken that others took and it has not seen", () => {
    const { histories, noted } = promote([], { patroni1: 2, patroni2: 2, patroni3: 3 });
    assert.deepEqual(histories, ["00000002.history", "00000003.history"]);
    assert.match(readFileSync(join(wal, "00000003.history"), "utf8"), /^# /);
    assert.deepEqual(noted, [note(2), note(4)]);
  });

  it("counts in hexadecimal, from the newest that it has seen, and leaves that alone", () => {
    const own = ["00000002.history", "00000009.history", "0000000900000000000000AB"];
    const { histories, noted } = promote(own, { patroni2: 10, patroni1: 11 });
    const marked = ["0000000A.history", "0000000B.history"];
    assert.deepEqual(histories, [...own, ...marked].sort());
    assert.equal(readFileSync(join(wal, "00000009.history"), "utf8"), "its own");
    assert.deepEqual(noted, [note(10), note(12)]);
  });

  it("marks nothing for a member that has followed the last leader", () => {
    const { histories, noted } = promote(["00000003.history"], { patroni1: 3, patroni2: 4 });
    assert.deepEqual(histories, ["00000003.history"]);
    assert.deepEqual(noted, [note(4)]);
  });

  it("writes the histories that a copy of a leader lacks, from the newest", () => {
    const lines = ["1\t0/3000060\tno recovery target specified", "3\t0/50000A0\ta reason", ""];
    writeFileSync(join(wal, "00000004.history"), lines.join("\n"));
    writeFileSync(join(wal, "00000005.history"), "# Taken by a leader.\n");
    const { histories, stderr } = promote([], { patroni2: 6 });
    const all = [2, 3, 4, 5].map((timeline) => `0000000${timeline}.history`);
    assert.deepEqual({ histories, stderr }, { histories: all, stderr: "" });
    const content = (timeline: number) =>
      readFileSync(join(wal, `0000000${timeline}.history`), "utf8");
    assert.match(content(2), /^# Taken by/);
    assert.equal(content(3), `${lines[0] ?? ""}\n`);
    assert.equal(content(4), lines.join("\n"));
    assert.match(content(5), /^# Taken by/);
  });

  it("writes no history over one that is there", () => {
    writeFileSync(join(wal, "00000003.history"), "1\t0/3000060\tx\n2\t0/50000A0\ty\n");
    promote(["00000002.history"], { patroni2: 4 });
    assert.equal(readFileSync(join(wal, "00000002.history"), "utf8"), "its own");
  });

  it("lets the member lead when Patroni does not answer, and says so", () => {
    const { histories, stderr } = promote([], undefined);
    assert.deepEqual(histories, []);
    assert.equal(stderr, "Timeline 2 could not be noted.\n");
  });

  it("gives the password to nobody but curl, whatever it holds", () => {
    promote([], { patroni2: 2 });
    assert.match(readFileSync(join(folder, "input"), "utf8"), /^user = "patroni:secret"$/m);
    assert.match(render('a"b\\c'), /^user = "patroni:a\\"b\\\\c"$/m);
  });
});
