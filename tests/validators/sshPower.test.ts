import assert from "node:assert/strict";
import type { OnHost } from "../../drills/faults/hostFaults";
import { SshPower } from "../../drills/faults/sshPower";
import { overSsh } from "../../drills/targets/stackCluster";
import { vmPrograms } from "../../platforms/vm/programs";
import { VmReach } from "../../platforms/vm/vmReach";
import { settingsOn } from "../support/hostSettings";
import { TestHosts } from "../../lab/hosts/testHosts";
import { threeHosts } from "../support/models";
import { eventually } from "../../lab/writer";

// What drills do to a stack's own hosts, which nobody reaches but by SSH. Not the power cut: the
// kernel that it resets is the one of the Engine's machine here.
describe("power over hosts by SSH", function () {
  this.timeout("5m");
  this.bail(true);
  let hosts: TestHosts;
  let reach: VmReach;
  let onHost: OnHost;
  let power: SshPower;
  let units: string[];
  const port = 9999;

  /** Whether the server on the first host answers who asks from another one. */
  const answers = async (from: string, address: string): Promise<boolean> => {
    const connect = `exec 3<>/dev/tcp/${address}/${port}`;
    return (await hosts.execute(from, ["timeout", "1", "bash", "-c", connect])).status === 0;
  };
  const isReachable = () => answers("db2", hosts.host("db1").address);
  /** States of the main processes of the cluster's units on the first host, as `ps` has them. */
  const states = async () => {
    const pids = `systemctl show -P MainPID ${units.join(" ")} | grep . | paste -sd,`;
    return (await onHost("db1", `ps -o state= -p "$(${pids})"`)).replaceAll("\n", "");
  };

  before(async () => {
    hosts = new TestHosts({ prefix: "hapg-test-power", subnet: "10.213.80.0/24" });
    await hosts.start(...Object.keys(threeHosts));
    const settings = settingsOn(hosts);
    reach = new VmReach(settings);
    onHost = overSsh(reach);
    power = new SshPower(settings, onHost);
    const { etcd, patroni, haproxy, pgbouncer } = vmPrograms(settings);
    units = [etcd, patroni, haproxy, pgbouncer].map(({ unit }) => unit);
    await onHost(
      "db1",
      "apt-get update -q && apt-get install -qy --no-install-recommends nftables",
    );
    const server = `/usr/sbin/sshd -D -p ${port}`;
    for (const unit of units) {
      await onHost(
        "db1",
        `systemd-run --unit=${unit} ${unit === patroni.unit ? server : "sleep 1000"}`,
      );
    }
    await eventually(10, async () => {
      assert.ok(await isReachable());
    });
  });
  after(async () => {
    try {
      await reach.close();
    } finally {
      // Also if there never was a way to them.
      hosts.remove();
    }
  });

  it("parts a host from all others but not from SSH or itself, and brings it back", async () => {
    const undo = await power.part("db1");
    assert.ok(!(await isReachable()));
    assert.ok(await answers("db1", "127.0.0.1"));
    assert.equal(await onHost("db1", "hostname"), "db1");
    await undo();
    assert.ok(await isReachable());
  });

  it("brings back a host that a drill left parted when it was killed", async () => {
    await power.part("db1");
    await power.repair();
    assert.ok(await isReachable());
  });

  it("lets nothing of the cluster run on a host, and then go on", async () => {
    assert.match(await states(), /^[SR]{4}$/);
    const undo = await power.pause("db1");
    assert.equal(await states(), "TTTT");
    await undo();
    assert.match(await states(), /^[SR]{4}$/);
    assert.ok(await isReachable());
  });
});
