import * as pulumi from "@pulumi/pulumi";

/** Dependencies with more. */
export const also = (
  dependsOn: pulumi.ResourceOptions["dependsOn"],
  ...more: pulumi.Resource[]
): pulumi.Input<pulumi.Resource[]> =>
  pulumi
    .output(dependsOn ?? [])
    .apply((first) => [...(Array.isArray(first) ? first : [first]), ...more]);
