import assert from "node:assert/strict";
import { renderEtcdEnv, renderEtcdPeers } from "../../configs/etcdEnv";
import { etcdAnnounce, etcdLeave, peerUrls } from "../../configs/etcdMembership";
import { etcdReady, etcdStart } from "../../configs/etcdStart";
import { paths } from "../../configs/paths";
import { Sandbox, type TestService } from "../support/containers";
import { imageOf } from "../support/images";
import { namedTopology, settingsOf } from "../support/models";

/** A member of a cluster of that size, as the component runs it. */
function memberOf(size: 1 | 3 | 5, name: string): TestService {
  const settings = settingsOf({ etcd: { members: size } });
  const { clusterName, etcd } = settings;
  const all = namedTopology(settings).etcd;
  const member = all.find((one) => one.name === name);
  assert.ok(member !== undefined);
  const environment = renderEtcdEnv({ clusterName, member, ...etcd });
  return {
    image: imageOf("etcd"),
    configDirectory: paths.etcdConfig,
    dataDirectory: paths.etcdData,
    files: [
      { path: paths.etcdEnv, content: environment, mode: 0o640 },
      { path: paths.etcdPeers, content: renderEtcdPeers(member, all), mode: 0o640 },
      { path: paths.etcdStart, content: etcdStart, mode: 0o750 },
      { path: paths.etcdReady, content: etcdReady, mode: 0o750 },
    ],
    command: [paths.etcdStart],
  };
}

// One cluster's life: each step starts from where the one before left it.
describe("etcd itself", function () {
  this.timeout(600_000);
  this.bail(true);
  let sandbox: Sandbox;
  before(() => {
    imageOf("etcd");
    sandbox = new Sandbox();
  });
  after(() => {
    sandbox.remove();
  });

  const isReady = (name: string) => sandbox.execute(name, paths.etcdReady).status === 0;
  const start = (size: 1 | 3 | 5, ...names: string[]) => {
    for (const name of names) {
      sandbox.start(name, memberOf(size, name));
      sandbox.waitFor(name, 30, () => isReady(name));
    }
  };
  const etcdctl = (name: string, ...words: string[]) => {
    const { status, output } = sandbox.execute(name, "etcdctl", ...words);
    assert.equal(status, 0, output);
    return output;
  };
  /** Names of the members that run and have a vote. */
  const voters = (name: string) =>
    etcdctl(name, "member", "list")
      .split("\n")
      .filter((line) => line.includes(", started, ") && line.endsWith(", false"))
      .map((line) => line.split(", ")[2])
      .sort();
  const keepsItsData = (name: string) => {
    assert.equal(etcdctl(name, "get", "--print-value-only", "key"), "value\n");
  };

  it("lets no member but the first found a cluster", () => {
    sandbox.start("etcd2", memberOf(3, "etcd2"));
    sandbox.waitFor("etcd2", 10, () => sandbox.log("etcd2").includes("none of its peers is there"));
    sandbox.stop("etcd2", "lost");
  });

  it("is founded by the first member and joined by the others", () => {
    start(3, "etcd1", "etcd2", "etcd3");
    assert.deepEqual(voters("etcd1"), ["etcd1", "etcd2", "etcd3"]);
    etcdctl("etcd3", "put", "key", "value");
  });

  it("takes members back that were replaced on their data", () => {
    start(3, "etcd1", "etcd2", "etcd3");
    keepsItsData("etcd1");
  });

  it("takes a member in again that lost its data", () => {
    sandbox.stop("etcd2", "lost");
    start(3, "etcd2");
    assert.deepEqual(voters("etcd2"), ["etcd1", "etcd2", "etcd3"]);
    keepsItsData("etcd2");
  });

  it("does not become two when the first member lost its data", () => {
    sandbox.stop("etcd1", "lost");
    start(3, "etcd1");
    assert.deepEqual(voters("etcd3"), ["etcd1", "etcd2", "etcd3"]);
    keepsItsData("etcd1");
  });

  it("is not endangered by a member that was added and does not start", () => {
    sandbox.start("etcd4", { ...memberOf(5, "etcd4"), command: ["sleep", "60"] });
    const joins = etcdStart.replace(/^exec etcd$/gm, "exit 0");
    sandbox.execute("etcd4", "sh", "-c", joins);
    assert.match(etcdctl("etcd1", "member", "list"), /unstarted, , http:\/\/etcd4:2380, , true/);
    assert.ok(isReady("etcd1"));
    sandbox.stop("etcd4");
  });

  it("grows from three to five", () => {
    start(5, "etcd4", "etcd5");
    assert.deepEqual(voters("etcd1"), ["etcd1", "etcd2", "etcd3", "etcd4", "etcd5"]);
    keepsItsData("etcd5");
  });

  it("takes a member in again that was removed while it was away", () => {
    sandbox.stop("etcd5");
    const line = etcdctl("etcd1", "member", "list")
      .split("\n")
      .find((one) => one.includes("etcd5"));
    etcdctl("etcd1", "member", "remove", line?.split(",")[0] ?? "");
    start(5, "etcd5");
    assert.ok(sandbox.log("etcd5").includes("joins it anew"));
    keepsItsData("etcd5");
  });

  it("shrinks to three, and those that were taken out stay out", () => {
    const membership = (script: string, ...urls: string[]) => {
      const { status, output } = sandbox.execute("etcd1", "sh", "-c", script, "sh", ...urls);
      assert.equal(status, 0, output);
    };
    const settings = settingsOf({ etcd: { members: 5 } });
    const urls = peerUrls(namedTopology(settings).etcd);
    membership(etcdLeave, ...urls.slice(0, 3));
    sandbox.waitFor("etcd5", 30, () => sandbox.log("etcd5").includes("is no longer a member"));
    assert.deepEqual(voters("etcd1"), ["etcd1", "etcd2", "etcd3"]);
    // Wanted again, they join.
    membership(etcdAnnounce, ...urls);
    start(5, "etcd4", "etcd5");
    assert.deepEqual(voters("etcd1"), ["etcd1", "etcd2", "etcd3", "etcd4", "etcd5"]);
    keepsItsData("etcd5");
  });

  it("comes back one by one after all were stopped", () => {
    const names = ["etcd1", "etcd2", "etcd3", "etcd4", "etcd5"];
    for (const name of names) sandbox.stop(name);
    start(5, ...names.slice(0, 1));
    for (const name of names.slice(1)) sandbox.start(name, memberOf(5, name));
    for (const name of names) sandbox.waitFor(name, 30, () => isReady(name));
    keepsItsData("etcd1");
  });

  it("is not ready without a quorum while a peer is there", () => {
    for (const name of ["etcd3", "etcd4", "etcd5"]) sandbox.stop(name);
    assert.ok(!isReady("etcd1"));
  });
});
