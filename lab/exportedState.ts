/**
 * The used part of a resource in an exported state; its secrets are readable if they were exported.
 */
export interface ExportedResource {
  urn: string;
  type: string;
  outputs?: Exported;
}

interface Exported {
  certPem?: string | { plaintext: string };
  result?: { plaintext: string };
  privateKeyPem?: { plaintext: string };
  validityEndTime?: string;
  certRequestPem?: string;
  caCertPem?: string;
  caPrivateKeyPem?: { plaintext: string };
}

/** Certificates as PEM and passwords of a state, by the names of their resources. */
export interface KeptInState {
  certificates: Record<string, string>;
  passwords: Record<string, string>;
}

/** The parts of a certificate. */
export interface Signing {
  /** Name of the certificate's resource. */
  name: string;
  request: string;
  ca: string;
  caKey: string;
}

/** A state as Pulumi exports it. */
export interface ExportedStack {
  deployment: { resources: ExportedResource[] };
}

const certificateType = "tls:index/locallySignedCert:LocallySignedCert";
const passwordType = "random:index/randomPassword:RandomPassword";

/** What a state has that running services must have. */
export function keptIn(resources: ExportedResource[]): KeptInState {
  const texts = (wanted: string, text: (outputs: Exported) => string) =>
    Object.fromEntries(
      resources.flatMap(({ urn, type, outputs }) =>
        type === wanted && outputs !== undefined ? [[nameOf(urn), text(outputs)]] : [],
      ),
    );
  return {
    certificates: texts(certificateType, ({ certPem }) => plain(certPem)),
    passwords: texts(passwordType, ({ result }) => plain(result)),
  };
}

/** All generated passwords, and a line of every private key. */
export const secretsIn = (resources: ExportedResource[]): string[] =>
  resources.flatMap(({ type, outputs = {} }) => {
    switch (type) {
      case passwordType:
        return [plain(outputs.result)];
      case "tls:index/privateKey:PrivateKey":
        return [plain(outputs.privateKeyPem).split("\n")[1] ?? ""];
      default:
        return [];
    }
  });

/** The inputs of all service certificates. */
export const signingsIn = (resources: ExportedResource[]): Signing[] =>
  resources.flatMap(({ type, urn, outputs = {} }) => {
    if (type !== certificateType) return [];
    const { certRequestPem: request = "", caCertPem: ca = "", caPrivateKeyPem } = outputs;
    return [{ name: nameOf(urn), request, ca, caKey: plain(caPrivateKeyPem) }];
  });

/** Sets the expiry of all service certificates. */
export function endCertificatesAt(end: Date, resources: ExportedResource[]): void {
  for (const { type, outputs } of resources)
    if (type === certificateType && outputs !== undefined)
      outputs.validityEndTime = end.toISOString();
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

/** A text in the state, which may be a secret. */
const plain = (value: string | { plaintext: string } | undefined): string =>
  typeof value === "object" ? (JSON.parse(value.plaintext) as string) : (value ?? "");
