import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { VmEnvironment } from "../../../lab/cluster/vmEnvironment";

/** What systemd is told of each service. */
const units = {
  etcd: { User: "etcd", OOMScoreAdjust: "-800", megabytes: 128, TasksMax: "512" },
  patroni: { User: "postgres", OOMScoreAdjust: "-900", megabytes: 384, TasksMax: "2048" },
  haproxy: { User: "haproxy", OOMScoreAdjust: "-500", megabytes: 64, TasksMax: "2048" },
  pgbouncer: { User: "postgres", OOMScoreAdjust: "-500", megabytes: 64, TasksMax: "256" },
  keepalived: { User: "", OOMScoreAdjust: "-800", megabytes: 32, TasksMax: "256" },
};

/** PostgreSQL runs commands of the user's own. */
const isOpen = (family: string) => family === "patroni";

/** Network administration: the guard's fence. */
const capabilitiesOfPatroni = "0000000000001000";

/** Network administration, raw sockets, broadcasts, other users and signals to them. */
const capabilitiesOfKeepalived = "00000000000030e0";

/** How the services live on their hosts. */
export function hostServices(cluster: ClusterUnderTest<VmEnvironment>): void {
  const { environment } = cluster;

  describe("on its hosts", () => {
    for (const [family, { megabytes, ...given }] of Object.entries(units)) {
      it(`confines ${family}, limits what it takes and starts it again for ever`, async () => {
        const expected = {
          ...given,
          ProtectSystem: isOpen(family) ? "full" : "strict",
          ProtectProc: isOpen(family) ? "default" : "invisible",
          PrivateDevices: isOpen(family) ? "no" : "yes",
          DevicePolicy: isOpen(family) ? "auto" : "closed",
          ProtectHome: "yes",
          LimitCORE: "0",
          MemoryMax: String(megabytes * 1024 * 1024),
          NoNewPrivileges: "yes",
          PrivateTmp: "yes",
          Restart: "always",
          UnitFileState: "enabled",
        };
        const names = Object.keys(expected).join(",");
        await environment.onEach(async (host) => {
          const shown = await environment.succeed(
            host,
            `systemctl show --property ${names} ${family}`,
          );
          const properties = shown.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2));
          assert.deepEqual(Object.fromEntries(properties), expected, host);
        });
      });
    }

    it("lets root and the member's user run patronictl without naming a file", async () => {
      await environment.onEach(async (host) => {
        for (const user of ["root", "postgres"])
          assert.match(
            await environment.succeed(host, `cd / && runuser -u ${user} -- patronictl list`),
            /Leader/,
          );
      });
    });

    it("runs every process without new privileges, and none as root but Keepalived", async () => {
      await environment.onEach(async (host) => {
        for (const family of Object.keys(units)) {
          const status = await environment.succeed(
            host,
            `cat /proc/$(systemctl show --property MainPID --value ${family})/status`,
          );
          const isRouter = family === "keepalived";
          assert.match(status, /^NoNewPrivs:\t1$/m, `${family} on ${host}`);
          const capabilities = /^CapBnd:\t(.*)$/m.exec(status)?.[1];
          const allowed =
            { keepalived: capabilitiesOfKeepalived, patroni: capabilitiesOfPatroni }[family] ??
            "0".repeat(16);
          assert.equal(capabilities, allowed, `${family} on ${host}`);
          assert.equal(/^Uid:\t0\t/m.test(status), isRouter, `${family} on ${host}`);
        }
      });
    });

    it("gives capabilities to no process of Patroni's unit but the guard", async () => {
      await environment.onEach(async (host) => {
        const found = await environment.succeed(
          host,
          [
            "guard=$(systemctl show --property MainPID --value patroni)",
            "group=$(systemctl show --property ControlGroup --value patroni)",
            "for pid in $(cat /sys/fs/cgroup$group/cgroup.procs); do",
            '  [ "$pid" = "$guard" ] || grep -hs ^Cap /proc/$pid/status | grep -v CapBnd',
            "done | sort -u",
          ].join("\n"),
        );
        const none = ["CapAmb", "CapEff", "CapInh", "CapPrm"].map(
          (one) => `${one}:\t${"0".repeat(16)}`,
        );
        assert.deepEqual(found.split("\n"), none, host);
      });
    });

    it("has no system call for administration, whoever asks", async () => {
      await environment.onEach(async (host) => {
        for (const family of Object.keys(units)) {
          const pid = `$(systemctl show --property MainPID --value ${family})`;
          const status = await environment.succeed(host, `cat /proc/${pid}/status`);
          assert.match(status, /^Seccomp:\t2$/m, `${family} on ${host}`);
        }
      });
    });

    it("lets PostgreSQL's own commands write wherever its user may, but not to the system", async () => {
      const leader = await cluster.leader();
      const host = environment.hostOf(leader);
      const folders = ["/mnt/backup", "/usr/local/backup", "/home/backup"];
      await environment.succeed(host, `install -d -o postgres ${folders.join(" ")}`);
      const archive = (folder: string) => {
        const sql = `COPY (SELECT 'kept') TO PROGRAM 'cat >${folder}/mark'`;
        return environment.run(host, `cd / && runuser -u postgres -- psql -XqAtc "${sql}"`);
      };
      assert.equal((await archive("/mnt/backup")).status, 0);
      assert.equal(await environment.succeed(host, "cat /mnt/backup/mark"), "kept");
      for (const folder of ["/usr/local/backup", "/home/backup"]) {
        assert.notEqual((await archive(folder)).status, 0, folder);
      }
      await environment.succeed(host, `rm -r ${folders.join(" ")}`);
    });

    it("holds its packages at their version", async () => {
      const wanted = ["etcd-server", "haproxy", "keepalived", "nftables", "patroni"];
      await environment.onEach(async (host) => {
        const held = (await environment.succeed(host, "apt-mark showhold")).split("\n");
        const missing = [...wanted, "pgbouncer", "postgresql-17"].filter(
          (one) => !held.includes(one),
        );
        assert.deepEqual(missing, [], host);
      });
    });

    it("has no PostgreSQL but its own, and kernel parameters for the next boot", async () => {
      await environment.onEach(async (host) => {
        assert.equal(await environment.succeed(host, "pg_lsclusters --no-header"), "", host);
        const parameters = await environment.succeed(host, "cat /etc/sysctl.d/60-hapg.conf");
        assert.match(parameters, /^vm\.overcommit_memory = 2$/m);
      });
    });

    // Of kernel parameters, a container has only the network's for its own.
    it("gives up soon on machines and connections that are gone", async () => {
      const neighbour = "net.ipv4.neigh.eth0";
      const names = ["base_reachable_time_ms", "delay_first_probe_time", "retrans_time_ms"];
      const wanted = [...names.map((name) => `${neighbour}.${name}`), "net.ipv4.tcp_retries2"];
      await environment.onEach(async (host) => {
        const found = await environment.succeed(host, `sysctl -n ${wanted.join(" ")}`);
        // The third as the kernel rounds it.
        assert.match(found, /^5000\n1\n25[0-2]\n5$/, host);
      });
    });
  });
}
