import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { VmEnvironment } from "../../../lab/cluster/vmEnvironment";
import { print } from "../../../lab/print";

/** Changes behind the program's back. Leaves the cluster as it was. */
export function drift(cluster: ClusterUnderTest<VmEnvironment>): void {
  const { environment } = cluster;

  describe("when something is changed by hand", () => {
    it("says in a preview what differs, host by host and service by service", async () => {
      await environment.succeed("db1", "echo '# by hand' >>/etc/haproxy/haproxy.cfg");
      await environment.succeed("db1", "nft delete table inet hapg");
      await environment.succeed("db2", "systemctl stop pgbouncer");
      await environment.succeed("db2", "rm /etc/systemd/system/keepalived.service.d/hapg.conf");
      await environment.succeed("db3", "chmod 644 /etc/patroni/patroni.yml");
      await environment.succeed("db3", "systemctl disable --quiet etcd");
      const { output } = await cluster.stack.succeed("preview", "--diff");
      assert.match(output, /haproxy1 has changed files: \/etc\/haproxy\/haproxy\.cfg"/);
      assert.match(output, /host has no firewall/);
      assert.match(output, /pgbouncer2 does not run/);
      assert.match(output, /keepalived2 has changed files: \S+keepalived\.service\.d\/hapg\.conf"/);
      assert.match(output, /patroni3 has a file with another mode or user: \S+patroni\.yml"/);
      assert.match(output, /etcd3 would not start with the host/);
      assert.match(output, /\+-6 to replace/);
    });

    it("puts it back by `up`, and restarts nothing but what was stopped or started otherwise", async () => {
      const before = await environment.incarnations();
      const { seconds } = await cluster.up();
      print(`up that puts back what was changed on three hosts: ${seconds.toFixed(1)} s`);
      const after = await environment.incarnations();
      const restarted = Object.keys(after).filter((name) => after[name] !== before[name]);
      assert.deepEqual(restarted, ["pgbouncer2", "keepalived2"]);
      await environment.succeed("db1", "! grep 'by hand' /etc/haproxy/haproxy.cfg");
      await environment.succeed("db1", "nft list table inet hapg");
      await environment.succeed(
        "db2",
        "test -e /etc/systemd/system/keepalived.service.d/hapg.conf",
      );
      assert.equal(await environment.succeed("db3", "stat -c %a /etc/patroni/patroni.yml"), "640");
      await environment.succeed("db3", "systemctl is-enabled --quiet etcd");
      await cluster.stack.succeed("preview", "--expect-no-changes");
    });
  });
}
