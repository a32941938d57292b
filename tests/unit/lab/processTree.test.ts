import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { descendants, killProcess } from "../../../lab/processTree";
import { until } from "../../../operations/until";

describe("a process tree", () => {
  let parent: ChildProcess;
  let pid: number;
  let below: number[];
  beforeEach(async () => {
    parent = spawn("sh", ["-c", "sh -c 'sleep 60; :' & wait"], { stdio: "ignore" });
    pid = parent.pid ?? 0;
    const areThere = () => {
      below = descendants(pid);
      return below.length === 2;
    };
    assert.ok(await until(5, areThere));
  });
  afterEach(() => {
    for (const one of below) if (isAlive(one)) process.kill(one, "SIGKILL");
  });

  it("ends with all that it has started", async () => {
    killProcess(pid, "everything");
    await once(parent, "exit");
    assert.ok(await until(5, () => !below.some(isAlive)));
  });

  it("ends without what it has started, which can be ended later", async () => {
    const endRest = killProcess(pid, "engine");
    await once(parent, "exit");
    assert.ok(below.every(isAlive));
    endRest();
    assert.ok(await until(5, () => !below.some(isAlive)));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
