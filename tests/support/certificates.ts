// The library finds its parts by metadata, and has no such thing with it.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { webcrypto } from "node:crypto";
import { isIP } from "node:net";

/** What a certificate is to say. */
export interface CertificateRequest {
  /** Host names that it holds for. */
  names?: string[];
  commonName?: string;
  /** How long from now it holds; a negative number makes one that ended that long ago. */
  days?: number;
  /** Whether its owner may sign others. */
  isAuthority?: boolean;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const millisecondsPerDay = 86_400_000;

/** A private key and a certificate, as a test's own CA has made them. */
export class TestCertificate {
  private constructor(
    private readonly owner: x509.X509Certificate,
    private readonly keys: webcrypto.CryptoKeyPair,
    /** The private key as PEM. */
    readonly privateKey: string,
  ) {}

  /** A CA that nobody has signed. */
  static authority(name = "test CA", days = 10): Promise<TestCertificate> {
    return TestCertificate.make({ commonName: name, days, isAuthority: true }, undefined);
  }

  /** As PEM. */
  get certificate(): string {
    return `${this.owner.toString("pem")}\n`;
  }

  /** Private key and certificate in one file, as services have them. */
  get identity(): string {
    return this.privateKey + this.certificate;
  }

  /** A certificate that this one's owner signs. */
  sign(request: CertificateRequest): Promise<TestCertificate> {
    return TestCertificate.make(request, this);
  }

  private static async make(
    { names = [], commonName, days = 10, isAuthority = false }: CertificateRequest,
    issuer: TestCertificate | undefined,
  ): Promise<TestCertificate> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const subject = commonName === undefined ? "O=test" : `O=test, CN=${commonName}`;
    const end = Date.now() + days * millisecondsPerDay;
    const owner = await x509.X509CertificateGenerator.create({
      subject,
      issuer: issuer?.owner.subject ?? subject,
      notBefore: new Date(Math.min(Date.now(), end) - millisecondsPerDay),
      notAfter: new Date(end),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: (issuer?.keys ?? keys).privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(isAuthority, undefined, true),
        new x509.KeyUsagesExtension(
          isAuthority ? x509.KeyUsageFlags.keyCertSign : x509.KeyUsageFlags.digitalSignature,
          true,
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create((issuer?.keys ?? keys).publicKey),
        ...(isAuthority ? [] : leafExtensions(names)),
      ],
    });
    const privateKey = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
    return new TestCertificate(
      owner,
      keys,
      `${x509.PemConverter.encode(privateKey, "PRIVATE KEY")}\n`,
    );
  }
}

const leafExtensions = (names: string[]): x509.Extension[] => [
  new x509.ExtendedKeyUsageExtension([
    x509.ExtendedKeyUsage.serverAuth,
    x509.ExtendedKeyUsage.clientAuth,
  ]),
  ...(names.length === 0
    ? []
    : [
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value })),
        ),
      ]),
];
