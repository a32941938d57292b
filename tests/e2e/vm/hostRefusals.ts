import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { StackSettings } from "../../../lab/cluster/testEnvironment";
import type { VmEnvironment } from "../../../lab/cluster/vmEnvironment";

/** What is wrong with a host: a command that makes it so, and one that repairs it. */
interface Fault {
  make: string;
  repair: string;
}

/** Hosts that no cluster can run on, and what is said of them. */
export function hostRefusals(cluster: ClusterUnderTest<VmEnvironment>): void {
  const { environment } = cluster;

  /** What an update prints that meets hosts with faults, and a stack file with changes. */
  async function refusalWith(
    faults: Record<string, Fault>,
    changes: StackSettings = {},
  ): Promise<string> {
    const onAll = (script: (fault: Fault) => string) =>
      Promise.all(
        Object.entries(faults).map(([host, fault]) => environment.succeed(host, script(fault))),
      );
    await onAll(({ make }) => make);
    try {
      return await cluster.whileChanged(changes, () => cluster.refusedUp());
    } finally {
      await onAll(({ repair }) => repair);
    }
  }

  describe("before a host is changed", () => {
    afterEach(() => environment.assertUntouched());

    it("refuses hosts that it cannot log in to", async () => {
      const keys = "/home/deploy/.ssh/authorized_keys";
      const { hostKey } = environment.hosts.host("db1");
      const output = await refusalWith(
        {
          db1: { make: "systemctl stop ssh", repair: "systemctl start ssh" },
          db3: { make: `mv ${keys} ${keys}.away`, repair: `mv ${keys}.away ${keys}` },
        },
        { vm: { hosts: { db2: { hostKey } } } },
      );
      assert.match(
        output,
        /vm\.hosts\.db1: deploy@[\d.]+11, port 22 cannot be reached \(.*refused\); repair the connection, or set away: true/,
      );
      assert.match(
        output,
        /vm\.hosts\.db2\.hostKey: deploy@[\d.]+12, port 22 has a different host key: .* set its new key/,
      );
      assert.match(
        output,
        /vm\.ssh: deploy@[\d.]+13, port 22 refuses the key; add its public half to ~deploy\/\.ssh\/authorized_keys/,
      );
    });

    it("refuses a host whose key nobody knows", async () => {
      const output = await refusalWith({}, { vm: { hosts: { db2: { hostKey: undefined } } } });
      assert.match(
        output,
        /vm\.hosts\.db2\.hostKey: no host key of [\d.]+12 is known; set it to what `ssh-keyscan/,
      );
    });

    it("refuses hosts that it may not change, or does not know how to", async () => {
      const sudoers = "/etc/sudoers.d/deploy";
      const release = "/usr/lib/os-release";
      const output = await refusalWith({
        db1: {
          make: `sed -i 's/NOPASSWD: //' ${sudoers}`,
          repair: `sed -i 's/ALL$/NOPASSWD: ALL/' ${sudoers}`,
        },
        db2: {
          make: "mkdir /var/lib/hapg && echo 'shop organization/hapg/prod' >/var/lib/hapg/owner",
          repair: "rm -r /var/lib/hapg",
        },
        db3: {
          make: `cp ${release} ${release}.own && sed -i 's/^VERSION_ID=.*/VERSION_ID="11"/' ${release}`,
          repair: `mv ${release}.own ${release}`,
        },
      });
      assert.match(
        output,
        /vm\.hosts\.db1: deploy may not become root without a password on db1 .* add `deploy ALL=\(ALL\) NOPASSWD: ALL`/,
      );
      assert.match(
        output,
        /vm\.hosts\.db2: belongs to the cluster shop of stack organization\/hapg\/prod; choose another host/,
      );
      assert.match(output, /vm\.hosts\.db3: runs debian 11; supported are debian 12, debian 13/);
    });

    it("refuses hosts that somebody else uses", async () => {
      const holdPort = "systemd-socket-activate --listen=6432 cat";
      const output = await refusalWith({
        db1: {
          make: `systemd-run --quiet --unit=port-holder ${holdPort}`,
          repair: "systemctl stop port-holder",
        },
        db2: {
          make: "install -D /dev/null /var/lib/postgresql/17/main/PG_VERSION",
          repair: "rm -r /var/lib/postgresql",
        },
        db3: {
          make: "systemd-run --quiet --unit=haproxy sleep infinity",
          repair: "systemctl stop haproxy",
        },
      });
      assert.match(
        output,
        /vm\.hosts\.db1: port 6432, which pgbouncer1 needs, is used by systemd-\S+; stop it, or choose another pgbouncer\.port/,
      );
      assert.match(
        output,
        /vm\.hosts\.db2: \/var\/lib\/postgresql\/17\/main contains data that this program did not create; move it away/,
      );
      assert.match(output, /vm\.hosts\.db3: haproxy\.service runs there already; stop and disable/);
    });

    it("refuses hosts that are too small, and packages that they have not", async () => {
      const output = await refusalWith(
        {
          db1: {
            make: "mkdir /var/lib/etcd && mount -t tmpfs -o size=64m none /var/lib/etcd",
            repair: "umount /var/lib/etcd && rmdir /var/lib/etcd",
          },
        },
        { postgres: { memoryMegabytes: 1048576, version: 18 } },
      );
      assert.match(
        output,
        /vm\.hosts\.db1: has 64 MiB free for \/var\/lib\/etcd; 2048 are needed to begin with/,
      );
      assert.match(
        output,
        /vm\.hosts\.db2: has \d+ MiB of memory, and its services may take \d+; lower the memoryMegabytes/,
      );
      assert.match(
        output,
        /vm\.hosts\.db3: debian 13 has no package postgresql-18; set another postgres\.version/,
      );
    });
  });
}
