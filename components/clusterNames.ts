import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../configs/settings/schema";

/**
 * The cluster of `index.ts`. It is older than the support for several clusters: its platform is a
 * top-level resource named after its kind, and its labels contain only the stack. Existing states
 * depend on that.
 */
const unnamed = "cluster";

/**
 * The owner in labels of containers and volumes, and on hosts: `organization/project/stack`. All
 * clusters except the one named `cluster` add `:name`.
 */
export function ownerOf(name: string): string {
  const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  return name === unnamed ? stack : `${stack}:${name}`;
}

/** Name of the component of a cluster's platform. */
export const platformName = (name: string, { platform }: Settings): string =>
  name === unnamed ? platform : `${name}-${platform}`;

/**
 * The parent of that component: its cluster, or the stack itself for the cluster named `cluster`.
 */
export const platformOptions = (
  name: string,
  cluster: pulumi.Resource,
  opts: pulumi.ComponentResourceOptions = {},
): pulumi.ComponentResourceOptions =>
  name === unnamed ? { ...opts, aliases: [] } : { parent: cluster };
