import * as pulumi from "@pulumi/pulumi";
import { shareKey } from "../configs/tls/trust";
import { adoptCommand, isAdopting } from "../platforms/adopting";
import type { SharedArgs } from "./shared";

/**
 * Returns the CAs of a stack, and throws if the cluster exists with other CAs. Then the stack's
 * state is lost, and an update would fail half-way. Every command in a service needs files with
 * these CAs, so nothing is changed before.
 * @param keys private keys of the cluster's own CAs; a preview does not know one that is still to
 * be created
 */
export function unlessStateIsLost(
  trusted: pulumi.Output<string>,
  keys: pulumi.Output<string>[],
  { settings: { clusterName }, platform: { authorities } }: SharedArgs,
): pulumi.Output<string> {
  if (authorities.length === 0 || isAdopting()) return trusted;
  const lost = () => {
    const reason = new pulumi.RunError(
      `${clusterName} is there already, with a CA that this stack's state does not have: the ` +
        "state is lost, or in another backend. No service was changed. Log in to the backend of " +
        "before, or import the state; if it is lost, take the cluster over: " +
        adoptCommand(pulumi.getStack()),
    );
    // Pulumi prints the stack trace of an error that is thrown after the program has ended.
    return Object.assign(reason, { stack: "" });
  };
  const compared = trusted.apply((pem) => {
    // A host that was away during a CA change is not a lost state.
    if (!authorities.some((one) => shareKey(one, pem))) throw lost();
    return pem;
  });
  if (!pulumi.runtime.isDryRun()) return compared;
  // A preview does not know CAs that are to be created: here, all of them.
  const areKnown = keys.map((key) => (key as unknown as { isKnown: Promise<boolean> }).isKnown);
  return pulumi.output(Promise.all(areKnown)).apply((all) => {
    if (!all.includes(true)) throw lost();
    return compared;
  });
}
