import assert from "node:assert/strict";
import type { ClusterUnderTest } from "../../../lab/cluster/clusterUnderTest";
import type { DockerEnvironment } from "../../../lab/cluster/dockerEnvironment";
import { docker } from "../../../lab/dockerObjects";
import { eventually } from "../../../lab/writer";

/** What is read of `docker inspect`. */
interface Inspected {
  Name: string;
  Config: { User: string };
  HostConfig: {
    ReadonlyRootfs: boolean;
    Privileged: boolean;
    CapAdd: string[] | null;
    CapDrop: string[];
    SecurityOpt: string[];
    PidsLimit: number | null;
    Memory: number;
    PidMode: string;
    IpcMode: string;
    Devices: unknown[] | null;
    PortBindings: Record<string, { HostIp: string }[]> | null;
  };
  Mounts: { Type: string; Source: string; Destination: string; RW: boolean }[];
}

/** What a program that has got into a service's container can do there. */
export function sandbox(cluster: ClusterUnderTest<DockerEnvironment>): void {
  const { environment } = cluster;
  const containers = () => environment.objects.runningContainers();
  const inspected = () => JSON.parse(docker("inspect", ...containers())) as Inspected[];
  /** Runs a shell command as the service does, and returns its output and whether it worked. */
  const inside = (container: string, script: string) =>
    docker("exec", container, "sh", "-c", `(${script}) 2>&1; echo "exit status $?"`);

  describe("for who has got into a container", () => {
    it("gives it no rights, no devices and no part of the host, and limits what it takes", () => {
      const all = inspected();
      assert.equal(all.length, 8);
      for (const { Name: name, Config, HostConfig: host, Mounts } of all) {
        assert.match(Config.User, /^(etcd|postgres|haproxy)$/, name);
        assert.equal(host.ReadonlyRootfs, true, name);
        assert.equal(host.Privileged, false, name);
        assert.deepEqual([host.CapAdd ?? [], host.CapDrop], [[], ["ALL"]], name);
        assert.deepEqual(host.SecurityOpt, ["no-new-privileges:true"], name);
        assert.ok((host.PidsLimit ?? 0) > 0 && host.Memory > 0, name);
        assert.deepEqual(
          [host.PidMode, host.IpcMode, host.Devices ?? []],
          ["", "private", []],
          name,
        );
        for (const { Type, RW, Destination } of Mounts) {
          assert.equal(Type, "volume", name);
          assert.equal(RW, Destination.startsWith("/var/lib/"), `${name}: ${Destination}`);
        }
      }
    });

    it("listens on this machine only", () => {
      const bindings = inspected().flatMap(({ HostConfig }) =>
        Object.values(HostConfig.PortBindings ?? {}).flat(),
      );
      assert.deepEqual([...new Set(bindings.map(({ HostIp }) => HostIp))], ["127.0.0.1"]);
    });

    it("runs every process without root, capabilities and the way to them", () => {
      for (const container of containers()) {
        const statuses = docker(
          "exec",
          container,
          "sh",
          "-c",
          "cat /proc/[0-9]*/status 2>/dev/null || true",
        );
        const valuesOf = (field: string) =>
          new Set([...statuses.matchAll(new RegExp(`^${field}:\\t(.*)$`, "gm"))].map(([, v]) => v));
        for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) {
          assert.deepEqual(valuesOf(set), new Set(["0".repeat(16)]), `${container}: ${set}`);
        }
        assert.deepEqual(valuesOf("NoNewPrivs"), new Set(["1"]), container);
        assert.deepEqual(valuesOf("Seccomp"), new Set(["2"]), container);
        const [uids, ...others] = valuesOf("Uid");
        assert.match(uids ?? "", /^(97[1-3])\t\1\t\1\t\1$/, container);
        assert.deepEqual(others, [], container);
      }
    });

    it("lets nothing be written but data, and nothing be executed that was written", () => {
      for (const container of containers()) {
        for (const folder of ["/", "/usr/local/bin", "/etc", "/var/tmp", "/sys/fs/cgroup"]) {
          assert.match(
            inside(container, `touch ${folder}/mark`),
            /(Read-only file system|Permission denied)\nexit status 1$/,
            `${container}: ${folder}`,
          );
        }
        const attempt = "cp /bin/true /tmp/mark && /tmp/mark";
        assert.match(inside(container, attempt), /Permission denied\nexit status 126$/, container);
        assert.match(inside(container, "rm /tmp/mark"), /^exit status 0$/, container);
      }
    });

    it("gains nothing by a program that is root's own", () => {
      for (const container of containers()) {
        assert.match(inside(container, "ls -l /usr/bin/su"), /^-rwsr-xr-x 1 root/, container);
        // While it waits for a password it would be root.
        const su = "sleep 2 | su -c id >/dev/null 2>&1 &";
        const asSu = `${su} sleep 0.5; grep -hs ^Uid /proc/[0-9]*/status | sort -u`;
        assert.match(
          inside(container, asSu),
          /^Uid:\t(97[1-3])\t\1\t\1\t\1\nexit status 0$/,
          container,
        );
      }
    });

    it("finds an end to its processes, and none of them stays", async () => {
      const [pool] = inspected().filter(({ Name }) => Name.endsWith("-pgbouncer1"));
      assert.ok(pool !== undefined);
      const most = pool.HostConfig.PidsLimit ?? 0;
      const bomb = `i=0; while [ $i -lt ${most} ]; do sleep 2 & i=$((i+1)); done`;
      assert.match(inside(pool.Name.slice(1), bomb), /Cannot fork/);
      const processes = () => docker("exec", pool.Name.slice(1), "sh", "-c", "ls -d /proc/[0-9]*");
      await eventually(10, () => {
        assert.ok(processes().split("\n").length < 10, "what has ended stays in the process table");
        return Promise.resolve();
      });
    });

    it("is told when somebody lifts the limit of processes, and `up` sets it again", async () => {
      const container = environment.containerOf("pgbouncer1");
      const limit = () => docker("inspect", "--format", "{{.HostConfig.PidsLimit}}", container);
      const before = await environment.incarnations();
      docker("update", "--pids-limit", "-1", container);
      const { output } = await cluster.stack.succeed("preview", "--diff");
      assert.match(output, /pgbouncer1 may have any number of processes, not 256/);
      await cluster.up();
      assert.equal(limit(), "256");
      assert.deepEqual(await environment.incarnations(), before);
      await cluster.stack.succeed("preview", "--expect-no-changes");
    });
  });
}
