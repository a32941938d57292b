import * as pulumi from "@pulumi/pulumi";
import { shareKey } from "../configs/tls/trust";
import { adoptCommand, isAdopting } from "../platforms/adopting";
import type { SharedArgs } from "./shared";

/**
 * The CAs of a stack, unless the cluster is there already with others: then its state is lost, and what follows would end
 * half-way. Everything that reaches a service has these CAs in its files, so nothing is changed.
 * @param keys private keys of the cluster's own CAs; in a preview one that is to be made is not known
 */
export function unlessStateIsLost(
  trusted: pulumi.Output<string>,
  keys: pulumi.Output<string>[],
  { settings: { clusterName }, platform: { authorities } }: SharedArgs,
): pulumi.Output<string> {
  if (authorities.length === 0 || isAdopting()) return trusted;
  const lost = () => {
    const reason = new pulumi.RunError(
      `${clusterName} is there already, with a CA that this stack's state does not have: the state is lost, or in another ` +
        "backend. No service was changed. Log in to the backend of before, or import the state; if it is lost, take the " +
        `cluster over: ${adoptCommand(pulumi.getStack())}`,
    );
    // Pulumi shows the stack of what is thrown once the program itself has ended.
    return Object.assign(reason, { stack: "" });
  };
  const compared = trusted.apply((pem) => {
    // One that was away while the CA changed is no reason.
    if (!authorities.some((one) => shareKey(one, pem))) throw lost();
    return pem;
  });
  if (!pulumi.runtime.isDryRun()) return compared;
  // A preview does not know what is to be made: here, all of them.
  const areKnown = keys.map((key) => (key as unknown as { isKnown: Promise<boolean> }).isKnown);
  return pulumi.output(Promise.all(areKnown)).apply((all) => {
    if (!all.includes(true)) throw lost();
    return compared;
  });
}
