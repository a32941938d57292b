import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

/** Whether resource options contain a Docker provider. */
export function hasDockerProvider({
  provider,
  providers = [],
}: pulumi.ComponentResourceOptions): boolean {
  const given = Array.isArray(providers) ? providers : Object.values(providers);
  return [...given, provider].some((one) => docker.Provider.isInstance(one));
}
