import { hostOf } from "../../configs/cluster/placement";
import { DockerReach } from "../../platforms/docker/dockerReach";
import { programOf } from "../../platforms/vm/programs";
import { VmReach } from "../../platforms/vm/vmReach";
import type { ClusterUnderTest } from "../../lab/cluster/clusterUnderTest";
import type { DockerEnvironment } from "../../lab/cluster/dockerEnvironment";
import type { VmEnvironment } from "../../lab/cluster/vmEnvironment";
import type { DrillCluster } from "../cluster";
import { DockerFaults } from "../faults/dockerFaults";
import { HostFaults } from "../faults/hostFaults";
import { TestHostPower } from "../faults/testHostPower";

/** A cluster for tests or drills, on this machine's Engine. */
export async function clusterOnDocker(
  own: ClusterUnderTest<DockerEnvironment>,
): Promise<DrillCluster> {
  const { parsedSettings: settings } = own;
  const reach = new DockerReach(settings);
  const faults = new DockerFaults(settings, reach);
  return { settings, outputs: await own.outputs(), reach, watchedBy: reach, faults };
}

/** The same on hosts that are containers of this machine's Engine. */
export async function clusterOnHosts(own: ClusterUnderTest<VmEnvironment>): Promise<DrillCluster> {
  const { parsedSettings: settings, environment } = own;
  const reach = new VmReach(settings);
  const onHost = (host: string, script: string) => environment.succeed(host, script);
  const faults = new HostFaults(settings, onHost, new TestHostPower(environment.hosts));
  const watchedBy = {
    converse: (service: string, words: string[]) => {
      const { user } = programOf(service, settings);
      const onHost = ["runuser", "-u", user, "--", ...words];
      return Promise.resolve(environment.hosts.converse(hostOf(service, settings).name, onHost));
    },
  };
  return { settings, outputs: await own.outputs(), reach, watchedBy, faults };
}
