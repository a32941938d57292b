import assert from "node:assert/strict";
import { TestHosts } from "../../lab/hosts/testHosts";

// One life of two hosts: each step starts from where the one before left them.
describe("test hosts", function () {
  this.timeout("10m");
  this.bail(true);
  let hosts: TestHosts;
  before(async () => {
    hosts = new TestHosts({ prefix: "hapg-test-hosts", subnet: "10.213.78.0/24" });
    await hosts.start("one", "two");
  });
  after(() => hosts.remove());

  const onOne = async (...command: string[]) => {
    const { status, output } = await hosts.ssh("one", ["sudo", "-n", ...command]);
    assert.equal(status, 0, output);
    return output.trim();
  };
  /** Whether the second host reaches the first one's ssh server. */
  const twoReachesOne = async () => {
    const connect = `exec 3<>/dev/tcp/${hosts.host("one").address}/22`;
    return (await hosts.ssh("two", ["timeout", "1", "bash", "-c", connect])).status === 0;
  };
  const file = "/var/lib/kept";

  it("have addresses and keys of their own, and root rights for who logs in", async () => {
    assert.equal(hosts.host("one").address, "10.213.78.11");
    assert.equal(hosts.host("two").address, "10.213.78.12");
    assert.match(hosts.host("one").hostKey, /^ssh-ed25519 \S+$/);
    assert.notEqual(hosts.host("one").hostKey, hosts.host("two").hostKey);
    assert.equal(await onOne("id", "-un"), "root");
    assert.equal((await hosts.ssh("one", ["id", "-un"], { user: "root" })).output, "root\n");
  });

  it("come up whole and keep a journal", async () => {
    assert.equal(await onOne("systemctl", "is-system-running", "--wait"), "running");
    assert.match(await onOne("journalctl", "--unit", "ssh"), /Server listening on 0\.0\.0\.0/);
  });

  it("install packages", async () => {
    await onOne("apt-get", "update", "-q");
    await onOne("apt-get", "install", "-qy", "--no-install-recommends", "netcat-openbsd");
  });

  it("keep their disk and their key over a power cut", async () => {
    const { hostKey } = hosts.host("one");
    await onOne("tee", file);
    await hosts.kill("one");
    assert.ok(!(await twoReachesOne()));
    await hosts.startAgain("one");
    await onOne("test", "-e", file);
    assert.equal(hosts.host("one").hostKey, hostKey);
  });

  it("can be isolated and come back", async () => {
    assert.ok(await twoReachesOne());
    await hosts.isolate("one");
    assert.ok(!(await twoReachesOne()));
    await hosts.reconnect("one");
    assert.ok(await twoReachesOne());
  });

  it("can be frozen and go on", async () => {
    await hosts.pause("one");
    assert.notEqual((await hosts.ssh("one", ["true"])).status, 0);
    await hosts.unpause("one");
    await onOne("true");
  });

  it("reboot", async () => {
    const bootOf = () => onOne("systemctl", "show", "--property", "UserspaceTimestampMonotonic");
    const before = await bootOf();
    await hosts.reboot("one");
    assert.notEqual(await bootOf(), before);
  });

  it("can be replaced by a new machine", async () => {
    const old = hosts.host("one");
    const fresh = await hosts.replace("one");
    assert.equal(fresh.address, old.address);
    assert.notEqual(fresh.hostKey, old.hostKey);
    const { status } = await hosts.execute("one", ["test", "-e", file]);
    assert.notEqual(status, 0);
  });
});
