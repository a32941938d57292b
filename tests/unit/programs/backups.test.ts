import assert from "node:assert/strict";
import { pythonValue } from "../../support/pythonValue";

const at = (text: string) => Date.parse(`${text}Z`) / 1000;
const day = 86400;
/** Sundays at 01:00, and each day. */
const schedule = { startSeconds: 3 * day + 3600, full: 7 * day, diff: day, incr: 0 };

describe("the schedule of backups", () => {
  const due = (
    now: string,
    backups: [string, string][],
    changes: Partial<typeof schedule> = {},
  ) => {
    const found = backups.map(([type, start]) => ({ type, start: at(start) }));
    const words = [at(now), found, { ...schedule, ...changes }].map((one) => JSON.stringify(one));
    return (pythonValue(`due(${words.join(", ")})`, "from schedule import due") as unknown[])[0];
  };

  it("begins with a full backup at once", () => {
    assert.equal(due("2026-11-25T12:00:00", []), "full");
  });

  it("takes a full backup on Sunday and a differential one on each other day", () => {
    const sunday: [string, string] = ["full", "2026-11-29T01:00:05"];
    assert.equal(due("2026-11-29T00:59:00", [["full", "2026-11-22T01:00:03"]]), "diff");
    assert.equal(due("2026-11-29T01:00:01", [["full", "2026-11-22T01:00:03"]]), "full");
    assert.equal(due("2026-11-29T23:00:00", [sunday]), null);
    assert.equal(due("2026-11-30T01:00:01", [sunday]), "diff");
    assert.equal(due("2026-11-30T01:00:01", [sunday, ["diff", "2026-11-30T01:00:00"]]), null);
  });

  it("makes up for one that failed, was cut short or was missed", () => {
    // The repository has none of Monday and Tuesday.
    assert.equal(due("2026-12-01T17:00:00", [["full", "2026-11-29T01:00:05"]]), "diff");
  });

  it("takes none twice after one that somebody asked for", () => {
    const asked: [string, string][] = [
      ["full", "2026-11-29T01:00:05"],
      ["full", "2026-11-30T01:00:01"],
    ];
    assert.equal(due("2026-11-30T01:00:02", asked), null);
  });

  it("does not wait for the day of a backup that a wrong clock has taken", () => {
    const backups: [string, string][] = [
      ["full", "2026-11-29T01:00:05"],
      ["full", "2031-01-01T00:00:00"],
    ];
    assert.equal(due("2026-11-29T23:00:00", backups), null);
    assert.equal(due("2026-11-30T01:00:01", backups), "diff");
    const rehearsal = (start: string) =>
      pythonValue(
        `rehearsal_is_due(${at("2026-11-29T23:00:00")}, {"start": ${at(start)}}, ${7 * day})`,
        "from schedule import rehearsal_is_due",
      );
    assert.equal(rehearsal("2031-01-01T00:00:00"), true);
    assert.equal(rehearsal("2026-11-28T23:00:00"), false);
    assert.equal(rehearsal("2026-11-20T23:00:00"), true);
  });

  it("takes incremental backups in hours", () => {
    const backups: [string, string][] = [["full", "2026-11-29T01:00:05"]];
    assert.equal(due("2026-11-29T06:00:00", backups, { incr: 4 * 3600 }), "incr");
    assert.equal(due("2026-11-29T04:00:00", backups, { incr: 4 * 3600 }), null);
  });

  it("waits longer after each failure, and never longer than 15 minutes", () => {
    const pauses = pythonValue(
      "[pause_after(n) for n in (0, 1, 2, 20)]",
      "from schedule import pause_after",
    );
    assert.deepEqual(pauses, [0, 30, 60, 900]);
  });
});

describe("what pgBackRest says about the repository", () => {
  const info = (code: number, message: string) => {
    const found = [{ backup: [], repo: [{ key: 1, status: { code, message } }] }];
    return pythonValue(
      "said()",
      "from backups import Repository",
      `found = ${JSON.stringify(JSON.stringify(found))}`,
      "repository = Repository({})",
      "repository.exists = lambda: True",
      "repository.output = lambda *words: found",
      "def said():",
      "    try:",
      "        return repository.backups()",
      "    except RuntimeError as error:",
      "        return str(error)",
    );
  };

  it("is an error with another key, and not an empty repository", () => {
    const message = "[CryptoError] unable to flush\nHINT: is or was the repo encrypted?";
    assert.equal(
      info(99, message),
      "[CryptoError] unable to flush HINT: is or was the repo encrypted?",
    );
  });

  it("is that error also if the message holds what was read with another key", () => {
    const said = pythonValue(
      "said()",
      "from backups import Repository",
      `found = '[{"repo": [{"status": {"code": 99, "message": "bad \\x01 key"}}]}]'`,
      "repository = Repository({})",
      "repository.exists = lambda: True",
      "repository.output = lambda *words: found",
      "def said():",
      "    try:",
      "        return repository.info()",
      "    except RuntimeError as error:",
      "        return str(error)",
    );
    assert.equal(said, "bad \u0001 key");
  });

  it("may have any bytes: with another key it quotes what it has read", () => {
    const said = pythonValue(
      "said()",
      "from backups import Repository",
      "repository = Repository({'options': {}})",
      "repository.command = lambda *words: ['sh', '-c', 'printf \"bad \\\\333 key\"; exit 29']",
      "def said():",
      "    try:",
      "        return repository.output('info')",
      "    except RuntimeError as error:",
      "        return str(error)",
    );
    assert.equal(said, "bad \uFFFD key");
  });

  it("is none before the first backup", () => {
    assert.deepEqual(info(2, "no valid backups"), []);
  });
});

describe("gaps in the archive", () => {
  const gaps = (files: string[], first: string) =>
    pythonValue(
      `gaps(${JSON.stringify(files)}, ${JSON.stringify(first)}, 16777216)`,
      "from backups import gaps",
    );
  const segment = (timeline: number, log: number, number: number) =>
    [timeline, log, number].map((one) => one.toString(16).toUpperCase().padStart(8, "0")).join("");

  it("are none from one log to the next", () => {
    const files = [segment(1, 0, 254), segment(1, 0, 255), segment(1, 1, 0)];
    assert.deepEqual(gaps(files, segment(1, 0, 254)), []);
  });

  it("are found on each timeline for itself", () => {
    const files = [segment(1, 0, 4), segment(1, 0, 5), segment(2, 0, 5), segment(2, 0, 7)];
    assert.deepEqual(gaps(files, segment(1, 0, 4)), [[segment(2, 0, 5), segment(2, 0, 7)]]);
  });

  it("are found where a dead primary took WAL with it", () => {
    // Its successor begins with file 7 of the next timeline, and 6 was never archived.
    const files = [segment(1, 0, 4), segment(1, 0, 5), segment(2, 0, 7), segment(2, 0, 8)];
    assert.deepEqual(gaps(files, segment(1, 0, 4)), [[segment(1, 0, 5), segment(2, 0, 7)]]);
  });

  it("are none where a timeline begins in the file that the last one has left", () => {
    const files = [segment(1, 0, 4), segment(1, 0, 5), segment(2, 0, 5), segment(2, 0, 6)];
    assert.deepEqual(gaps(files, segment(1, 0, 4)), []);
  });

  it("are filled by a backup at once, and by none that is later already", () => {
    const after = (walStart: string) => {
      const backups = JSON.stringify([
        { type: "full", start: at("2026-11-29T01:00:05"), walStart },
      ]);
      const gap = JSON.stringify([[segment(1, 0, 5), segment(2, 0, 7)]]);
      const now = at("2026-11-29T02:00:00");
      return pythonValue(
        `due(${now}, ${backups}, ${JSON.stringify(schedule)}, ${gap})[0]`,
        "from schedule import due",
      );
    };
    assert.equal(after(segment(1, 0, 4)), "incr");
    assert.equal(after(segment(2, 0, 7)), null);
  });

  it("do not matter before the first backup", () => {
    const files = [segment(1, 0, 1), segment(1, 0, 4), segment(1, 0, 5)];
    assert.deepEqual(gaps(files, segment(1, 0, 4)), []);
  });
});
