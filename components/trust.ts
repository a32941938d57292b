import type * as pulumi from "@pulumi/pulumi";
import { presentRoles } from "../configs/access/model";
import { trustOf } from "../configs/tls/trust";
import { clusterTool } from "../programs/programs";
import { type SharedArgs, firstInReach } from "./shared";

/**
 * Notes in the running cluster which CAs its services are about to have, before the first gets them, and which they all
 * have, after the last: an update that is cut short in between leaves both, and the next one is held against both.
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
  // Who may log in stands there too: the next preview can say whose login it would end.
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
