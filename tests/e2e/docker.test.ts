import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { clusterOnDocker } from "../../drills/targets/clusterUnderTest";
import type { Settings } from "../../configs/settings/schema";
import { ClusterUnderTest } from "../../lab/cluster/clusterUnderTest";
import { DockerEnvironment } from "../../lab/cluster/dockerEnvironment";
import { paths } from "../../configs/cluster/paths";
import { choice, chosen, needsCluster, type PartOf } from "../parts";
import { docker } from "../../lab/dockerObjects";
import type { StackSettings } from "../../lab/cluster/testEnvironment";
import { print } from "../../lab/print";
import { eventually, query } from "../../lab/writer";
import { access } from "./suites/access";
import { adoption } from "./suites/adoption";
import { alerts } from "./suites/alerts";
import { backup } from "./suites/backup";
import { backupFaults } from "./suites/backupFaults";
import { inStorage, inVolume } from "./suites/backup/onDocker";
import { certificates } from "./suites/certificates";
import { changes, unchanged } from "./suites/changes";
import { clients } from "./suites/clients";
import { commands } from "./suites/commands";
import { endedCertificates } from "./suites/endedCertificates";
import { configuration } from "./suites/configuration";
import { crash } from "./suites/crash";
import { data } from "./suites/data";
import { diagnose } from "./suites/diagnose";
import { databaseDrift, fileDrift } from "./suites/drift";
import { coreDrivers, everyDriver } from "./suites/drivers";
import { drills } from "./suites/drills";
import { encryption } from "./suites/encryption";
import { etcdLost } from "./suites/etcdLost";
import { interruptedUpdates } from "./suites/interruptedUpdates";
import { keptData } from "./suites/keptData";
import { killedUpdate } from "./suites/killedUpdate";
import { monitoring } from "./suites/monitoring";
import { predictions } from "./suites/predictions";
import { refusals } from "./suites/refusals";
import { rights } from "./suites/rights";
import { sandbox } from "./suites/sandbox";
import { scaling } from "./suites/scaling";
import { secrets } from "./suites/secrets";
import { stoppedUpdate } from "./suites/stoppedUpdate";
import { switchover } from "./suites/switchover";

const name = "hapg-e2e";

/** Ports of this test's own, so that a running cluster is not touched. */
const settings = {
  haproxy: { writePort: 25000, readPort: 25001, statsPort: 28404, restApiPort: 28009 },
  pgbouncer: { port: 26432 },
  docker: { memberPort: 25432 },
  postgres: { memoryMegabytes: 384 },
  etcd: { memoryMegabytes: 128 },
};

/** What no member has yet, whatever ran before. */
const moreMemory = ({ postgres }: Settings): StackSettings => ({
  postgres: { memoryMegabytes: postgres.memoryMegabytes + 16 },
});

/** Parts that begin where no cluster is. */
const comingUp: PartOf<"docker">[] = ["refusals", "nothingCreated", "killedUpdate", "interrupted"];

describe("a cluster on a real Docker Engine", function () {
  this.timeout("10m");
  // Each step starts from what the one before left.
  this.bail(true);
  const environment = new DockerEnvironment(name);
  const cluster = new ClusterUnderTest(name, environment, () => settings);
  before(async () => {
    await cluster.begin();
    if (needsCluster("docker", comingUp)) await cluster.up();
  });
  after(() => cluster.dispose());

  const all: Record<PartOf<"docker">, () => void> = {
    refusals: () => refusals(cluster),
    nothingCreated,
    killedUpdate: () => killedUpdate(cluster, environment.containerOf("etcd1")),
    interrupted,
    clients: () => clients(cluster),
    drivers: () => coreDrivers(cluster),
    everyDriver: () => everyDriver(cluster),
    unchanged: () => unchanged(cluster),
    encryption: () => encryption(cluster),
    crash: () => crash(cluster),
    access: () => access(cluster),
    removed,
    drift: () => {
      fileDrift(cluster);
      databaseDrift(cluster);
    },
    rights: () => rights(cluster),
    secrets: () => secrets(cluster),
    certificates: () => certificates(cluster),
    configuration: () => configuration(cluster),
    switchover: () => switchover(cluster),
    commands: () => commands(cluster),
    data: () => data(cluster),
    scaling: () => scaling(cluster),
    stoppedUpdate: () => stoppedUpdate(cluster, moreMemory),
    drills: () =>
      drills(cluster, () => clusterOnDocker(cluster), ["H6-killed", "H7", "H12-paused", "H15"]),
    diagnose: () => diagnose(cluster, () => clusterOnDocker(cluster)),
    sandbox: () => sandbox(cluster),
    etcdLost: () =>
      etcdLost(cluster, (service) => {
        docker("rm", "--force", environment.containerOf(service));
        docker("volume", "rm", `${environment.containerOf(service)}-data`);
        return Promise.resolve();
      }),
    adoption: () => adoption(cluster),
    backup: () => backup(cluster, inVolume(environment)),
    backupFaults: () => backupFaults(cluster, inVolume(environment).removeRepository),
    backupInStorage: () => backup(cluster, inStorage(name, environment)),
    monitoring: () => monitoring(cluster),
    alerts: () => alerts(cluster, () => clusterOnDocker(cluster)),
    endedCertificates: () => endedCertificates(cluster),
    changes: () => changes(cluster, moreMemory),
    predictions: () => predictions(cluster),
    interruptedUpdates: () => interruptedUpdates(cluster, () => clusterOnDocker(cluster), 10),
    // A member of etcd that has lost its disk founds nothing: it joins the two that have theirs.
    keptData: () =>
      keptData(cluster, () => {
        docker("volume", "rm", `${name}-etcd1-data`);
        return Promise.resolve();
      }),
  };
  for (const part of chosen("docker", choice())) all[part]();

  function nothingCreated(): void {
    describe("before anything is created", () => {
      afterEach(() => environment.assertUntouched());

      it("refuses a port that is in use", async () => {
        const server = createServer().listen(25022, "127.0.0.1");
        await once(server, "listening");
        const taken = { haproxy: { writePort: 25022 } };
        const output = await cluster.whileChanged(taken, () => cluster.refusedUp());
        server.close();
        assert.match(
          output,
          /haproxy\.writePort: port 25022 is in use on this machine; choose another/,
        );
      });

      it("refuses a name that belongs to somebody else", async () => {
        docker("create", "--name", environment.containerOf("etcd2"), "debian:trixie-slim", "true");
        const output = await cluster.refusedUp();
        docker("rm", environment.containerOf("etcd2"));
        assert.match(
          output,
          /clusterName: the container hapg-e2e-etcd2 exists already and belongs to somebody else/,
        );
      });

      it("says when no Engine answers", async () => {
        const output = await cluster.refusedUp({ DOCKER_HOST: "unix:///nonexistent/docker.sock" });
        assert.match(output, /No Docker Engine answers at unix:\/\/\/nonexistent\/docker\.sock/);
        assert.match(output, /Start it, set docker\.host or DOCKER_HOST, or run `npm run setup`/);
      });
    });
  }

  function interrupted(): void {
    describe("when `up` is interrupted in the middle", () => {
      it("ends at once if it is killed, while it creates a container", async () => {
        const first = cluster.stack.start("up", "--yes", "--skip-preview");
        await eventually(240, () => {
          docker("inspect", environment.containerOf("etcd1"));
          return Promise.resolve();
        });
        // Pulumi notes nothing of the container then, and the next one has to make room for its own.
        first.kill("everything");
        await first.result;
        await cluster.stack.unlock();
      });

      it("comes up in another `up`", async () => {
        const first = cluster.stack.start("up", "--yes", "--skip-preview");
        await eventually(240, () => {
          docker("inspect", environment.containerOf("patroni1"));
          return Promise.resolve();
        });
        first.interrupt();
        const { code } = await first.result;
        assert.notEqual(code, 0, "the interrupted run ends with an error");
        const { seconds } = await cluster.up();
        print(`up after an interrupted up: ${seconds.toFixed(1)} s`);
      });
    });
  }

  function removed(): void {
    describe("when something is removed by hand", () => {
      it("gets a member's container back by `up`, streaming", async () => {
        const leader = await eventually(60, () => cluster.leader());
        const running = Object.keys(await environment.incarnations());
        const standby = running.find((one) => one.startsWith("patroni") && one !== leader);
        docker("rm", "--force", environment.containerOf(standby ?? ""));
        const { seconds } = await cluster.up();
        print(`up that brings a removed container back: ${seconds.toFixed(1)} s`);
        await cluster.untilStreaming();
      });

      it("comes back after every container and the network, with what the first member has missed", async () => {
        const { write } = await cluster.strings();
        if ((await cluster.leader()) === "patroni1") {
          const tool = ["patronictl", "-c", paths.patroniYml, "switchover", "--force"];
          const change = ["--leader", "patroni1", "--candidate", "patroni2"];
          docker("exec", environment.containerOf("patroni2"), ...tool, ...change);
          await cluster.untilStreaming();
        }
        await cluster.greet();
        await query(write, "DROP TABLE IF EXISTS missed");
        docker("stop", environment.containerOf("patroni1"));
        await eventually(30, () => query(write, "CREATE TABLE missed AS SELECT 1 AS one"));
        docker("rm", "--force", ...environment.objects.all().containers);
        docker("network", "rm", name);
        const { seconds } = await cluster.up();
        print(`up after everything but the data was removed by hand: ${seconds.toFixed(1)} s`);
        assert.deepEqual(await query(write, "TABLE greeting"), [{ word: "hello" }]);
        assert.deepEqual(await query(write, "TABLE missed"), [{ one: 1 }]);
        await cluster.untilStreaming();
      });
    });
  }
});
