import * as pulumi from "@pulumi/pulumi";
import { shareKey } from "../configs/tls/trust";
import { adoptCommand, isAdopting } from "../platforms/adopting";
import { resourcesInState } from "../platforms/inState";
import type { SharedArgs } from "./shared";

/** The cluster is there, and this stack's state is not that with which it was created. */
function lost(clusterName: string, sign: string): pulumi.RunError {
  const reason = new pulumi.RunError(
    `${clusterName} is there already, ${sign}: the state is lost, or in another backend. No ` +
      "service was changed. Log in to the backend of before, or import the state; if it is lost, " +
      `take the cluster over: ${adoptCommand(pulumi.getStack())}`,
  );
  // Pulumi prints the stack trace of an error that is thrown after the program has ended.
  return Object.assign(reason, { stack: "" });
}

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
  const otherCa = () => lost(clusterName, "with a CA that this stack's state does not have");
  const compared = trusted.apply((pem) => {
    // A host that was away during a CA change is not a lost state.
    if (!authorities.some((one) => shareKey(one, pem))) throw otherCa();
    return pem;
  });
  if (!pulumi.runtime.isDryRun()) return compared;
  // A preview does not know CAs that are to be created: here, all of them.
  const areKnown = keys.map((key) => (key as unknown as { isKnown: Promise<boolean> }).isKnown);
  return pulumi.output(Promise.all(areKnown)).apply((all) => {
    if (!all.includes(true)) throw otherCa();
    return compared;
  });
}

/**
 * Resolves once the state is known to have a password of the cluster, unless the cluster does not
 * exist yet. A CA from the stack file survives a lost state, so it shows nothing.
 * @param password name of the password's resource, which must be registered after this
 * @throws {pulumi.RunError} if the cluster exists and the state has no such password
 */
export async function unlessPasswordsAreLost(
  password: string,
  { settings, platform: { authorities } }: SharedArgs,
): Promise<void> {
  if (settings.tls.ca === undefined || authorities.length === 0 || isAdopting()) return;
  const known = Object.keys(await resourcesInState());
  if (!known.some((urn) => urn.endsWith(`::${password}`)))
    throw lost(settings.clusterName, "with passwords that this stack's state does not have");
}
