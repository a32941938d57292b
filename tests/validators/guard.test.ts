import assert from "node:assert/strict";
import { guard } from "../../components/scripts";
import type { Ending } from "../../platforms/command";
import { tryOut, tryOutFolder } from "../support/containers";
import { imageOf } from "../support/images";

const pipe = "/tmp/watchdog";

/** Runs the guard as a container's first process over a shell script in Patroni's place. */
function guarding(...patroni: string[]): Ending {
  return guardingWith([], ...patroni);
}

function guardingWith(options: string[], ...patroni: string[]): Ending {
  const files = [
    { path: `${tryOutFolder}/guard.py`, content: guard, mode: 0o700 },
    { path: `${tryOutFolder}/patroni`, content: patroni.join("\n"), mode: 0o700 },
  ];
  const command = ["python3", `${tryOutFolder}/guard.py`, pipe, ...options, "--"];
  return tryOut(imageOf("patroni"), files, [...command, "sh", `${tryOutFolder}/patroni`]);
}

const secondTime = (...lines: string[]) => [
  "if [ -e /tmp/again ]; then",
  ...lines,
  "fi",
  "touch /tmp/again",
];
const postgres = "sleep 1000 & echo $! >/tmp/postgres";
const isPostgresThere = 'kill -0 "$(cat /tmp/postgres)" 2>/dev/null && echo there || echo gone';

// The first of them may have to build the image.
describe("the guard", function () {
  this.timeout("10m");

  it("kills everything when Patroni hangs while it leads, and starts it anew", () => {
    const { status, output } = guarding(
      ...secondTime("echo again", isPostgresThere, "exit 7"),
      postgres,
      `printf 'Ctimeout=1\\n1' >${pipe}`,
      "kill -STOP $$",
    );
    assert.match(output, /not heard of for 1 s while it led: PostgreSQL is killed/);
    assert.match(output, /again\ngone\n/);
    assert.equal(status, 7);
  });

  it("kills what is stopped, too", () => {
    const { output } = guarding(
      ...secondTime(isPostgresThere, "exit 0"),
      postgres,
      'kill -STOP "$(cat /tmp/postgres)"',
      `printf 'Ctimeout=1\\n' >${pipe}`,
      "sleep 1000",
    );
    assert.match(output, /\ngone\n/);
  });

  it("lets a Patroni alone that is heard of in time, and one that does not lead any more", () => {
    const { status, output } = guarding(
      postgres,
      `printf 'Ctimeout=1\\n' >${pipe}`,
      `for _ in 1 2 3 4 5; do sleep 0.4; printf 1 >${pipe}; done`,
      `printf V >${pipe}`,
      "sleep 1.5",
      isPostgresThere,
      'kill "$(cat /tmp/postgres)"',
      "exit 3",
    );
    assert.equal(output, "there\n");
    assert.equal(status, 3);
  });

  it("counts from the renewed lease with a changed time", () => {
    const { output } = guarding(
      ...secondTime("exit 0"),
      postgres,
      `printf 'Ctimeout=1\\nCtimeout=3\\n' >${pipe}`,
      "sleep 1.5",
      isPostgresThere,
      "sleep 1000",
    );
    assert.match(output, /^there\n.*not heard of for 3 s/);
  });

  it("starts Patroni anew when it ends while PostgreSQL runs, which stays", () => {
    const { status, output } = guarding(
      ...secondTime(isPostgresThere, 'kill "$(cat /tmp/postgres)"', "sleep 0.5", "exit 5"),
      postgres,
      "kill -KILL $$",
    );
    assert.match(output, /Patroni ended with status 137, and PostgreSQL runs: starting it anew\n/);
    assert.match(output, /\nthere\n/);
    assert.equal(status, 5);
  });

  it("still counts when Patroni ends while it leads", () => {
    const { output } = guarding(
      "echo run >>/tmp/runs",
      'if [ "$(wc -l </tmp/runs)" = 3 ]; then exit 0; fi',
      'if [ "$(wc -l </tmp/runs)" = 2 ]; then sleep 1000; fi',
      postgres,
      `printf 'Ctimeout=3\\n' >${pipe}`,
      "kill -KILL $$",
    );
    assert.match(output, /starting it anew\n(.*\n)*.*not heard of for 3 s/);
  });

  it("ends with Patroni when nothing else runs, however soon that is", () => {
    for (let time = 0; time < 5; time++) {
      assert.deepEqual(guarding("exit 4"), { status: 4, output: "" });
    }
  });

  it("passes on what it is told, and ends as Patroni does", () => {
    const { status, output } = guarding(
      "trap 'echo reloaded' HUP",
      "trap 'echo stopped; exit 6' TERM",
      "kill -HUP 1; sleep 0.5; kill -TERM 1",
      "sleep 5 & wait; wait; wait",
    );
    assert.equal(output, "reloaded\nstopped\n");
    assert.equal(status, 6);
  });

  it("does its work without a fence where the kernel or its library does not let it have one", () => {
    const { status, output } = guardingWith(
      ["--fence", "5432,8008"],
      ...secondTime(isPostgresThere, "exit 7"),
      postgres,
      `printf 'Ctimeout=1\\n1' >${pipe}`,
      "sleep 1000",
    );
    assert.equal(output.match(/there is no fence: .*libnftables/g)?.length, 1);
    assert.match(output, /PostgreSQL is killed\n(.*\n)*gone\n/);
    assert.equal(status, 7);
  });
});
