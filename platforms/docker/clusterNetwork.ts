import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { freshText } from "../difference";
import { shellCommand } from "../shell";
import { type ClusterIdentity, clusterLabel, stackLabel } from "./names";

/** Arguments of {@link clusterNetwork}. */
export interface ClusterNetworkArgs {
  identity: ClusterIdentity;
  /** Whether the Engine has the network already. */
  exists: boolean;
  subnet?: string | undefined;
  environment: Record<string, string>;
}

/**
 * The network over which a cluster's containers reach each other.
 *
 * Not a `docker.Network`: the provider waits for two seconds whenever it reads one, a third of the
 * time of every preview. The preflight checks for a removed network instead, and only then changes
 * the trigger.
 */
export function clusterNetwork(
  name: string,
  { identity, exists, subnet, environment }: ClusterNetworkArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const labels = {
    [clusterLabel]: identity.clusterName,
    [stackLabel]: identity.stack,
  };
  const make = shellCommand([
    ...["docker", "network", "create", "--driver", "bridge"],
    ...Object.entries(labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]),
    ...(subnet === undefined ? [] : ["--subnet", subnet]),
    identity.clusterName,
  ]);
  // An interrupted update may have created it without recording it.
  const inspect = shellCommand(["docker", "network", "inspect", identity.clusterName]);
  const create = `${inspect} >/dev/null 2>&1 || ${make}`;
  // A missing network counts as removed.
  const remove = `${shellCommand(["docker", "network", "rm", identity.clusterName])} || true`;
  return new command.local.Command(
    name,
    { create, delete: remove, triggers: [freshText()], environment },
    {
      ...opts,
      ignoreChanges: exists ? ["triggers"] : [],
      replaceOnChanges: ["create"],
      deleteBeforeReplace: true,
    },
  );
}
