import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { whereScript } from "../../../platforms/whereScript";
import { keyInput, withSshFiles } from "../../../platforms/vm/sshFiles";

/** Runs a script as the command provider does. */
function run(script: string, input = "") {
  const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", script], {
    input,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const place = (name: string, isIt: string, runs = "true") => ({
  runs,
  isIt,
  run: `sh -c 'echo ${name}: $(cat)'`,
  log: "false",
  index: 0,
});

const asked = (nobody: string, onlyIfRunning: boolean, blames = false) => ({
  blames,
  nobody,
  onlyIfRunning,
  patienceSeconds: 60,
});

describe("a command for one of several services", () => {
  it("runs in the first that is the one, with all of its input", () => {
    const places = [
      place("a", "sh -c 'cat >&2; false'"),
      place("b", "sh -c 'cat >&2'"),
      place("c", "true"),
    ];
    const ending = run(whereScript(places, asked("nobody", false)), "the input");
    assert.deepEqual(ending, { status: 0, stdout: "b: the input\n", stderr: "" });
  });

  it("ends as the command ends", () => {
    const ends = { ...place("a", "true"), run: "exit 7" };
    assert.equal(run(whereScript([ends], asked("nobody", false))).status, 7);
    const failing = { ...place("a", "true"), run: "sh -c 'exit 3'" };
    assert.equal(run(`set -eu\n${whereScript([failing], asked("nobody", true))}`).status, 3);
  });

  it("shows what the server of the one that it blames has logged", () => {
    const log = `printf '%s\\n' \
      '2026-01-01 00:00:00.000 UTC [7] me@shop/app ERROR:  no such table' \
      '2026-01-01 00:00:00.000 UTC [8] FATAL:  could not connect to the primary server: refused' \
      '2026-01-01 00:00:00.000 UTC [9] FATAL:  could not access file "pg_cron"' \
      '2026-01-01 00:00:05.000 UTC [9] FATAL:  could not access file "pg_cron"' \
      '2026-01-01 00:00:05.000 UTC [9] HINT:  install it'`;
    const places = [
      { ...place("a", "true"), run: "sh -c 'echo said >&2; exit 102'" },
      { ...place("c", "false"), log, index: 2 },
    ];
    assert.deepEqual(run(`set -eu\n${whereScript(places, asked("nobody", false, true))}`), {
      status: 102,
      stdout: "",
      stderr: `said\n  | FATAL:  could not access file "pg_cron"\n  | HINT:  install it\n`,
    });
    const well = { ...place("a", "true"), index: 0 };
    const ending = run(`set -eu\n${whereScript([well], asked("nobody", false, true))}`, "input");
    assert.deepEqual(ending, { status: 0, stdout: "a: input\n", stderr: "" });
  });

  it("is passed over where none of them runs, if it may be", () => {
    const places = [place("a", "false", "false"), place("b", "false", "false")];
    assert.deepEqual(run(`set -eu\n${whereScript(places, asked("nobody", true))}`), {
      status: 0,
      stdout: "",
      stderr: "",
    });
  });

  it("does not go on asking once all that run have said for long why they will not be the one", () => {
    const stopped = place("a", "sh -c 'echo patroni2 is missing; exit 3'");
    const places = [stopped, stopped, place("b", "false", "false")];
    // A clock that goes fast, and no sleep.
    const clock =
      "date() { echo $(($(wc -l <$ticks) * 5)); echo >>$ticks; }\nsleep() { :; }\nticks=$(mktemp)\n";
    const ending = run(`set -eu\n${clock}${whereScript(places, asked("nobody", true))}`);
    assert.deepEqual(ending, { status: 1, stdout: "", stderr: "patroni2 is missing\n" });
  });

  it("asks again while one of them runs, and says in the end that none is the one", () => {
    const places = [place("a", "false", "false"), place("b", "false")];
    // A clock that goes fast, and no sleep.
    const clock =
      "now=0\ndate() { echo $(($(wc -l <$ticks) * 20)); echo >>$ticks; }\nsleep() { :; }\n";
    const script = `ticks=$(mktemp)\n${clock}${whereScript(places, asked("it's nobody", true))}`;
    assert.deepEqual(run(script), { status: 1, stdout: "", stderr: "it's nobody\n" });
  });
});

describe("the ssh client's files", () => {
  const script = withSshFiles(
    "stat -c '%a %n' key known_hosts; cat key known_hosts; cat; pwd >&2",
    "a'b ssh-ed25519 x\n",
  );

  it("are there while a script runs, for nobody else, and the rest of the input is the script's", () => {
    const { status, stdout, stderr } = run(script, `${keyInput("the\nkey\n")}SELECT\n`);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, "600 key\n600 known_hosts\nthe\nkey\na'b ssh-ed25519 x\nSELECT\n");
    assert.equal(run(`test -e ${stderr.trim()}`).status, 1);
  });

  it("hold no key where the agent has it", () => {
    const { stdout } = run(script, `${keyInput(undefined)}SELECT\n`);
    assert.equal(stdout, "600 key\n600 known_hosts\na'b ssh-ed25519 x\nSELECT\n");
  });
});
