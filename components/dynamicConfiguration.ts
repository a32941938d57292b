import * as pulumi from "@pulumi/pulumi";
import type { DynamicConfig } from "../configs/patroni/dynamicConfig";
import { dynamicDifference } from "../configs/patroni/dynamicDifference";
import { paths } from "../configs/cluster/paths";
import type { Platform, Service } from "../platforms/platform";
import { clusterTool } from "../programs/programs";
import { type SharedArgs } from "./shared";
import { isReady } from "./patroniMember";

/** The values for the running cluster. */
interface DynamicChange {
  services: Service[];
  dynamic: DynamicConfig;
  step: "patch" | "settle";
}

/**
 * Applies the stack file's part of the dynamic configuration to the running cluster and leaves the
 * rest unchanged. `patch` tries a change that needs a restart on one standby, `settle` restarts all
 * members. It can run in any member, because the configuration is in etcd.
 */
export function changeDynamicConfig(
  name: string,
  { platform, topology }: SharedArgs,
  { services, dynamic, step }: DynamicChange,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const waiting = platform.running?.pendingRestart ?? [];
  return platform.executeWhere(
    name,
    {
      services,
      condition: ["test", "-r", paths.patroniYml],
      patienceSeconds: 60,
      nobody: "no member can be reached, to change the cluster's dynamic configuration in etcd",
      // The tool is sent along: until its turn comes a member may have an older one, or none.
      command: [
        ...["python3", "-", step, JSON.stringify(dynamic)],
        ...topology.members.map((member) => member.name),
      ],
      stdin: clusterTool,
      onlyIfRunning: step === "patch",
      blames: true,
      difference:
        differenceOf(platform, dynamic) ??
        (step === "settle" && waiting.length > 0
          ? `${waiting.join(", ")}: restart pending`
          : undefined),
    },
    opts,
  );
}

/** Fails unless the configuration is in effect in a member that follows the leader. */
export function proveEffect(
  name: string,
  { platform }: SharedArgs,
  { service, dynamic }: { service: Service; dynamic: DynamicConfig },
  opts: pulumi.CustomResourceOptions,
): void {
  platform.execute(
    name,
    {
      service,
      command: ["python3", "-", "prove", JSON.stringify(dynamic), ...isReady],
      stdin: clusterTool,
      difference: differenceOf(platform, dynamic),
    },
    opts,
  );
}

function differenceOf({ running, start }: Platform, dynamic: DynamicConfig): string | undefined {
  const difference =
    running === undefined ? undefined : dynamicDifference(dynamic, running.dynamicConfig);
  return difference ?? (start.isCold ? "nobody leads" : undefined);
}
