import { ClusterUnderTest } from "../../lab/cluster/clusterUnderTest";
import { DockerEnvironment } from "../../lab/cluster/dockerEnvironment";
import type { StackSettings } from "../../lab/cluster/testEnvironment";
import { VmEnvironment } from "../../lab/cluster/vmEnvironment";
import { clusterOnDocker, clusterOnHosts } from "../targets/clusterUnderTest";
import type { Open } from "./round";

/** A cluster that update drills may change. */
export interface UpdateDrillCluster {
  own: ClusterUnderTest;
  open: Open;
}

/** One for each platform, so that drills can run on both at the same time. */
const names = { docker: "hapg-updates", vm: "hapg-updates-vm" };

/** Initial settings on both platforms: commits wait for a standby. */
const shared: StackSettings = {
  roles: { app: {} },
  patroni: { synchronousMode: "on", readinessTimeoutSeconds: 150 },
  postgres: { memoryMegabytes: 512 },
  etcd: { memoryMegabytes: 128 },
};

/** Separate ports, so that a running cluster is not affected. */
const onDocker: StackSettings = {
  ...shared,
  haproxy: { writePort: 21000, readPort: 21001, statsPort: 21404, restApiPort: 21009 },
  pgbouncer: { port: 21432 },
  docker: { memberPort: 21532 },
};

/**
 * A test cluster of the drill on this machine's Engine: as containers, or on hosts that are
 * containers.
 */
export function updateDrillCluster(platform: "docker" | "vm"): UpdateDrillCluster {
  if (platform === "docker") {
    const own = new ClusterUnderTest(
      names.docker,
      new DockerEnvironment(names.docker),
      () => onDocker,
    );
    return { own, open: () => clusterOnDocker(own) };
  }
  const environment = new VmEnvironment(names.vm, "10.213.82");
  const own = new ClusterUnderTest(names.vm, environment, () => ({
    ...shared,
    platform: "vm",
    haproxy: { instances: 3, memoryMegabytes: 128 },
    pgbouncer: { instances: 3 },
    keepalived: { virtualAddress: environment.virtualAddress },
    vm: { ...environment.vmSettings(), firewall: true },
  }));
  return { own, open: () => clusterOnHosts(own) };
}
