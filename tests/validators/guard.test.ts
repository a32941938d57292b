import assert from "node:assert/strict";
import type { Ending } from "../../platforms/command";
import { besideGuard, guarding, guardProgram, lateGuard } from "../support/guard/guarding";
import { imageOf } from "../support/images";

const secondTime = (...lines: string[]) => [
  "if [ -e /tmp/again ]; then",
  ...lines,
  "fi",
  "touch /tmp/again",
];

const stopPostgres = "pg_ctl stop --silent --mode immediate --pgdata $data";

/** Starts the guard beside the script, over a Patroni that says nothing. */
const silentGuard = `python3 ${guardProgram} "$pipe" "$data" -- sleep 1000 & guard=$!`;
const waitForGuard = "for _ in $(seq 100); do [ -p $pipe ] && break; sleep 0.05; done; sleep 0.2";

/** A guard that stalls while a renewal arrives, one second after the first. */
const stalledGuard = (program: string, stall: string) =>
  besideGuard(
    "postgres",
    silentGuard.replace(guardProgram, program),
    waitForGuard,
    "start=$(clock)",
    "lead 3000",
    "sleep 0.3",
    stall,
    "until_clock $((start + 1000))",
    "lead 3000",
    "until_clock $((start + 2700))",
    "kill -CONT $guard",
    "until_clock $((start + 3600)); is_there 'in time: '",
    "until_clock $((start + 4800)); is_there 'late: '",
    "kill -KILL $guard",
  );

/** Three servers that run before their guards start, each of which gets what `deadline` writes. */
const runningServers = (deadline: string) => [
  "state() { name=$1; port=$2; data=/tmp/$name; pipe=/tmp/$name.pipe; }",
  "state standby 5433; postgres standby.signal",
  "state paused 5434; postgres; echo '{\"pause\": true}' >$data/patroni.dynamic.json",
  "state primary 5435; postgres; echo '{\"pause\": false}' >$data/patroni.dynamic.json",
  "start=$(clock)",
  "for name in standby paused primary; do state $name",
  `  ${deadline}`,
  `  ${silentGuard.replace("&", '2>"/tmp/$name.log" &')}; guards="$guards $guard"`,
  "done",
];
const whoIsThere = 'for name in standby paused primary; do state $name; is_there "$name: "; done';

describe("the guard", function () {
  this.timeout("10m");
  // It may have to be built.
  before(() => imageOf("patroni"));

  /** A test whose container starts along with those of the others: their waits overlap. */
  const test = (title: string, start: () => Promise<Ending>, judge: (ending: Ending) => void) => {
    let ending: Promise<Ending>;
    before(() => {
      ending = start();
    });
    it(title, async () => {
      judge(await ending);
    });
  };

  // The longest first.
  test(
    "started beside PostgreSQL without a deadline, gives Patroni ten seconds once it is a primary",
    () =>
      besideGuard(
        ...runningServers(":"),
        `for name in standby paused primary; do state $name; ${waitForGuard}; done`,
        "start=$(clock)",
        "state standby; pg_ctl promote --silent --wait --pgdata $data",
        "until_clock $((start + 8500))",
        whoIsThere,
        "until_clock $((start + 13000))",
        whoIsThere,
        "kill -KILL $guards",
      ),
    ({ output }) =>
      assert.equal(
        output,
        "standby: there\npaused: there\nprimary: there\n" +
          "standby: gone\npaused: there\nprimary: gone\n",
      ),
  );

  test(
    "kills everything when Patroni hangs while it leads, and starts it anew",
    () =>
      guarding([], ...secondTime("is_there", "exit 7"), "postgres", "lead 1000", "kill -STOP $$"),
    ({ status, output }) => {
      assert.match(output, /Patroni has not renewed it: PostgreSQL is killed/);
      assert.match(output, /\ngone\n/);
      assert.equal(status, 7);
    },
  );

  test(
    "kills what is stopped, too",
    () =>
      guarding(
        [],
        ...secondTime("is_there", "exit 0"),
        "postgres",
        'kill -STOP "$(cat $data.pid)"',
        "lead 1000",
        "sleep 1000",
      ),
    ({ output }) => assert.match(output, /\ngone\n/),
  );

  test(
    "lets a Patroni alone that renews in time, and one that does not lead any more",
    () =>
      guarding(
        [],
        "postgres",
        "for _ in 1 2 3 4 5; do lead 1000; sleep 0.4; done",
        "does_not_lead",
        "sleep 1.5",
        "is_there",
        stopPostgres,
        "exit 3",
      ),
    (ending) => assert.deepEqual(ending, { status: 3, output: "there\n" }),
  );

  test(
    "starts Patroni anew when it ends while PostgreSQL runs, which stays",
    () =>
      guarding([], ...secondTime("is_there", stopPostgres, "exit 5"), "postgres", "kill -KILL $$"),
    ({ status, output }) => {
      assert.match(output, /ended with status 137, and PostgreSQL runs: starting it anew\n/);
      assert.match(output, /\nthere\n/);
      assert.equal(status, 5);
    },
  );

  test(
    "still counts when Patroni ends while it leads",
    () =>
      guarding(
        [],
        "echo run >>/tmp/runs",
        'case "$(wc -l </tmp/runs)" in 3) exit 0 ;; 2) sleep 1000 ;; esac',
        "postgres",
        "lead 3000",
        "kill -KILL $$",
      ),
    ({ output }) =>
      assert.match(output, /starting it anew\n(.*\n)*.*earlier Patroni's lease .* is killed/),
  );

  for (const time of ["at once", "again"]) {
    test(
      `ends with Patroni when nothing else runs, ${time}`,
      () => guarding([], "exit 4"),
      (ending) => assert.deepEqual(ending, { status: 4, output: "" }),
    );
  }

  test(
    "takes no other process for PostgreSQL: no child, no reused number, no other server",
    () =>
      guarding(
        [],
        ...secondTime("kill -KILL $(cat /tmp/data/postmaster.pid /tmp/other.pid); exit 8"),
        "data=/tmp/other postgres",
        "mkdir /tmp/data",
        "sleep 1000 & echo $! >/tmp/data/postmaster.pid",
        "exit 4",
      ),
    (ending) => assert.deepEqual(ending, { status: 4, output: "" }),
  );

  test(
    "passes on what it is told, and ends as Patroni does",
    () =>
      guarding(
        [],
        "trap 'echo reloaded' HUP",
        "trap 'echo stopped; exit 6' TERM",
        "kill -HUP 1; sleep 0.5; kill -TERM 1",
        "sleep 5 & wait; wait; wait",
      ),
    (ending) => assert.deepEqual(ending, { status: 6, output: "reloaded\nstopped\n" }),
  );

  test(
    "does its work without a fence where the kernel or its library does not let it have one",
    () =>
      guarding(
        ["--fence", "5432,8008"],
        ...secondTime("is_there", "exit 7"),
        "postgres",
        "lead 1000",
        "sleep 1000",
      ),
    ({ status, output }) => {
      assert.equal(output.match(/there is no fence: .*libnftables/g)?.length, 1);
      assert.match(output, /PostgreSQL is killed\n(.*\n)*gone\n/);
      assert.equal(status, 7);
    },
  );

  test(
    "lets no member lead without the kernel's watchdog where one is required",
    () =>
      guarding(
        ["--kernel", "/dev/no-watchdog", "--required"],
        '[ -w "$pipe" ] && echo may lead || echo may not lead',
      ),
    ({ output }) => assert.equal(output, "may not lead\n"),
  );

  test(
    "gives no time for what Patroni waited after a renewal was sent",
    () =>
      guarding(
        [],
        ...secondTime("is_there", "exit 0"),
        "postgres",
        "start=$(clock)",
        "lead 3000",
        "until_clock $((start + 2000))",
        "lead 3000 2000",
        "(until_clock $((start + 3900)); is_there 'late: ') &",
        "kill -STOP $$",
      ),
    ({ output }) => {
      assert.doesNotMatch(output, /late: there/);
      assert.match(output, /\ngone\n/);
    },
  );

  for (const [where, program, stall] of [
    ["is stopped", guardProgram, "kill -STOP $guard"],
    ["stalls before it reads", lateGuard, "echo $((start / 1000 + 2)).9 >/tmp/late"],
  ] as const) {
    test(
      `gives no time for how long the guard itself ${where}`,
      () => stalledGuard(program, stall),
      ({ output }) => {
        assert.match(output, /in time: there\n/);
        assert.match(output, /late: gone\n/);
      },
    );
  }

  test(
    "does not renew what has ended while Patroni and the guard were stopped",
    () =>
      besideGuard(
        "postgres",
        silentGuard,
        waitForGuard,
        "lead 1000",
        "sleep 0.3",
        "kill -STOP $guard",
        "sleep 1.5",
        // Another member may have led in between.
        "lead 9000",
        "kill -CONT $guard",
        "sleep 0.7; is_there",
        "kill -KILL $guard",
      ),
    ({ output }) => assert.match(output, /PostgreSQL is killed\n(.*\n)*gone\n/),
  );

  test(
    "started beside PostgreSQL, keeps a former deadline, but kills no standby and nothing paused",
    () =>
      besideGuard(
        ...runningServers('echo "$((start + 1500))000000" >"$pipe.until"'),
        "until_clock $((start + 1000)); state primary; is_there 'in time: '",
        "until_clock $((start + 4000))",
        whoIsThere,
        "kill -KILL $guards",
      ),
    ({ output }) =>
      assert.equal(output, "in time: there\nstandby: there\npaused: there\nprimary: gone\n"),
  );
});
