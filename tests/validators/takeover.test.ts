import assert from "node:assert/strict";
import { docker, DockerObjects } from "../../lab/dockerObjects";
import { DockerData } from "../../platforms/docker/dockerData";
import { DockerTakeover } from "../../platforms/docker/dockerTakeover";
import { dataVolumes } from "../../platforms/docker/dataVolumes";
import { Engine } from "../../platforms/docker/engine";
import { clusterLabel, dataLabel, stackLabel } from "../../platforms/docker/names";
import { settingsOf } from "../support/models";

const clusterName = "hapg-takeover";
const former = "organization/hapg/former";
const owner = "organization/hapg/renamed";

describe("the takeover of a cluster on Docker", function () {
  this.timeout("1m");
  const objects = new DockerObjects(clusterName);
  const settings = settingsOf({ clusterName });
  const takeover = new DockerTakeover(settings);
  const ofFormer = [
    "--label",
    `${clusterLabel}=${clusterName}`,
    "--label",
    `${stackLabel}=${former}`,
  ];
  const owners = () =>
    dataVolumes(new Engine(), clusterName).data.map((one) => [one.service, one.owner]);

  before(() => {
    objects.remove();
    docker("network", "create", ...ofFormer, clusterName);
    const data = [...ofFormer, "--label", `${dataLabel}=etcd1`, `${clusterName}-etcd1-data`];
    docker("volume", "create", ...data);
    docker("volume", "create", ...ofFormer, `${clusterName}-files`);
    const mount = ["--volume", `${clusterName}-etcd1-data:/data`];
    const name = `${clusterName}-etcd1`;
    docker("create", "--name", name, ...ofFormer, ...mount, "debian:trixie-slim", "true");
  });
  after(() => objects.remove());

  it("finds what there is, and whose it is", async () => {
    assert.deepEqual(await takeover.look(), {
      owners: [former],
      running: [],
      places: [`${clusterName}-etcd1`],
      data: [`${clusterName}-etcd1-data`],
    });
  });

  it("reads a file of a container that does not run", () => {
    const engine = new Engine();
    const copy = (path: string) => engine.copy(`${clusterName}-etcd1`, path);
    assert.match(copy("/etc/debian_version") ?? "", /^(\d+\.\d+|\w+\/sid)\n$/);
    assert.equal(copy("/etc/nothing"), undefined);
  });

  it("leaves the data, and notes its owner, however often it is done", async () => {
    for (let i = 0; i < 2; i += 1) {
      await takeover.claim(owner);
      assert.deepEqual(objects.all(), {
        containers: [],
        volumes: [`${clusterName}-adopted`, `${clusterName}-etcd1-data`],
        networks: [],
      });
      assert.deepEqual(owners(), [["etcd1", owner]]);
    }
  });

  it("can be taken back", async () => {
    await takeover.claim(former);
    assert.deepEqual(owners(), [["etcd1", former]]);
    await takeover.claim(owner);
  });

  it("lets its owner alone remove the data, and with it the note", () => {
    new DockerData(settings, "hapg/former").remove();
    assert.deepEqual(owners(), [["etcd1", owner]]);
    new DockerData(settings, "hapg/renamed").remove();
    assert.deepEqual(objects.all(), { containers: [], volumes: [], networks: [] });
  });
});
