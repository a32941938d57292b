import { X509Certificate, createPrivateKey } from "node:crypto";
import { isIP } from "node:net";
import { z } from "zod";
import { pemCertificates } from "../tls/pem";
import { holdsUnknown } from "./unknown";
import { line, wholeNumber } from "./values";

/** A name that ends with a number is an address, or a wrong one. */
const hostName =
  /^(?!(.*\.)?\d+$)(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** A host name or an address in the form that a certificate can contain. */
const subjectName = () =>
  z
    .string()
    .max(253)
    // An address with a zone means a different machine on each machine.
    .refine(
      (name) => hostName.test(name) || (isIP(name) !== 0 && !name.includes("%")),
      "must be a host name or an address",
    );

/** CA certificates as PEM, one after the other. */
const authorities = () => z.string().superRefine(addProblems(authorityProblem));

const ownAuthority = z
  .strictObject({
    certificate: authorities()
      .superRefine(addProblems(chainProblem))
      .describe(
        "Certificate of your own CA, as PEM. If it is an intermediate CA, append the " +
          "certificates up to its root. Default: the program creates a CA.",
      ),
    privateKey: z
      .string()
      .superRefine(addProblems(privateKeyProblem))
      .describe(
        "Private key of your own CA, as PEM. Set it as a secret: `pulumi config set --secret --path`.",
      ),
  })
  .refine(keyFits, { path: ["privateKey"], message: "does not belong to tls.ca.certificate" })
  .optional();

/** Certificates, and how clients connect. */
export const tlsSettings = z
  .strictObject({
    clients: z
      .enum(["required", "allowed"])
      .default("required")
      .describe(
        "Whether clients must use TLS. Connections between the cluster's services always use it.",
      ),
    minimumVersion: z.enum(["1.2", "1.3"]).default("1.2").describe("Lowest accepted TLS version."),
    additionalNames: z
      .array(subjectName())
      .default([])
      .describe(
        "Additional host names and addresses under which clients reach the cluster. They are " +
          "added to the certificates.",
      ),
    clientCaFile: line()
      .optional()
      .describe(
        "Path of a file on the clients that contains the output `caCertificate`. Connection " +
          "strings then contain it and `sslmode=verify-full`.",
      ),
    validityDays: wholeNumber(2, 36500)
      .default(730)
      .describe("How long certificates of services are valid, in days."),
    renewBeforeDays: wholeNumber(1, 36499)
      .default(365)
      .describe("How many days before its end `up` renews the certificate of a service."),
    caValidityDays: wholeNumber(2, 36500)
      .default(3650)
      .describe("How long the certificate of the cluster's own CA is valid, in days."),
    ca: ownAuthority,
    alsoTrusted: authorities()
      .optional()
      .describe(
        "Certificates of additional CAs that all services trust, as PEM. Needed while " +
          "`tls.ca` changes.",
      ),
  })
  .refine(({ renewBeforeDays, validityDays }) => renewBeforeDays < validityDays, {
    path: ["renewBeforeDays"],
    message: "must be below tls.validityDays: a new certificate would be renewed at once",
  })
  .refine(({ validityDays, caValidityDays }) => 2 * validityDays <= caValidityDays, {
    path: ["validityDays"],
    message: "must be at most half of tls.caValidityDays: the CA has to outlive what it signs",
  })
  .prefault({});

type Report = (text: string) => string | undefined;

function addProblems(problemOf: Report) {
  return (text: string, context: z.RefinementCtx<string>) => {
    const message = problemOf(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  };
}

function authorityProblem(text: string): string | undefined {
  if (holdsUnknown(text)) return undefined;
  const parts = pemCertificates(text);
  if (parts.length === 0) return "must be a certificate as PEM";
  for (const part of parts) {
    const certificate = readCertificate(part);
    if (certificate === undefined) return "holds something that is no certificate";
    const name = certificate.subject.replaceAll("\n", ", ");
    if (!certificate.ca) return `${name} is not the certificate of a CA`;
    if (new Date(certificate.validTo) < new Date()) return `${name} ended ${certificate.validTo}`;
  }
  return undefined;
}

/** A client that looks for a missing root trusts no certificate below it. */
function chainProblem(text: string): string | undefined {
  const chain = pemCertificates(text).map(readCertificate);
  for (const [i, certificate] of chain.entries()) {
    // Other checks report problems of each by itself.
    if (certificate === undefined) return undefined;
    const issuer = chain[i + 1] ?? certificate;
    if (certificate.ca && !certificate.checkIssued(issuer)) {
      const name = certificate.subject.replaceAll("\n", ", ");
      return (
        `has nobody behind ${name} who has signed it; add the certificates up to its root, in ` +
        "their order"
      );
    }
  }
  return undefined;
}

function privateKeyProblem(text: string): string | undefined {
  if (holdsUnknown(text)) return undefined;
  try {
    createPrivateKey(text);
    return undefined;
  } catch {
    return "must be a private key as PEM, without a passphrase";
  }
}

function keyFits({ certificate, privateKey }: { certificate: string; privateKey: string }) {
  const issuer = readCertificate(pemCertificates(certificate)[0] ?? "");
  // Other checks report problems of either by itself.
  if (
    issuer === undefined ||
    holdsUnknown(privateKey) ||
    privateKeyProblem(privateKey) !== undefined
  )
    return true;
  return issuer.checkPrivateKey(createPrivateKey(privateKey));
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
