import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paths } from "../../../configs/cluster/paths";
import { Drill } from "../../../drills/drill";
import { fillWal } from "../../../drills/faults/fillWal";
import { fillSmallVolume } from "../../../drills/faults/smallVolume";

/** A drill that never asks its cluster anything. */
const drill = () => new Drill(nothing, nothing, nothing);
const nothing = undefined as never;

describe("a drill", () => {
  it("undoes all harm, the last first, and each only once", async () => {
    const done: string[] = [];
    const one = drill();
    const harm = (name: string) =>
      one.inject(name, () => {
        done.push(name);
        return Promise.resolve(() => {
          done.push(`not ${name}`);
          return Promise.resolve();
        });
      });
    await harm("first");
    await harm("second");
    await one.undo();
    await one.undo();
    assert.deepEqual(done, ["first", "second", "not second", "not first"]);
    assert.deepEqual(
      one.moments.map(({ kind, what }) => `${kind}: ${what}`),
      ["fault: first", "fault: second", "undo: undone: second", "undo: undone: first"],
    );
  });

  it("undoes some harm early, and not again at the end", async () => {
    const done: string[] = [];
    const one = drill();
    const harm = (name: string) => () =>
      Promise.resolve(() => {
        done.push(`not ${name}`);
        return Promise.resolve();
      });
    const undoFirst = await one.inject("first", harm("first"));
    await one.inject("second", harm("second"));
    await undoFirst();
    await undoFirst();
    assert.deepEqual(done, ["not first"]);
    await one.undo();
    assert.deepEqual(done, ["not first", "not second"]);
  });

  it("measures from the first harm", async () => {
    const one = drill();
    await one.strike("first", () => Promise.resolve());
    const { fault } = one.times;
    await pause(5);
    await one.strike("second", () => Promise.resolve());
    assert.equal(one.times.fault, fault);
  });

  it("notes what had to happen and did not", async () => {
    const one = drill();
    await one.expectWithin(0.1, "a miracle", () => false);
    await one.holdsFor(0.1, "peace", () => true);
    assert.deepEqual(
      one.expectations.map(({ what, met }) => [what, met]),
      [
        ["a miracle within 0.1 s", false],
        ["peace for 0.1 s", true],
      ],
    );
  });
});

describe("a full volume", () => {
  const faults = (done: string[]) => ({
    freezePatroni: (member: string) => {
      done.push(`${member} frozen`);
      return Promise.resolve(() => {
        done.push(`${member} goes on`);
        return Promise.resolve();
      });
    },
  });

  it("is taken back at once if it cannot be filled", async () => {
    const done: string[] = [];
    const asUser = (script: string) => {
      const fills = script.includes("dd if=/dev/zero");
      done.push(fills ? "fill" : "empty");
      return fills ? Promise.reject(new Error("no")) : Promise.resolve();
    };
    const asRoot = () => {
      done.push("mounts");
      return Promise.resolve();
    };
    await assert.rejects(fillWal(faults(done), "patroni2", 17, { asUser, asRoot }), /no/);
    const moved = ["patroni2 frozen", "mounts", "patroni2 goes on"];
    assert.deepEqual(done, [...moved, "fill", "empty", ...moved]);
  });

  it("is never the one that all else is on", () => {
    const folder = mkdtempSync(join(tmpdir(), "hapg-wal-"));
    try {
      mkdirSync(join(folder, "pg_wal"));
      const script = fillSmallVolume(17).replaceAll(paths.pgData(17), folder);
      const { status, stderr } = spawnSync("sh", ["-euc", script], { encoding: "utf8" });
      assert.deepEqual([status, stderr], [1, "the WAL is on no volume of its own\n"]);
      assert.deepEqual(readdirSync(join(folder, "pg_wal")), []);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("leaves nobody frozen, whatever fails", async () => {
    const done: string[] = [];
    const shells = {
      asUser: () => Promise.resolve(),
      asRoot: () => Promise.reject(new Error("no")),
    };
    await assert.rejects(fillWal(faults(done), "patroni2", 17, shells), /no/);
    assert.equal(done.at(-1), "patroni2 goes on");
  });
});
