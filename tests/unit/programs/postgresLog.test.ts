import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const program = "programs/postgres_log.py";

describe("the log files of a PostgreSQL", () => {
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), "hapg-log-"));
    mkdirSync(join(data, "log"));
    writeFileSync(join(data, "postgres"), "#!/bin/sh\necho Europe/Berlin\n", { mode: 0o755 });
  });
  afterEach(() => rmSync(data, { recursive: true }));

  const write = (name: string, lines: string[]) =>
    writeFileSync(join(data, "log", name), lines.map((line) => `${line}\n`).join(""));
  const isCurrent = (...lines: string[]) =>
    writeFileSync(join(data, "current_logfiles"), lines.map((line) => `${line}\n`).join(""));
  const words = (seconds: number, ...more: string[]) => [
    ...[program, data, data, String(seconds)],
    ...more,
  ];
  const printed = (seconds: number): string[] => {
    const options = { encoding: "utf8", maxBuffer: 1 << 25 } as const;
    const { status, stdout, stderr } = spawnSync("python3", words(seconds), options);
    assert.deepEqual([status, stderr], [0, ""]);
    return stdout.split("\n").slice(0, -1);
  };
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
  const stamp = (time: Date, zone = "UTC") =>
    `${time.toISOString().replace("T", " ").slice(0, 23)} ${zone}`;
  /** In seconds: no line is older. */
  const ever = 1e9;

  it("are not there as long as it logs to its service", () => {
    assert.deepEqual(printed(600), []);
  });

  it("are printed with times in UTC, whatever the zone and the format", () => {
    write("a.log", [
      "2026-01-05 12:00:00.123 CET [7] LOG:  one",
      "\tits second line of 2020-01-01 00:00:00 UTC",
      "2026-07-05 12:00:00 CEST [7] LOG:  two",
      // The hour that is repeated when summer time ends.
      "2026-10-25 02:30:00.000 CEST [7] LOG:  first",
      "2026-10-25 02:30:00.000 CET [7] LOG:  second",
      "2026-11-05 12:00:00.000 +0530 [7] LOG:  offset",
    ]);
    isCurrent("stderr log/a.log", "csvlog log/a.csv");
    assert.deepEqual(printed(ever), [
      "2026-01-05T11:00:00.123Z 2026-01-05 12:00:00.123 CET [7] LOG:  one",
      "2026-01-05T11:00:00.123Z \tits second line of 2020-01-01 00:00:00 UTC",
      "2026-07-05T10:00:00.000Z 2026-07-05 12:00:00 CEST [7] LOG:  two",
      "2026-10-25T00:30:00.000Z 2026-10-25 02:30:00.000 CEST [7] LOG:  first",
      "2026-10-25T01:30:00.000Z 2026-10-25 02:30:00.000 CET [7] LOG:  second",
      "2026-11-05T06:30:00.000Z 2026-11-05 12:00:00.000 +0530 [7] LOG:  offset",
    ]);
    const csv = `${stamp(ago(5), "GMT")},"app","app",7,"hello"`;
    const json = `{"timestamp":"${stamp(ago(3), "UTC")}","message":"hello"}`;
    for (const [format, line] of [
      ["csv", csv],
      ["json", json],
    ] as const) {
      write(`a.${format}`, [line]);
      isCurrent(`${format}log log/a.${format}`);
      assert.deepEqual(
        printed(60).map((one) => one.slice(25)),
        [line],
      );
    }
  });

  it("are left out as far as they are older than asked for, in former and in long files", () => {
    const line = (age: number) => `${stamp(ago(age))} [7] LOG:  ${age} ${"x".repeat(1000)}`;
    const ages = Array.from({ length: 6000 }, (_, i) => 60_000 - 10 * i);
    write("3.log", ages.map(line));
    write("2.log", [line(70_000)]);
    write("1.log", [line(900_000)]);
    write("2.csv", ["no such format"]);
    utimesSync(join(data, "log", "2.log"), ago(60_001), ago(60_001));
    utimesSync(join(data, "log", "1.log"), ago(900_000), ago(900_000));
    isCurrent("stderr log/3.log");
    const of = (seconds: number) =>
      printed(seconds).map((one) => Number(/LOG: {2}(\d+)/.exec(one)?.[1]));
    assert.deepEqual(of(105), [100, 90, 80, 70, 60, 50, 40, 30, 20, 10]);
    assert.deepEqual(of(80_000), [70_000, ...ages]);
  });

  it("are followed from file to file, until the input ends", async () => {
    write("a.log", [`${stamp(ago(2))} one`]);
    isCurrent("stderr log/a.log");
    const child = spawn("python3", words(60, "--follow"), { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => ((await lines.next()).value as string).split(" ").at(-1);
    assert.equal(await next(), "one");
    appendFileSync(join(data, "log", "a.log"), `${stamp(ago(1))} two\n${stamp(ago(1))} thr`);
    assert.equal(await next(), "two");
    appendFileSync(join(data, "log", "a.log"), "ee\n");
    assert.equal(await next(), "three");
    write("b.log", [`${stamp(ago(0))} four`]);
    isCurrent("stderr log/b.log");
    assert.equal(await next(), "four");
    child.stdin.end();
    assert.equal(await new Promise((resolve) => child.once("close", resolve)), 0);
  });
});
