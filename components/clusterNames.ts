import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../configs/settings/schema";

/**
 * The cluster of `index.ts`. It is older than programs with several clusters: its platform is a
 * top-level resource named after its kind, and labels name the stack alone. States rely on that.
 */
const unnamed = "cluster";

/**
 * The owner in labels of containers and volumes, and on hosts: `organization/project/stack`, for
 * all clusters but the one named `cluster` followed by `:name`.
 */
export function ownerOf(name: string): string {
  const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  return name === unnamed ? stack : `${stack}:${name}`;
}

/** Name of the component of a cluster's platform. */
export const platformName = (name: string, { platform }: Settings): string =>
  name === unnamed ? platform : `${name}-${platform}`;

/** Where that component belongs: into its cluster, or beside the one named `cluster`. */
export const platformOptions = (
  name: string,
  cluster: pulumi.Resource,
  opts: pulumi.ComponentResourceOptions = {},
): pulumi.ComponentResourceOptions =>
  name === unnamed ? { ...opts, aliases: [] } : { parent: cluster };
