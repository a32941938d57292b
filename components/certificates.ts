import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import {
  authoritiesAfter,
  endWarning,
  type Subject,
  subjectsOf,
} from "../configs/tls/certificates";
import { intermediates } from "../configs/tls/pem";
import { paths } from "../configs/cluster/paths";
import type { Settings } from "../configs/settings/schema";
import type { ServiceFile } from "../platforms/platform";
import { unlessStateIsLost } from "./lostState";
import type { SharedArgs } from "./shared";

/** The CA that signs. */
interface Authority {
  certificate: pulumi.Input<string>;
  privateKey: pulumi.Input<string>;
  /** The chain sent with each certificate: the CAs between the signing CA and its root. */
  chain: string;
}

const hoursPerDay = 24;

/**
 * The cluster's CA, and a key and a certificate for every service that listens. Keys are created
 * once and are secrets of the stack. An update renews certificates well before they expire. The TLS
 * provider creates them, so each key is a resource: the stack keeps, changes and deletes it, and no
 * shell or file holds it.
 */
export class Certificates extends pulumi.ComponentResource {
  /** The CAs that all services and clients must trust, as PEM. */
  readonly trusted: pulumi.Output<string>;
  private readonly identities: Map<string, pulumi.Output<string>>;

  constructor(name: string, args: SharedArgs, opts: pulumi.ComponentResourceOptions) {
    super("hapg:index:Certificates", name, {}, opts);
    const { settings, topology, platform } = args;
    const { authority, trusted } = this.authorities(name, args);
    this.trusted = pulumi.unsecret(trusted);
    const subjects = subjectsOf(settings, topology, (all) => platform.clientHostsOf(all));
    this.identities = new Map(
      subjects.map((subject) => [
        subject.name,
        this.identity(`${name}-${subject.name}`, settings, subject, authority),
      ]),
    );
    this.registerOutputs({});
  }

  /** The files with which a service proves its identity and verifies its peers. */
  filesOf(
    { name, configDirectory }: { name: string; configDirectory: string },
    onChange: { identity: ServiceFile["onChange"]; ca: ServiceFile["onChange"] },
  ): ServiceFile[] {
    return [
      this.identityFile(name, paths.identityOf(configDirectory), onChange.identity),
      { path: paths.caOf(configDirectory), content: this.trusted, onChange: onChange.ca },
    ];
  }

  /** Private key and certificate in one file. */
  identityFile(name: string, path: string, onChange: ServiceFile["onChange"]): ServiceFile {
    const content = this.identities.get(name);
    if (content === undefined) throw new Error(`${name} has no certificate`);
    return { path, content, mode: 0o600, onChange };
  }

  private authorities(
    name: string,
    args: SharedArgs,
  ): { authority: Authority; trusted: pulumi.Output<string> } {
    const { settings } = args;
    const { ca, alsoTrusted = "" } = settings.tls;
    if (ca !== undefined) {
      const { certificate, privateKey } = ca;
      return {
        authority: {
          certificate,
          privateKey: pulumi.secret(privateKey),
          chain: intermediates(certificate).join(""),
        },
        trusted: joined([certificate, alsoTrusted]),
      };
    }
    const { signing, trusted } = authoritiesAfter(settings.credentials.authority);
    const own = new Map(trusted.map((one) => [one, this.ownAuthority(name, settings, one)]));
    const authority = own.get(signing);
    if (authority === undefined) throw new Error("who signs is not trusted");
    const all = [...own.values()];
    const keys = all.map(({ privateKey }) => pulumi.output(privateKey));
    const pem = joined([...all.map(({ certificate }) => certificate), alsoTrusted]);
    return { authority, trusted: unlessStateIsLost(pem, keys, args) };
  }

  private ownAuthority(name: string, settings: Settings, generation: number): Authority {
    const { clusterName, tls: tlsSettings } = settings;
    const key = this.key(`${name}-ca-${generation}`);
    const certificate = new tls.SelfSignedCert(
      `${name}-ca-${generation}`,
      {
        privateKeyPem: key.privateKeyPem,
        // Clients that hold two CAs tell them apart by the name.
        subject: { organization: clusterName, commonName: `${clusterName} CA ${generation + 1}` },
        isCaCertificate: true,
        setSubjectKeyId: true,
        setAuthorityKeyId: true,
        validityPeriodHours: tlsSettings.caValidityDays * hoursPerDay,
        allowedUses: ["cert_signing", "crl_signing"],
      },
      { parent: this },
    );
    certificate.validityEndTime.apply((end) => {
      const warning = endWarning(end, settings);
      if (warning !== undefined) void pulumi.log.warn(warning, this);
    });
    return { certificate: certificate.certPem, privateKey: key.privateKeyPem, chain: "" };
  }

  /** One service's private key and certificate, as PEM. */
  private identity(
    name: string,
    { clusterName, credentials, tls: { validityDays, renewBeforeDays } }: Settings,
    { commonName, dnsNames, ipAddresses }: Subject,
    authority: Authority,
  ): pulumi.Output<string> {
    // A new rotation number creates a new key.
    const key = this.key(`${name}-${credentials.certificates}`);
    const request = new tls.CertRequest(
      name,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { organization: clusterName, ...(commonName === undefined ? {} : { commonName }) },
        dnsNames,
        ipAddresses,
      },
      { parent: this },
    );
    const certificate = new tls.LocallySignedCert(
      name,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: authority.privateKey,
        caCertPem: authority.certificate,
        setSubjectKeyId: true,
        validityPeriodHours: validityDays * hoursPerDay,
        earlyRenewalHours: renewBeforeDays * hoursPerDay,
        // Every service is also a client: members connect to their peers and etcd, routers to the
        // members.
        allowedUses: ["digital_signature", "server_auth", "client_auth"],
      },
      { parent: this },
    );
    return pulumi.secret(
      pulumi.interpolate`${key.privateKeyPem}${certificate.certPem}${authority.chain}`,
    );
  }

  private key(name: string): tls.PrivateKey {
    return new tls.PrivateKey(name, { algorithm: "ECDSA", ecdsaCurve: "P256" }, { parent: this });
  }
}

/** Concatenates PEM texts, each ending with a line break. */
const joined = (texts: pulumi.Input<string>[]): pulumi.Output<string> =>
  pulumi
    .all(texts)
    .apply((all) =>
      all.map((text) => (text === "" || text.endsWith("\n") ? text : `${text}\n`)).join(""),
    );
