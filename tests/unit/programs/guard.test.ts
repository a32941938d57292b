import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonValue } from "../../support/pythonValue";

describe("the guard's look at PostgreSQL", () => {
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "hapg-guard-"));
    mkdirSync(join(data, "global"));
  });
  afterEach(() => {
    rmSync(data, { recursive: true });
  });

  const ask = (question: string) =>
    pythonValue(
      `Postmaster(${JSON.stringify(data)}).${question}()`,
      "from postmaster import Postmaster",
    );
  const put = (name: string, content: string | Buffer) => {
    writeFileSync(join(data, name), content);
  };
  /** The start of pg_control, with DBState. */
  const control = (state: number) => {
    const bytes = Buffer.alloc(8192);
    new Int32Array(bytes.buffer, bytes.byteOffset, 5)[4] = state;
    return bytes;
  };

  it("finds a standby by its signal file, until it is in production", () => {
    for (const [signal, state, isStandby] of [
      [undefined, 6, false],
      // Being promoted: the file is gone, and pg_control says so a moment later.
      [undefined, 5, false],
      ["standby.signal", 5, true],
      ["standby.signal", 2, true],
      ["recovery.signal", 5, true],
      ["standby.signal", 6, false],
    ] as const) {
      put("global/pg_control", control(state));
      if (signal !== undefined) put(signal, "");
      assert.equal(ask("is_standby"), isStandby, `${String(signal)} ${state}`);
      if (signal !== undefined) rmSync(join(data, signal));
    }
  });

  it("finds a pause in Patroni's copy of its dynamic configuration", () => {
    assert.equal(ask("is_paused"), false);
    for (const [content, isPaused] of [
      ['{"ttl": 20, "pause": true}', true],
      ['{"pause": "on"}', true],
      ['{"pause": false}', false],
      ['{"pause": null}', false],
      ["{}", false],
      ["[]", false],
      ["", false],
    ] as const) {
      put("patroni.dynamic.json", content);
      assert.equal(ask("is_paused"), isPaused, content);
    }
  });

  it("takes no process for the postmaster that only has its number", () => {
    assert.equal(ask("pid"), null);
    for (const content of ["", "no number\n", `${process.pid}\n`, `-${process.pid}\n`, "0\n"]) {
      put("postmaster.pid", content);
      assert.equal(ask("pid"), null, content);
    }
  });
});

describe("the lease's clock", () => {
  it("does not start a Patroni that it does not know", () => {
    const words = ["-B", "-S", "programs/lease_clock.py", "/no/patroni.yml"];
    const { status, stderr } = spawnSync("python3", words, { encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stderr, /^lease_clock: this Patroni is not supported: No module named 'patroni'/);
    assert.match(stderr, /Install .*Patroni 3\.2 to 4\.1/);
  });

  it("notes when a call began, if it succeeds", () => {
    const lines = [
      "import lease_clock, time",
      "def call(result): time.sleep(0.5); return result",
      "timed = lease_clock.timed(call)",
      "timed(None); before = getattr(lease_clock.renewal, 'sent', None)",
      "start = time.clock_gettime_ns(time.CLOCK_BOOTTIME)",
      "result = timed('20')",
      "late = lease_clock.renewal.sent - start",
    ];
    assert.equal(pythonValue("before is None and result == '20'", ...lines), true);
    assert.ok(Number(pythonValue("late", ...lines)) < 400e6);
  });

  it("goes by a shorter timeout at once, and by a longer one only when Patroni sets it", () => {
    for (const [former, wanted, told] of [
      [15, 10, 10],
      [15, 25, 15],
    ]) {
      const lines = [
        "import lease_clock",
        "from types import SimpleNamespace as Some",
        `watchdog = Some(impl=Some(timeout=${former}), config=Some(timeout=${wanted}))`,
        "keepalive = lease_clock.ending_sooner(lambda watchdog: watchdog.impl.timeout, Some)",
      ];
      assert.equal(pythonValue("keepalive(watchdog)", ...lines), told);
    }
  });
});
