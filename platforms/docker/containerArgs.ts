import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

/** The inputs of a container. {@link asReadBack} sorts their lists. */
export interface ContainerArgs extends docker.ContainerArgs {
  dnsOpts: string[];
  labels: { label: string; value: pulumi.Input<string> }[];
  mounts: { type: string; target: string; source: pulumi.Input<string>; readOnly?: boolean }[];
  ports: { internal: number; external: number; ip: string }[];
}

/** Sorted as the provider reads them back. */
export const byLabel = <Label extends { label: string }>(labels: Label[]): Label[] =>
  labels.toSorted((one, other) => (one.label < other.label ? -1 : 1));

/**
 * Sorts unordered lists as the provider reads them back. In another order each `up` would write the
 * state again for every container.
 */
export function asReadBack(args: ContainerArgs): ContainerArgs {
  return {
    ...args,
    dnsOpts: args.dnsOpts.toSorted(),
    labels: byLabel(args.labels),
    mounts: args.mounts.toReversed(),
    ports: args.ports.toSorted((one, other) => one.internal - other.internal),
  };
}
