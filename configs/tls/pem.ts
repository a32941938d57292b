import { X509Certificate } from "node:crypto";

/** The certificates in a PEM text, each with its line break. */
export const pemCertificates = (text: string): string[] =>
  [...text.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(
    ([block]) => `${block}\n`,
  );

/**
 * The self-signed certificates in a PEM text.
 * @throws {Error} if a part is not a certificate
 */
export const roots = (text: string): string[] => pemCertificates(text).filter(isRoot);

/**
 * The certificates in a PEM text that another CA has signed.
 * @throws {Error} if a part is not a certificate
 */
export const intermediates = (text: string): string[] =>
  pemCertificates(text).filter((pem) => !isRoot(pem));

function isRoot(pem: string): boolean {
  const { subject, issuer } = new X509Certificate(pem);
  return subject === issuer;
}
