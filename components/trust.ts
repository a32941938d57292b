import type * as pulumi from "@pulumi/pulumi";
import { presentRoles } from "../configs/access/model";
import { trustOf } from "../configs/tls/trust";
import { clusterTool } from "../programs/programs";
import { type SharedArgs, firstInReach } from "./shared";

/**
 * Records in the running cluster which CAs its services are about to trust, before the first
 * service changes, and which all of them trust, after the last. An interrupted update leaves both,
 * and the next update checks its CAs against both.
 */
export function noteTrust(
  name: string,
  { settings, platform, topology }: SharedArgs,
  step: "begun" | "taken",
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const members = topology.members.map((member) => ({
    name: member.name,
    kind: "patroni" as const,
  }));
  const trust = trustOf(settings);
  // It also records the roles that may log in, so that the next preview can report logins that it
  // would remove.
  const logins = presentRoles(settings).map((role) => role.name);
  const note = step === "begun" ? { trust_begun: trust } : { trust_begun: trust, trust, logins };
  return platform.execute(
    name,
    {
      service: firstInReach(members, platform),
      command: ["python3", "-", "note", JSON.stringify(note)],
      stdin: clusterTool,
      onlyIfRunning: step === "begun",
    },
    opts,
  );
}
