import type { Settings } from "../configs/settings/schema";
import type { Reach } from "../platforms/reach";
import { type AskMembers, inOrder } from "./clusterView";
import { lookAtPart } from "./look/look";

/**
 * Asks the members themselves, through the Docker Engine or SSH: it needs no HAProxy.
 * @returns a function that asks; it throws an Error if no member knows the cluster
 */
export const membersThrough =
  (settings: Settings, reach: Reach): AskMembers =>
  async () => {
    for (const { facts } of await lookAtPart("members", settings, reach)) {
      const { members } = facts?.cluster.value ?? {};
      if (members !== undefined) return inOrder(members);
    }
    throw new Error("Patroni does not answer on any member.");
  };
