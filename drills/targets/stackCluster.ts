import type { Settings } from "../../configs/settings/schema";
import { PulumiStack } from "../../cli/pulumiStack";
import { DockerReach } from "../../platforms/docker/dockerReach";
import { VmReach } from "../../platforms/vm/vmReach";
import type { DrillCluster, DrillOutputs } from "../cluster";
import { DockerFaults } from "../faults/dockerFaults";
import { HostFaults, type OnHost } from "../faults/hostFaults";
import { SshPower } from "../faults/sshPower";
import type { Target } from "./target";

/**
 * A stack's own cluster.
 * @param name of the stack
 * @param allowed whether drills may run on a protected environment
 * @throws {Error} if it is protected and that is not allowed
 */
export function stackCluster(name: string, allowed: boolean): Target {
  const stack = PulumiStack.open(name);
  const settings = stack.settings();
  if (settings.protect && !allowed) {
    throw new Error(
      `The stack ${name} is protected (hapg:protect): drills break its cluster for real. ` +
        "To do that nevertheless, add --protected.",
    );
  }
  const outputs = stack.outputs({ secrets: true }) as unknown as DrillOutputs;
  const { reach, faults } = opened(settings);
  return {
    cluster: { settings, outputs, reach, watchedBy: reach, faults },
    close: () => reach.close(),
  };
}

function opened(settings: Settings): Pick<DrillCluster, "reach" | "faults"> {
  if (settings.platform === "docker") {
    const reach = new DockerReach(settings);
    return { reach, faults: new DockerFaults(settings, reach) };
  }
  const reach = new VmReach(settings);
  const onHost = overSsh(reach);
  return { reach, faults: new HostFaults(settings, onHost, new SshPower(settings, onHost)) };
}

/** Access to hosts that are only reachable by SSH. */
export const overSsh =
  (reach: VmReach): OnHost =>
  async (host, script) => {
    const { status, output } = await reach.asRoot(host, script);
    if (status !== 0) throw new Error(`${host}: ${output.trim()}`);
    return output.trim();
  };
