import assert from "node:assert/strict";
import { removeUnlessKnown } from "../../platforms/docker/freeName";
import { onceLimited } from "../../platforms/docker/taskLimit";
import { imageOf } from "../support/images";
import { docker } from "../../lab/dockerObjects";
import { eventually } from "../../lab/writer";

describe("a container that waits for its limit of processes", function () {
  this.timeout(600_000);
  const name = `hapg-test-limit-${process.pid}`;
  const isDone = () => {
    assert.equal(docker("logs", name), "runs");
    return Promise.resolve();
  };
  before(() => {
    const confined = ["--read-only", "--cap-drop", "ALL", "--no-healthcheck"];
    const words = onceLimited(["sh", "-c", 'echo "$1"; exec sleep 600', "sh", "runs"]);
    docker("run", "--detach", "--name", name, ...confined, imageOf("haproxy"), ...words);
  });
  after(() => docker("rm", "--force", name));

  it("does not run its command without one", async () => {
    await assert.rejects(eventually(2, isDone));
  });

  it("runs its command as soon as it has one, as the first process", async () => {
    docker("update", "--pids-limit", "20", name);
    await eventually(5, isDone);
    assert.equal(docker("exec", name, "cat", "/proc/1/comm"), "sleep");
  });

  it("is under the limit", () => {
    const many = "i=0; while [ $i -lt 30 ]; do sleep 5 & i=$((i+1)); done";
    assert.throws(() => docker("exec", name, "sh", "-c", many), /Cannot fork/);
  });

  it("has it from the start when it is started again, and when its memory is changed", async () => {
    docker("update", "--memory", "128m", "--memory-swap", "128m", name);
    docker("restart", "--time", "0", name);
    await eventually(5, () => {
      assert.equal(docker("logs", name), "runs\nruns");
      return Promise.resolve();
    });
    assert.equal(docker("inspect", "--format", "{{.HostConfig.PidsLimit}}", name), "20");
  });

  it("stops at once when it is told to while it waits", () => {
    const waiting = `${name}-waiting`;
    docker("run", "--detach", "--name", waiting, imageOf("haproxy"), ...onceLimited(["true"]));
    const started = Date.now();
    docker("stop", "--time", "60", waiting);
    docker("rm", "--force", waiting);
    assert.ok(Date.now() - started < 20_000);
  });
});

describe("a container that an update has left when it was killed", () => {
  const container = `hapg-test-leftover-${process.pid}`;
  let id: string;
  before(() => {
    id = docker("create", "--name", container, imageOf("haproxy"), "true");
  });
  after(() => docker("rm", "--force", container));

  it("stays if its id is known", async () => {
    assert.equal(await removeUnlessKnown({ container, host: undefined }, new Set([id])), false);
    assert.equal(docker("inspect", "--format", "{{.Id}}", container), id);
  });

  it("goes if its id is not known, and once it is gone there is nothing to do", async () => {
    const suspect = { container, host: undefined };
    assert.equal(await removeUnlessKnown(suspect, new Set(["another"])), true);
    assert.throws(() => docker("inspect", container));
    assert.equal(await removeUnlessKnown(suspect, new Set()), false);
  });
});
