import * as pulumi from "@pulumi/pulumi";

type Dependencies = NonNullable<pulumi.ResourceOptions["dependsOn"]>;

/**
 * Adds dependencies to those that exist. Avoids an output where possible: Pulumi searches an
 * output's value for unknowns, and a resource refers to all others.
 */
export function also(
  dependsOn: Dependencies | undefined,
  ...more: pulumi.Resource[]
): pulumi.Input<pulumi.Input<pulumi.Resource>[]> {
  if (dependsOn === undefined) return more;
  if (Array.isArray(dependsOn)) return [...dependsOn, ...more];
  if (pulumi.Resource.isInstance(dependsOn)) return [dependsOn, ...more];
  return pulumi
    .output(dependsOn as pulumi.Input<pulumi.Resource | pulumi.Resource[]>)
    .apply((first) => [...(Array.isArray(first) ? first : [first]), ...more]);
}
