import assert from "node:assert/strict";
import { vmCluster } from "../support/fixtures";
import { record, type Recorder } from "../support/mocks";
import { threeHosts } from "../support/models";
import {
  commandType,
  families,
  nameOf,
  recordCluster,
  removalOf,
  servicesOf,
  stateOf,
  withAddress,
} from "../support/vmGraph";

describe("a difference on a host", () => {
  /** Names of the resources that are applied again, with the reason. */
  const appliedAgain = (recorder: Recorder) =>
    recorder
      .ofType(commandType)
      .filter(({ name }) => name.endsWith("-state"))
      .filter(({ ignoreChanges }) => !ignoreChanges.includes("triggers"))
      .map(({ name, inputs }) => [name, String((inputs.triggers as string[])[0])] as const);

  it("makes the program apply exactly what differs again, and a preview says why", async () => {
    const difference = "has changed files: /etc/patroni/patroni.yml";
    const recorder = await recordCluster(withAddress, {
      db2: {
        services: {
          host: { isActive: false, difference: "" },
          patroni2: { isActive: true, difference },
        },
      },
      db3: { services: { host: { isActive: false, difference: "is not set up" } } },
    });
    const again = appliedAgain(recorder);
    assert.deepEqual(again.map(([name]) => name).sort(), ["test-db3-state", "test-patroni2-state"]);
    for (const [name, trigger] of again) {
      const reason = name === "test-db3-state" ? "host is not set up" : `patroni2 ${difference}`;
      assert.ok(trigger.endsWith(`: ${reason}`), trigger);
    }
  });

  it("is none where all is as it was left", async () => {
    assert.deepEqual(appliedAgain(await recordCluster(withAddress)), []);
  });

  it("that is found again is another one: it was put right in between", async () => {
    const findings = {
      db1: { services: { etcd1: { isActive: false, difference: "does not run" } } },
    };
    const [first] = appliedAgain(await record(() => vmCluster({}, findings)));
    const [second] = appliedAgain(await record(() => vmCluster({}, findings)));
    assert.ok(first !== undefined && second !== undefined);
    assert.notEqual(first[1], second[1]);
  });
});

describe("a host that is away", () => {
  const away = { ...threeHosts, db1: { ...threeHosts.db1, away: true } } as typeof threeHosts;
  const ofAway = ["db1", ...families.map((family) => `${family}1`)];
  let recorder: Recorder;
  before(async () => {
    recorder = await recordCluster({ ...withAddress, vm: { hosts: away } });
  });

  it("keeps what it has: no change reaches it", () => {
    for (const owner of ofAway) {
      const { ignoreChanges } = stateOf(recorder, owner);
      for (const property of ["connection", "create", "update", "stdin", "triggers"]) {
        assert.ok(ignoreChanges.includes(property), `${owner}: ${property}`);
      }
      const ofRemoval = removalOf(recorder, owner).ignoreChanges;
      for (const property of ["connection", "stdin"]) {
        assert.ok(ofRemoval.includes(property), `${owner}: ${property}`);
      }
    }
  });

  it("is not logged in to when it leaves the stack file", () => {
    const kept = recorder.resources.filter(({ retainOnDelete }) => retainOnDelete);
    assert.deepEqual(
      kept.map(nameOf).sort(),
      [
        ...ofAway.flatMap((owner) => [`test-${owner}-removal`, `test-${owner}-state`]),
        ...["etcd1", "patroni1"].map((founder) => `test-${founder}-founding`),
      ].sort(),
    );
  });

  it("does not keep the others from changing", () => {
    for (const owner of ["db2", "etcd2", "patroni3", "keepalived3"]) {
      assert.deepEqual(stateOf(recorder, owner).ignoreChanges, ["triggers"], owner);
      assert.deepEqual(removalOf(recorder, owner).ignoreChanges, [], owner);
    }
  });
});

describe("protection", () => {
  it("is for services that have data: their removal would come first", async () => {
    const recorder = await recordCluster({ ...withAddress, protect: true });
    const kept = recorder.resources.filter(({ protect }) => protect);
    assert.deepEqual(
      kept.map(nameOf).sort(),
      ["etcd", "patroni"].flatMap(servicesOf).map((service) => `test-${service}-removal`),
    );
  });
});
