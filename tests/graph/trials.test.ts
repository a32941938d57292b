import assert from "node:assert/strict";
import { changed } from "../support/changes";
import { dockerCluster, vmCluster } from "../support/fixtures";
import { isSecret, plain, record, type Recorded, type Recorder } from "../support/mocks";
import { threeHosts } from "../support/models";

const kinds = ["haproxy", "pgbouncer", "postgres"];
const trials = kinds.map((kind) => `cluster-trials-${kind}`);

/** What may come before the trials: it touches no service. */
const harmless =
  /^(cluster|docker|vm)$|-credentials|-certificates|^cluster-trials|^docker-|^vm-|^test-(base|etcd|patroni|haproxy|pgbouncer)$|^test-db\d/;

for (const [platform, cluster] of [
  ["Docker", dockerCluster],
  ["virtual machines", vmCluster],
] as const) {
  describe(`the trials before an update on ${platform}`, () => {
    let recorder: Recorder;
    before(async () => {
      recorder = await record(() => cluster());
    });

    it("come before everything that touches a service", () => {
      const urns = trials.map((name) => recorder.named(name).urn);
      const isCommandOrContainer = /^(command|docker:index\/container)/;
      const later = recorder.resources.filter(
        ({ type, name }) =>
          isCommandOrContainer.test(type) && !trials.includes(name) && !harmless.test(name),
      );
      assert.ok(later.length > 15);
      // What only runs when it is destroyed touches nothing now.
      const isRunNow = ({ type, inputs }: Recorded) =>
        type.startsWith("docker:") || inputs.create !== undefined;
      for (const resource of later.filter(isRunNow)) {
        const before = recorder.before(resource);
        for (const urn of urns) assert.ok(before.has(urn), `${resource.name} does not wait`);
      }
    });

    it("are not run again without a change", async () => {
      assert.deepEqual(changed(recorder, await record(() => cluster())), []);
      for (const name of trials) {
        const { inputs } = recorder.named(name);
        assert.deepEqual([inputs.triggers, inputs.update], [undefined, inputs.create], name);
      }
    });

    it("are run again for what changed", async () => {
      const postgres = { parameters: { work_mem: "8MB" } };
      const haproxy = { maxConnections: 3000 };
      const ofMembers = changed(recorder, await record(() => cluster({ postgres })));
      const ofRouters = changed(recorder, await record(() => cluster({ haproxy })));
      const isTrial = (name: string) => trials.includes(name);
      assert.deepEqual(ofMembers.filter(isTrial), ["cluster-trials-postgres"]);
      assert.deepEqual(ofRouters.filter(isTrial), ["cluster-trials-haproxy"]);
    });

    it("get the files in standard input that is itself a secret", () => {
      for (const name of trials) assert.ok(isSecret(recorder.named(name).inputs.stdin), name);
    });
  });
}

describe("the trials on virtual machines", () => {
  it("run on the first host that can be reached, when it has its packages", async () => {
    const away = { ...threeHosts, db1: { ...threeHosts.db1, away: true } } as typeof threeHosts;
    const keepalived = { virtualAddress: "10.0.0.100" };
    const recorder = await record(() => vmCluster({ vm: { hosts: away }, keepalived }));
    for (const name of [...trials, "cluster-trials-keepalived"]) {
      const trial = recorder.named(name);
      assert.equal((plain(trial.inputs.connection) as { host: string }).host, "10.0.0.2");
      assert.ok(recorder.before(trial).has(recorder.named("test-db2-state").urn), name);
    }
  });
});
