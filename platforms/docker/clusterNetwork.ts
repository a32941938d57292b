import { randomUUID } from "node:crypto";
import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
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
 * Not a `docker.Network`: the provider waits for two seconds whenever it reads one, which was a third of
 * every preview. What the provider would notice, a network that somebody removed, is looked up before
 * the program starts instead: then, and only then, the trigger is a new one.
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
  // An update that was cut short may have made it without having said so.
  const inspect = shellCommand(["docker", "network", "inspect", identity.clusterName]);
  const create = `${inspect} >/dev/null 2>&1 || ${make}`;
  // Gone already is as good as removed.
  const remove = `${shellCommand(["docker", "network", "rm", identity.clusterName])} || true`;
  return new command.local.Command(
    name,
    { create, delete: remove, triggers: [randomUUID()], environment },
    {
      ...opts,
      ignoreChanges: exists ? ["triggers"] : [],
      replaceOnChanges: ["create"],
      deleteBeforeReplace: true,
    },
  );
}
