import { clusterOnHosts } from "../../drills/targets/clusterUnderTest";
import { ClusterUnderTest } from "../support/cluster/clusterUnderTest";
import { VmGround } from "../support/cluster/vmGround";
import { print } from "../support/print";
import { access } from "./suites/access";
import { changes } from "./suites/changes";
import { clients } from "./suites/clients";
import { configuration } from "./suites/configuration";
import { drills } from "./suites/drills";
import { encryption } from "./suites/encryption";
import { keptData } from "./suites/keptData";
import { refusals } from "./suites/refusals";
import { rights } from "./suites/rights";
import { scaling } from "./suites/scaling";
import { secrets } from "./suites/secrets";
import { stoppedUpdate } from "./suites/stoppedUpdate";
import { switchover } from "./suites/switchover";
import { drift } from "./vm/drift";
import { etcdLeader } from "./vm/etcdLeader";
import { fence } from "./vm/fence";
import { firewall } from "./vm/firewall";
import { hostLoss } from "./vm/hostLoss";
import { hostRefusals } from "./vm/hostRefusals";
import { reboot } from "./vm/reboot";
import { replacedHost } from "./vm/replacedHost";
import { hostServices } from "./vm/units";
import { virtualAddress } from "./vm/virtualAddress";

const name = "hapg-e2e-vm";

/** Also what runs by the same code on Docker, and is tried there each time: it takes as long again. */
const everything = process.env.HAPG_TEST_EVERYTHING !== undefined;

describe("a cluster on virtual machines", function () {
  this.timeout("10m");
  // Each step starts from what the one before left.
  this.bail(true);
  const ground = new VmGround(name, "10.213.76");
  const cluster = new ClusterUnderTest(name, ground, () => ({
    platform: "vm",
    postgres: { memoryMegabytes: 384 },
    etcd: { memoryMegabytes: 128 },
    haproxy: { instances: 3, memoryMegabytes: 64 },
    pgbouncer: { instances: 3, memoryMegabytes: 64 },
    keepalived: { virtualAddress: ground.virtualAddress, memoryMegabytes: 32 },
    vm: { ...ground.vmSettings(), firewall: true },
  }));
  before(() => cluster.begin());
  after(() => cluster.dispose());

  refusals(cluster);
  hostRefusals(cluster);

  describe("on three bare hosts", () => {
    it("comes up", async () => {
      const { seconds } = await cluster.up();
      print(`up on three hosts, from nothing: ${seconds.toFixed(1)} s`);
    });
  });

  clients(cluster);
  if (everything) {
    access(cluster);
    rights(cluster);
  }
  secrets(cluster);
  encryption(cluster);
  firewall(cluster);
  hostServices(cluster);
  changes(cluster, { postgres: { stopGraceSeconds: 110 } });
  if (everything) configuration(cluster);
  drift(cluster);
  if (everything) switchover(cluster);
  virtualAddress(cluster);
  etcdLeader(cluster);
  fence(cluster);
  drills(cluster, () => clusterOnHosts(cluster), ["H6-killed", "H12-killed", "H12-paused"]);
  hostLoss(cluster);
  reboot(cluster);
  replacedHost(cluster);
  keptData(cluster);
  if (everything) {
    stoppedUpdate(cluster, { postgres: { stopGraceSeconds: 100 } });
    scaling(cluster);
  }
});
