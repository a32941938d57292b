import assert from "node:assert/strict";
import { dockerCluster } from "../support/fixtures";
import { plain, record, type Recorded, type Recorder } from "../support/mocks";
import { unpacked } from "../support/unpacked";

const containerType = "docker:index/container:Container";

interface Mount {
  source: string;
  target: string;
  readOnly?: boolean;
}

describe("a cluster with backups", () => {
  let recorder: Recorder;
  let without: Recorder;
  before(async () => {
    without = await record(() => dockerCluster());
    recorder = await record(() => dockerCluster({ backup: { enabled: true } }));
  });
  const container = (name: string): Recorded => {
    const found = recorder.ofType(containerType).find((one) => one.name === `test-${name}`);
    assert.ok(found, name);
    return found;
  };

  it("has a repository, and a service beside each member", () => {
    const more = recorder.ofType(containerType).map(({ name }) => name);
    const few = without.ofType(containerType).map(({ name }) => name);
    assert.deepEqual(
      more.filter((name) => !few.includes(name)).sort(),
      ["test-backup1", "test-backup2", "test-backup3", "test-repository1"].sort(),
    );
  });

  it("has nothing of it without", () => {
    const names = without.resources
      .map(({ name }) => name)
      .filter((name) => /backup|repos/.test(name));
    assert.deepEqual(names, []);
    const images = without.ofType("docker:index/remoteImage:RemoteImage").map(({ name }) => name);
    assert.ok(!images.includes("test-backup"));
  });

  it("lets the service beside a member read its data, and never write", () => {
    const mounts = container("backup2").inputs.mounts as Mount[];
    const data = mounts.find(({ target }) => target === "/var/lib/postgresql");
    assert.equal(data?.source, "test-patroni2-data");
    assert.equal(data.readOnly, true);
  });

  it("starts no member later, and none again, because of the repository", () => {
    for (const name of ["patroni1", "patroni2", "patroni3"]) {
      const before = recorder.before(container(name));
      for (const other of ["backup1", "repository1"])
        assert.ok(!before.has(container(other).urn), `${name} waits for ${other}`);
    }
  });

  it("founds no member before the repository is there, if it is to be restored", async () => {
    const restored = await record(() =>
      dockerCluster({ backup: { enabled: true }, restore: { id: "first" } }),
    );
    const ready = restored.named("test-repository1-ready");
    assert.ok(restored.before(restored.named("test-patroni1-files")).has(ready.urn));
  });

  it("keeps the repository's data on destroy", () => {
    const kept = recorder.named("test-repository1-data");
    assert.equal(kept.retainOnDelete, true);
  });

  it("uses one image with pgBackRest wherever it runs", () => {
    const images = ["patroni1", "backup1", "repository1"].map(
      (name) => container(name).inputs.image,
    );
    assert.deepEqual([...new Set(images)], ["sha256:test-backup"]);
    assert.equal(container("etcd1").inputs.image, "sha256:test-etcd");
  });

  it("gives the access key of S3-compatible storage to the repository alone, in a secret", async () => {
    const s3 = { endpoint: "s3.example", bucket: "backups", key: "ACCESS", keySecret: "HIDDEN" };
    const ca = "-----BEGIN CERTIFICATE-----";
    const stored = await record(() =>
      dockerCluster({ backup: { enabled: true, s3: { ...s3, ca } } }),
    );
    const shown = (inputs: object) => unpacked(JSON.stringify(plain(inputs)));
    for (const { name, inputs } of stored.ofType("command:local:Command"))
      if (typeof inputs.stdin !== "string" && name !== "test-repository1-files")
        assert.doesNotMatch(unpacked(String(plain(inputs.stdin))), /HIDDEN/, name);
    for (const { name, inputs } of stored.ofType(containerType))
      assert.doesNotMatch(shown(inputs), /HIDDEN/, name);
    const { stdin } = stored.named("test-repository1-files").inputs;
    assert.notEqual(plain(stdin), stdin, "its files are not a secret");
    assert.match(unpacked(String(plain(stdin))), /repo1-s3-key-secret=HIDDEN/);
    assert.match(unpacked(String(plain(stdin))), /storage-ca\.pem/);
  });

  it("has the key in no command, no environment and no output that is not secret", () => {
    const key = "GENERATED-cluster-credentials-backup-key";
    for (const { name, inputs } of recorder.ofType(containerType))
      assert.ok(!JSON.stringify(inputs).includes(key), name);
    const files = recorder.named("test-repository1-files").inputs;
    assert.notEqual(plain(files.stdin), files.stdin, "its files are not a secret");
  });
});
