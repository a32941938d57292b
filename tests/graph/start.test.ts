import assert from "node:assert/strict";
import type { Disk } from "../../platforms/disks";
import type { RunningCluster } from "../../platforms/platform";
import { dockerCluster } from "../support/fixtures";
import { record, type Recorder } from "../support/mocks";

const kept: Disk = { service: "patroni2", holds: "postgres", major: 17, system: "1" };
const led = (leader: string): RunningCluster => ({
  leader,
  dynamicConfig: {},
  founding: undefined,
  trust: [],
  pendingRestart: [],
});

const clusterWith = (found: { running?: RunningCluster; disks?: Disk[] }, tags = {}) =>
  record(() => dockerCluster({ postgres: { tags } }, found));

/** Members whose container waits until another's is ready, as `later after earlier`. */
const orderIn = (recorder: Recorder) =>
  [1, 2, 3].flatMap((later) =>
    [1, 2, 3]
      .filter((earlier) => {
        const ready = recorder.named(`test-patroni${earlier}-ready`).urn;
        return recorder.before(recorder.named(`test-patroni${later}`)).has(ready);
      })
      .map((earlier) => `${later} after ${earlier}`),
  );

const permits = (recorder: Recorder, service: string) =>
  String(recorder.named(`test-${service}-founding`).inputs.create).includes("founding-permitted");

describe("the order of members", () => {
  it("begins with the founder and permits it to found, where there is no data", async () => {
    const recorder = await clusterWith({});
    assert.deepEqual(orderIn(recorder), ["2 after 1", "3 after 1", "3 after 2"]);
    assert.ok(permits(recorder, "etcd1") && permits(recorder, "patroni1"));
  });

  it("begins with the first that may lead", async () => {
    const tags = { patroni1: { nofailover: true } };
    const recorder = await clusterWith({}, tags);
    assert.deepEqual(orderIn(recorder), ["1 after 2", "3 after 1", "3 after 2"]);
    assert.ok(permits(recorder, "patroni2"));
  });

  it("ends with the member that leads", async () => {
    const recorder = await clusterWith({ running: led("patroni2") });
    assert.deepEqual(orderIn(recorder), ["2 after 1", "2 after 3", "3 after 1"]);
    assert.ok(!permits(recorder, "etcd1") && !permits(recorder, "patroni1"));
  });

  it("is none where nobody leads and there is data", async () => {
    const recorder = await clusterWith({ disks: [kept] });
    assert.deepEqual(orderIn(recorder), []);
    const access = recorder.before(recorder.named("cluster-patroni-access"));
    for (const member of ["patroni1", "patroni2", "patroni3"]) {
      assert.ok(!access.has(recorder.named(`test-${member}-ready`).urn), member);
    }
    assert.ok(!permits(recorder, "etcd1") && !permits(recorder, "patroni1"));
  });
});
