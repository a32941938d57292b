import { ClusterUnderTest } from "../../lab/cluster/clusterUnderTest";
import { DockerEnvironment } from "../../lab/cluster/dockerEnvironment";
import type { StackSettings } from "../../lab/cluster/testEnvironment";
import { merged } from "../../lab/cluster/merged";
import { VmEnvironment } from "../../lab/cluster/vmEnvironment";
import type { DrillCluster } from "../cluster";
import { clusterOnDocker, clusterOnHosts } from "./clusterUnderTest";
import type { Target } from "./target";

/** One for each platform, so that drills can run on both at the same time. */
const names = { docker: "hapg-drill", vm: "hapg-drill-vm" };

/** Separate ports, so that a running cluster is not affected. */
const dockerSettings: StackSettings = {
  haproxy: { writePort: 24000, readPort: 24001, statsPort: 24404, restApiPort: 24009 },
  pgbouncer: { port: 24432 },
  docker: { memberPort: 24532 },
  postgres: { memoryMegabytes: 512 },
  etcd: { memoryMegabytes: 128 },
};

const vmSettings: StackSettings = {
  platform: "vm",
  postgres: { memoryMegabytes: 512 },
  etcd: { memoryMegabytes: 128 },
  haproxy: { instances: 3, memoryMegabytes: 128 },
  pgbouncer: { instances: 3 },
};

/**
 * Creates a test cluster for the drills on this machine's Engine: as containers, or on hosts that
 * are containers.
 * @param more settings in addition to those of the drills
 */
export function ownCluster(platform: "docker" | "vm", more: StackSettings): Promise<Target> {
  return platform === "docker" ? onDocker(more) : onHosts(more);
}

function onDocker(more: StackSettings): Promise<Target> {
  const settings = () => merged(dockerSettings, more);
  const own = new ClusterUnderTest(names.docker, new DockerEnvironment(names.docker), settings);
  return begun(own, () => clusterOnDocker(own));
}

function onHosts(more: StackSettings): Promise<Target> {
  const environment = new VmEnvironment(names.vm, "10.213.81");
  const settings = () =>
    merged(merged(vmSettings, more), {
      keepalived: { virtualAddress: environment.virtualAddress },
      // For the packet filter of the partitions.
      vm: { ...environment.vmSettings(), firewall: true },
    });
  const own = new ClusterUnderTest(names.vm, environment, settings);
  return begun(own, () => clusterOnHosts(own));
}

/** Brings a cluster up, and removes it completely if that fails. */
async function begun(own: ClusterUnderTest, open: () => Promise<DrillCluster>): Promise<Target> {
  try {
    await own.begin();
    await own.up();
    await own.untilStreaming();
    const cluster = await open();
    return {
      cluster,
      close: async () => {
        await cluster.reach.close();
        own.dispose();
      },
    };
  } catch (error) {
    own.dispose();
    throw error;
  }
}
