import { X509Certificate } from "node:crypto";
import { authoritiesAfter } from "./certificates";
import { pemCertificates, roots } from "./pem";
import type { Problem } from "../settings/problem";
import type { Settings } from "../settings/schema";

/** The root of a cluster's certificates, and the roots that its services trust. */
export interface Trust {
  signer: string;
  trusted: string[];
}

const ownPrefix = "own CA ";
const isOwn = ({ signer }: Trust) => signer.startsWith(ownPrefix);

/**
 * The value for settings. The cluster's own CAs are identified by their numbers, given ones by
 * their fingerprints.
 */
export function trustOf({ tls, credentials }: Settings): Trust {
  const { ca, alsoTrusted = "" } = tls;
  if (ca !== undefined) {
    const trusted = rootsIn(ca.certificate + alsoTrusted);
    return { signer: rootsIn(ca.certificate).join(), trusted };
  }
  const { signing, trusted } = authoritiesAfter(credentials.authority);
  const name = (number: number) => `${ownPrefix}${number + 1}`;
  return { signer: name(signing), trusted: [...trusted.map(name), ...rootsIn(alsoTrusted)] };
}

const rootsIn = (pem: string): string[] =>
  roots(pem).map((root) => new X509Certificate(root).fingerprint256);

/** Whether both PEM texts have a CA key in common, perhaps with different certificates. */
export function shareKey(one: string, other: string): boolean {
  const keys = new Set(keysIn(one));
  return keysIn(other).some((key) => keys.has(key));
}

const keysIn = (pem: string): string[] =>
  pemCertificates(pem).map((one) =>
    new X509Certificate(one).publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  );

/** Whether services of both trusts accept each other. */
const accept = (one: Trust, other: Trust) =>
  one.trusted.includes(other.signer) && other.trusted.includes(one.signer);

/**
 * What is wrong with a change of the CA, if anything. During the change some services have the new
 * certificates and CAs, and others the former ones.
 * @param noted what services of the running cluster may have: an interrupted update leaves two of
 * them
 */
export function trustProblems(settings: Settings, noted: Trust[]): Problem[] {
  const wanted = trustOf(settings);
  const stranger = noted.find((one) => !accept(one, wanted));
  if (stranger === undefined) return [];
  if (isOwn(stranger) !== isOwn(wanted)) {
    const message =
      "a running cluster cannot change between its own CA and another one; " +
      "create a new cluster under another clusterName and move the data with dump and restore";
    return [{ path: "tls.ca", message }];
  }
  if (isOwn(wanted)) {
    const message =
      `takes one step in an \`up\`, got ${settings.credentials.authority}: ` +
      `services that run have certificates of ${stranger.signer} and trust ` +
      stranger.trusted.join(" and ");
    return [{ path: "credentials.authority", message }];
  }
  return stranger.trusted.includes(wanted.signer)
    ? [
        {
          path: "tls.alsoTrusted",
          message:
            "must contain the former tls.ca.certificate until one `up` has succeeded: running " +
            "services have certificates of it",
        },
      ]
    : [
        {
          path: "tls.ca",
          message:
            "running services do not trust it yet: add its certificate to tls.alsoTrusted and " +
            "run `up` first",
        },
      ];
}
