import * as pulumi from "@pulumi/pulumi";
import type { DynamicConfig } from "../configs/patroni/dynamicConfig";
import { dynamicDifference } from "../configs/patroni/dynamicDifference";
import { paths } from "../configs/cluster/paths";
import type { Platform, Service } from "../platforms/platform";
import { clusterTool } from "../programs/programs";
import { type SharedArgs } from "./shared";
import { isReady } from "./patroniMember";

/** What is passed on to the running cluster. */
interface DynamicChange {
  services: Service[];
  dynamic: DynamicConfig;
  step: "patch" | "settle";
}

/**
 * Brings what the stack file owns of the dynamic configuration into the running cluster; the rest is
 * left alone. `patch` has one standby try what needs a restart, `settle` restarts all. Runs in any
 * member: etcd has all that it needs.
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
      // The tool comes along: the member may have an older one, or none, until its turn comes.
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
