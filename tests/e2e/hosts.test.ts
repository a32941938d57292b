import { clusterOnHosts } from "../../drills/targets/clusterUnderTest";
import { paths } from "../../configs/cluster/paths";
import type { Settings } from "../../configs/settings/schema";
import { ClusterUnderTest } from "../../lab/cluster/clusterUnderTest";
import type { StackSettings } from "../../lab/cluster/testEnvironment";
import { VmEnvironment } from "../../lab/cluster/vmEnvironment";
import { print } from "../../lab/print";
import { choice, chosen, needsCluster, type PartOf } from "../parts";
import { access } from "./suites/access";
import { adoption } from "./suites/adoption";
import { backup } from "./suites/backup";
import { changes, unchanged } from "./suites/changes";
import { clients } from "./suites/clients";
import { commands } from "./suites/commands";
import { endedCertificates } from "./suites/endedCertificates";
import { configuration } from "./suites/configuration";
import { data } from "./suites/data";
import { diagnose } from "./suites/diagnose";
import { drills } from "./suites/drills";
import { encryption } from "./suites/encryption";
import { etcdLost } from "./suites/etcdLost";
import { interruptedUpdates } from "./suites/interruptedUpdates";
import { keptData } from "./suites/keptData";
import { monitoring } from "./suites/monitoring";
import { refusals } from "./suites/refusals";
import { rights } from "./suites/rights";
import { scaling } from "./suites/scaling";
import { secrets } from "./suites/secrets";
import { stoppedUpdate } from "./suites/stoppedUpdate";
import { switchover } from "./suites/switchover";
import { drift } from "./vm/drift";
import { databaseDrift } from "./suites/drift";
import { etcdLeader } from "./vm/etcdLeader";
import { fence } from "./vm/fence";
import { firewall } from "./vm/firewall";
import { hostLoss } from "./vm/hostLoss";
import { hostRefusals } from "./vm/hostRefusals";
import { packages } from "./vm/packages";
import { reboot } from "./vm/reboot";
import { replacedHost } from "./vm/replacedHost";
import { repositoryHost } from "./vm/backup/repositoryHost";
import { hostServices } from "./vm/units";
import { virtualAddress } from "./vm/virtualAddress";

const name = "hapg-e2e-vm";

/** What no member has yet, whatever ran before. */
const lessTimeToStop = ({ postgres }: Settings): StackSettings => ({
  postgres: { stopGraceSeconds: postgres.stopGraceSeconds - 2 },
});

describe("a cluster on virtual machines", function () {
  this.timeout("10m");
  // Each step starts from what the one before left.
  this.bail(true);
  const environment = new VmEnvironment(name, "10.213.76");
  const cluster = new ClusterUnderTest(name, environment, () => ({
    platform: "vm",
    postgres: { memoryMegabytes: 384 },
    etcd: { memoryMegabytes: 128 },
    haproxy: { instances: 3, memoryMegabytes: 64 },
    pgbouncer: { instances: 3, memoryMegabytes: 64 },
    keepalived: { virtualAddress: environment.virtualAddress, memoryMegabytes: 32 },
    vm: { ...environment.vmSettings(), firewall: true },
  }));
  before(async () => {
    await cluster.begin();
    if (needsCluster("hosts", ["refusals", "hostRefusals", "up"])) await cluster.up();
  });
  after(() => cluster.dispose());

  const all: Record<PartOf<"hosts">, () => void> = {
    refusals: () => refusals(cluster),
    hostRefusals: () => hostRefusals(cluster),
    up,
    clients: () => clients(cluster),
    unchanged: () => unchanged(cluster),
    firewall: () => firewall(cluster),
    units: () => hostServices(cluster),
    fence: () => fence(cluster),
    changes: () => changes(cluster, lessTimeToStop),
    diagnose: () => diagnose(cluster, () => clusterOnHosts(cluster)),
    drift: () => {
      drift(cluster);
      databaseDrift(cluster);
    },
    commands: () =>
      commands(cluster, (member) => environment.hosts.startAgain(environment.hostOf(member))),
    data: () => data(cluster),
    virtualAddress: () => virtualAddress(cluster),
    drills: () =>
      drills(cluster, () => clusterOnHosts(cluster), ["H6-killed", "H12-killed", "H12-paused"]),
    hostLoss: () => hostLoss(cluster),
    monitoring: () => monitoring(cluster),
    encryption: () => encryption(cluster),
    secrets: () => secrets(cluster),
    etcdLeader: () => etcdLeader(cluster),
    etcdLost: () =>
      etcdLost(cluster, async (service) => {
        const script = `systemctl stop etcd; find ${paths.etcdData} -mindepth 1 -delete`;
        await environment.succeed(environment.hostOf(service), script);
      }),
    reboot: () => reboot(cluster),
    replacedHost: () => replacedHost(cluster),
    keptData: () => keptData(cluster),
    adoption: () => adoption(cluster),
    backup: () => backup(cluster, repositoryHost(cluster)),
    endedCertificates: () => endedCertificates(cluster),
    stoppedUpdate: () => stoppedUpdate(cluster, lessTimeToStop),
    packages: () => packages(cluster),
    scaling: () => scaling(cluster),
    access: () => access(cluster),
    rights: () => rights(cluster),
    configuration: () => configuration(cluster),
    switchover: () => switchover(cluster),
    interruptedUpdates: () => interruptedUpdates(cluster, () => clusterOnHosts(cluster), 10),
  };
  for (const part of chosen("hosts", choice())) all[part]();

  function up(): void {
    describe("on three bare hosts", () => {
      it("comes up", async () => {
        const { seconds } = await cluster.up();
        print(`up on three hosts, from nothing: ${seconds.toFixed(1)} s`);
      });
    });
  }
});
