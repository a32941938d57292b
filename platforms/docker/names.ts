import type * as pulumi from "@pulumi/pulumi";

/** The names and labels that distinguish one cluster's objects on an Engine. */
export interface ClusterIdentity {
  clusterName: string;
  /**
   * The owner: `organization/project/stack`, with `:name` for an additional cluster of a program.
   */
  stack: string;
  containerName(service: string): string;
  dataVolumeName(service: string): string;
}

/** Label that holds the owner. */
export const stackLabel = "hapg.stack";
/** Label that holds the cluster's name. */
export const clusterLabel = "hapg.cluster";
/** Label of data volumes, which holds the service's name. */
export const dataLabel = "hapg.data";
/** Label of the volume that names the owner of adopted data. */
export const adoptedLabel = "hapg.adopted";

/** The names of a cluster's objects. */
export function clusterIdentity(clusterName: string, stack: string): ClusterIdentity {
  return {
    clusterName,
    stack,
    containerName: (service) => `${clusterName}-${service}`,
    dataVolumeName: (service) => `${clusterName}-${service}-data`,
  };
}

/** The labels of an object, with the owner's. */
export function labelList(
  identity: ClusterIdentity,
  more: Record<string, pulumi.Input<string>> = {},
): { label: string; value: pulumi.Input<string> }[] {
  const labels: Record<string, pulumi.Input<string>> = {
    [clusterLabel]: identity.clusterName,
    [stackLabel]: identity.stack,
    ...more,
  };
  return Object.entries(labels).map(([label, value]) => ({ label, value }));
}
