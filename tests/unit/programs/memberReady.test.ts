import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memberReady } from "../../../programs/programs";

/** As Python writes it, and so Patroni. */
const json = (value: unknown): string =>
  JSON.stringify(value).replaceAll('":', '": ').replaceAll(',"', ', "').replaceAll(",{", ", {");

const primary = { state: "running", role: "primary", timeline: 3, patroni: { name: "patroni1" } };
const standby = {
  state: "running",
  role: "replica",
  xlog: { received_location: 1, replayed_location: 1, paused: false },
  timeline: 3,
  replication_state: "streaming",
};
const leader = { name: "patroni2", role: "leader", state: "running", timeline: 3 };
const others = [
  { name: "patroni1", role: "replica", state: "streaming", timeline: 4, lag: 0 },
  { ...leader, tags: { nofailover: true } },
  { name: "patroni3", role: "sync_standby", state: "streaming", timeline: 5, lag: 0 },
];

describe("a member's readiness check", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "hapg-ready-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What the check prints and how it ends, where Patroni answers this. */
  function check(own: unknown, members: object[] = others, stopped?: string) {
    const answers = own === undefined ? "exit 22" : `cat '${folder}/answers'`;
    writeFileSync(join(folder, "curl"), `#!/bin/sh\n${answers}\n`, { mode: 0o755 });
    writeFileSync(join(folder, "answers"), `${json(own ?? {})}\n${json({ members })}\n`);
    if (stopped !== undefined) writeFileSync(join(folder, "stopped"), stopped);
    const words = ["https://localhost:8008", "/etc/patroni/ca.pem", join(folder, "stopped")];
    const { status, stdout } = spawnSync("sh", ["-s", ...words], {
      input: memberReady,
      encoding: "utf8",
      env: { ...process.env, PATH: `${folder}:${process.env.PATH ?? ""}` },
    });
    return [status, stdout];
  }
  const [ready, notYet] = [
    [0, ""],
    [1, ""],
  ];

  it("passes for a primary, and for a standby on the leader's timeline", () => {
    assert.deepEqual(check(primary), ready);
    assert.deepEqual(check(standby), ready);
    assert.deepEqual(check(standby, [{ ...leader, role: "standby_leader" }]), ready);
  });

  it("does not pass for a standby that streams on another timeline than the leader's", () => {
    assert.deepEqual(check({ ...standby, timeline: 2 }), notYet);
    assert.deepEqual(check({ ...standby, timeline: 33 }), notYet);
    assert.deepEqual(check({ ...standby, timeline: null }), notYet);
  });

  it("does not pass for a standby that does not stream, or while nobody leads", () => {
    assert.deepEqual(check({ ...standby, replication_state: "in archive recovery" }), notYet);
    assert.deepEqual(check(standby, [others[0] ?? {}]), notYet);
    assert.deepEqual(check(standby, []), notYet);
  });

  it("does not pass while PostgreSQL starts, or Patroni does not answer", () => {
    assert.deepEqual(check({ ...primary, state: "starting" }), notYet);
    assert.deepEqual(check({ state: "start failed", role: "replica" }), notYet);
    assert.deepEqual(check(undefined), notYet);
  });

  it("says why a member will not become ready by itself", () => {
    assert.deepEqual(check(undefined, others, ""), notYet);
    assert.deepEqual(check(primary, others, "patroni1 is behind\n"), [3, "patroni1 is behind\n"]);
  });
});
