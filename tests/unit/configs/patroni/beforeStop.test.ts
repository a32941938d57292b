import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { renderBeforeStop } from "../../../../configs/patroni/beforeStop";
import { paths } from "../../../../configs/cluster/paths";

describe("what runs before PostgreSQL is stopped", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "hapg-stop-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs it beside a process that stands for PostgreSQL, and says by which signal that has ended. */
  async function signalled(note: { minutesAgo: number } | undefined): Promise<string | null> {
    const postmaster = spawn("sleep", ["60"]);
    const ended = once(postmaster, "exit") as Promise<[number | null, string | null]>;
    writeFileSync(join(folder, "postmaster.pid"), `${postmaster.pid ?? ""}\n${folder}\n`);
    if (note !== undefined) {
      const then = Date.now() / 1000 - note.minutesAgo * 60;
      writeFileSync(join(folder, "note"), "");
      utimesSync(join(folder, "note"), then, then);
    }
    const script = renderBeforeStop(17)
      .replaceAll(paths.handOverNote, join(folder, "note"))
      .replaceAll(paths.pgData(17), folder);
    const running = spawn("sh", ["-c", script]);
    assert.deepEqual(await once(running, "exit"), [0, null]);
    postmaster.kill("SIGKILL");
    return (await ended)[1];
  }

  it("stops it while the member hands over as planned", async () => {
    assert.equal(await signalled({ minutesAgo: 0 }), "SIGINT");
  });

  it("leaves it to Patroni at any other time", async () => {
    assert.equal(await signalled(undefined), "SIGKILL");
  });

  it("leaves it to Patroni if a note was left behind", async () => {
    assert.equal(await signalled({ minutesAgo: 5 }), "SIGKILL");
  });

  it("is a shell script", () => {
    execaSync("sh", ["-n"], { input: renderBeforeStop(17) });
  });
});
