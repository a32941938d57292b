import assert from "node:assert/strict";
import { execaSync } from "execa";
import { renderEtcdEnv, renderEtcdPeers } from "../../../../configs/etcd/env";
import { etcdLeave } from "../../../../configs/etcd/membership";
import { etcdYieldLeadership, renderNeighbours } from "../../../../configs/etcd/yieldLeadership";
import { etcdDataFacts } from "../../../../configs/etcd/dataFacts";
import { etcdReady } from "../../../../configs/etcd/ready";
import { etcdStart } from "../../../../configs/etcd/start";
import { assertGolden } from "../../../support/golden";
import { addressedTopology, namedTopology, settingsOf } from "../../../support/models";

const settings = settingsOf({
  etcd: { heartbeatMilliseconds: 200, electionTimeoutMilliseconds: 2000, quotaMegabytes: 128 },
});
const { clusterName, etcd } = settings;
const [etcd1, etcd2] = namedTopology(settings).etcd;
assert.ok(etcd1 !== undefined && etcd2 !== undefined);

describe("an etcd member's environment", () => {
  it("is as expected for the first member", () => {
    assertGolden("etcd1.env", renderEtcdEnv({ clusterName, member: etcd1, ...etcd }));
  });

  it("lets no member found a cluster", () => {
    for (const member of [etcd1, etcd2]) {
      const environment = renderEtcdEnv({ clusterName, member, ...etcd });
      assert.match(environment, /^ETCD_INITIAL_CLUSTER_STATE=existing$/m);
    }
  });

  it("is the same whatever the number of members", () => {
    const five = settingsOf({ etcd: { ...etcd, members: 5 } });
    assert.equal(
      renderEtcdEnv({ clusterName, member: etcd1, ...five.etcd }),
      renderEtcdEnv({ clusterName, member: etcd1, ...etcd }),
    );
  });

  it("can be sourced by a shell", () => {
    const script = `${renderEtcdEnv({ clusterName, member: etcd2, ...etcd })}echo "$ETCD_NAME"`;
    const { stdout, stderr } = execaSync("sh", ["-euc", script]);
    assert.deepEqual({ stdout, stderr }, { stdout: "etcd2", stderr: "" });
  });
});

describe("an etcd member's peers", () => {
  it("are all the others", () => {
    const { etcd: members } = addressedTopology(settings);
    const [first] = members;
    assert.ok(first !== undefined);
    assert.equal(renderEtcdPeers(first, members), "https://10.0.0.2:2379,https://10.0.0.3:2379");
  });

  it("are nobody for a single member", () => {
    assert.equal(renderEtcdPeers(etcd1, [etcd1]), "");
  });
});

describe("whom an etcd member gives way to", () => {
  const place = { clusterName: "shop", namespace: "/service/" };

  it("is the member of PostgreSQL on its host", () => {
    const { etcd: stores, members } = addressedTopology(settings);
    const [, second] = stores;
    assert.ok(second !== undefined);
    assert.equal(renderNeighbours(second, members, place), "/service/shop/leader patroni2\n");
  });

  it("is nobody where each service has an address of its own", () => {
    assert.equal(renderNeighbours(etcd1, namedTopology(settings).members, place), "");
  });
});

describe("etcd's scripts", () => {
  for (const [name, script] of Object.entries({
    etcdStart,
    etcdReady,
    etcdYieldLeadership,
    etcdLeave: etcdLeave([etcd2]),
    etcdDataFacts,
  })) {
    it(`${name} is valid shell`, () => {
      execaSync("sh", ["-n"], { input: script });
    });
  }
});
