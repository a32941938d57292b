import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PostgresCluster } from "../../components/postgresCluster";
import { etcdOperatorIdentity } from "../../configs/tls/certificates";
import type { SettingsInput } from "../../configs/settings/schema";
import { TestCertificate } from "../support/certificates";
import { changed } from "../support/changes";
import { dockerCluster, vmCluster } from "../support/fixtures";
import {
  isSecret,
  keyMark,
  passwordMark,
  plain,
  record,
  type Recorded,
  type Recorder,
} from "../support/mocks";
import { hereDocument, unpacked } from "../support/unpacked";

const keyType = "tls:index/privateKey:PrivateKey";
const authorityType = "tls:index/selfSignedCert:SelfSignedCert";
const requestType = "tls:index/certRequest:CertRequest";
const certificateType = "tls:index/locallySignedCert:LocallySignedCert";
const containerType = "docker:index/container:Container";

const trust = ["cluster-trust-begun", "cluster-trust-taken"];
const services = [
  ...["etcd1", "etcd2", "etcd3", "patroni1", "patroni2", "patroni3"],
  ...["haproxy1", "pgbouncer1"],
];
const identities = [...services, etcdOperatorIdentity];
const of = (name: string) => `cluster-certificates-${name}`;

const recordDocker = (input: Partial<SettingsInput> = {}) => record(() => dockerCluster(input));
const namesOf = (resources: Recorded[]) => resources.map(({ name }) => name).sort();
/** The files that a service gets, by path. */
function filesOf(recorder: Recorder, service: string): Record<string, string> {
  const script = unpacked(String(plain(recorder.named(`test-${service}-files`).inputs.stdin)));
  const installed = new RegExp(`^install_file '(?<path>\\S+)' \\d+${hereDocument.source}`, "gm");
  return Object.fromEntries(
    [...script.matchAll(installed)].map(({ groups = {} }) => [
      String(groups.path),
      String(groups.text),
    ]),
  );
}
const fileOf = (recorder: Recorder, service: string, file: string) => {
  const found = Object.entries(filesOf(recorder, service)).find(([path]) => path.endsWith(file));
  assert.ok(found !== undefined, `${service} has no ${file}`);
  return found[1];
};
const restartLabelOf = (recorder: Recorder, service: string) => {
  const container = recorder.ofType(containerType).find(({ name }) => name === `test-${service}`);
  const labels = container?.inputs.labels as { label: string; value: string }[];
  return labels.find(({ label }) => label === "hapg.restart-on")?.value;
};

describe("certificates", () => {
  let recorder: Recorder;
  before(async () => {
    recorder = await recordDocker();
  });

  it("and keys are there for every service that listens, for etcd's operator and for the CA", () => {
    assert.deepEqual(namesOf(recorder.ofType(certificateType)), identities.map(of).sort());
    assert.deepEqual(namesOf(recorder.ofType(requestType)), identities.map(of).sort());
    assert.deepEqual(namesOf(recorder.ofType(authorityType)), [of("ca-0")]);
    assert.deepEqual(
      namesOf(recorder.ofType(keyType)),
      [...identities.map((name) => of(`${name}-0`)), of("ca-0")].sort(),
    );
  });

  it("are there for every router and pool on hosts, and for Keepalived, which has no TLS, not", async () => {
    const keepalived = { virtualAddress: "10.0.0.100" };
    const onHosts = await record(() => vmCluster({ keepalived }));
    const families = ["etcd", "patroni", "haproxy", "pgbouncer"];
    const all = families.flatMap((family) => [1, 2, 3].map((i) => `${family}${i}`));
    assert.deepEqual(
      namesOf(onHosts.ofType(certificateType)),
      [...all, etcdOperatorIdentity].map(of).sort(),
    );
  });

  it("reach their own service, each with its own key, and the CA's with them", () => {
    for (const service of services) {
      assert.equal(
        fileOf(recorder, service, "/identity.pem"),
        `${keyMark} ${of(`${service}-0`)}\nCERTIFICATE-OF ${of(service)} BY CERTIFICATE-OF ${of("ca-0")}\n`,
      );
      assert.equal(fileOf(recorder, service, "/ca.pem"), `CERTIFICATE-OF ${of("ca-0")}\n`);
    }
  });

  it("bring no service the key of another one: the operator's is with etcd, the CA's with nobody", () => {
    const key = new RegExp(`${keyMark} (\\S+)`, "g");
    for (const service of services) {
      const held = Object.values(filesOf(recorder, service)).flatMap((content) =>
        [...content.matchAll(key)].map(([, owner]) => owner),
      );
      const own = service.startsWith("etcd") ? [service, etcdOperatorIdentity] : [service];
      assert.deepEqual(
        held,
        own.map((name) => of(`${name}-0`)),
      );
    }
  });

  it("leave no private key anywhere in the clear", () => {
    for (const { name, inputs } of recorder.resources) {
      for (const [property, value] of Object.entries(inputs)) {
        if (isSecret(value)) continue;
        assert.ok(!JSON.stringify(value).includes(keyMark), `${name}: ${property}`);
      }
    }
  });

  it("hold as long as the stack file says, and are renewed as early", async () => {
    const hours = ({ inputs }: Recorded) => [inputs.validityPeriodHours, inputs.earlyRenewalHours];
    const certificates = (from: Recorder) => from.ofType(certificateType).map(hours);
    assert.deepEqual(
      certificates(recorder),
      identities.map(() => [730 * 24, 365 * 24]),
    );
    assert.deepEqual(recorder.ofType(authorityType).map(hours), [[3650 * 24, undefined]]);
    const short = await recordDocker({
      tls: { validityDays: 90, renewBeforeDays: 30, caValidityDays: 400 },
    });
    assert.deepEqual(
      certificates(short),
      identities.map(() => [90 * 24, 30 * 24]),
    );
    assert.deepEqual(short.ofType(authorityType).map(hours), [[400 * 24, undefined]]);
  });

  it("are for servers and clients, and only the CA's may sign", () => {
    for (const { inputs } of recorder.ofType(certificateType)) {
      assert.deepEqual(inputs.allowedUses, ["digital_signature", "server_auth", "client_auth"]);
      assert.ok(inputs.isCaCertificate !== true);
    }
    const [authority] = recorder.ofType(authorityType);
    assert.equal(authority?.inputs.isCaCertificate, true);
    assert.deepEqual(authority.inputs.allowedUses, ["cert_signing", "crl_signing"]);
  });

  it("name nobody but etcd's operator: its gateway would refuse who has a common name", () => {
    for (const { name, inputs } of recorder.ofType(requestType)) {
      const { commonName } = inputs.subject as { commonName?: string };
      assert.equal(commonName, name === of(etcdOperatorIdentity) ? "root" : undefined, name);
    }
  });

  it("can be previewed before anything exists", async () => {
    const previewed = await record(() => dockerCluster(), true);
    assert.deepEqual(namesOf(previewed.ofType(certificateType)), identities.map(of).sort());
  });
});

describe("a change of certificates", () => {
  let recorder: Recorder;
  before(async () => {
    recorder = await recordDocker();
  });
  const files = [
    ...services.map((service) => `test-${service}-files`),
    ...["cluster-trials-haproxy", "cluster-trials-pgbouncer", "cluster-trials-postgres"],
  ];

  it("to new keys makes new ones for all, writes files, and restarts nothing", async () => {
    const after = await recordDocker({ credentials: { certificates: 1 } });
    assert.deepEqual(
      changed(recorder, after),
      [
        ...identities.flatMap((name) => [of(`${name}-0`), of(`${name}-1`), of(name)]),
        ...files,
      ].sort(),
    );
    for (const service of services) {
      assert.equal(restartLabelOf(after, service), restartLabelOf(recorder, service), service);
      assert.ok(fileOf(after, service, "/identity.pem").includes(of(`${service}-1`)), service);
    }
  });

  it("to another CA has all trust it first: etcd restarts, and no certificate is another", async () => {
    const after = await recordDocker({ credentials: { authority: 1 } });
    assert.deepEqual(
      changed(recorder, after),
      [...trust, of("ca-1"), ...files, ...["test-etcd1", "test-etcd2", "test-etcd3"]].sort(),
    );
    for (const service of services) {
      assert.equal(
        restartLabelOf(after, service) !== restartLabelOf(recorder, service),
        service.startsWith("etcd"),
        service,
      );
      assert.equal(
        fileOf(after, service, "/ca.pem"),
        `CERTIFICATE-OF ${of("ca-0")}\nCERTIFICATE-OF ${of("ca-1")}\n`,
      );
    }
  });

  it("to another CA then has it sign, which restarts nothing", async () => {
    const one = await recordDocker({ credentials: { authority: 1 } });
    const two = await recordDocker({ credentials: { authority: 2 } });
    assert.deepEqual(changed(one, two), [...trust, ...identities.map(of), ...files].sort());
    for (const service of services) {
      assert.match(
        fileOf(two, service, "/identity.pem"),
        new RegExp(` BY CERTIFICATE-OF ${of("ca-1")}\n$`),
      );
    }
  });

  it("to another CA is noted before any service takes it, and when every one has taken it", () => {
    const taken = recorder.before(recorder.named("cluster-trust-taken"));
    const begun = recorder.named("cluster-trust-begun").urn;
    for (const service of services) {
      assert.ok(taken.has(recorder.named(`test-${service}-ready`).urn), service);
      const files = recorder.before(recorder.named(`test-${service}-files`));
      assert.ok(files.has(begun), service);
    }
  });
});

describe("a CA of the stack file", () => {
  let ca: TestCertificate;
  let lower: TestCertificate;
  let other: TestCertificate;
  let recorder: Recorder;
  before(async () => {
    ca = await TestCertificate.authority("given");
    lower = await ca.sign({ commonName: "lower", isAuthority: true });
    other = await TestCertificate.authority("other");
    recorder = await recordDocker({
      tls: {
        ca: { certificate: lower.certificate + ca.certificate, privateKey: lower.privateKey },
        alsoTrusted: other.certificate.trimEnd(),
      },
    });
  });

  it("signs, so that none is made", () => {
    assert.deepEqual(recorder.ofType(authorityType), []);
    assert.deepEqual(
      namesOf(recorder.ofType(keyType)),
      identities.map((name) => of(`${name}-0`)).sort(),
    );
    for (const { inputs } of recorder.ofType(certificateType)) {
      assert.equal(plain(inputs.caPrivateKeyPem), lower.privateKey);
      assert.equal(inputs.caCertPem, lower.certificate + ca.certificate);
    }
  });

  it("is trusted with those beside it, and goes along with certificates without its root", () => {
    for (const service of services) {
      const given = lower.certificate + ca.certificate;
      assert.equal(fileOf(recorder, service, "/ca.pem"), given + other.certificate);
      assert.equal(
        fileOf(recorder, service, "/identity.pem"),
        `${keyMark} ${of(`${service}-0`)}\nCERTIFICATE-OF ${of(service)} BY ${given}${lower.certificate}`,
      );
    }
  });

  it("keeps its key to itself", () => {
    const [, line = ""] = lower.privateKey.split("\n");
    for (const { name, type, inputs } of recorder.resources) {
      const visible = Object.fromEntries(
        Object.entries(inputs).filter(([, value]) => !isSecret(value)),
      );
      assert.ok(!JSON.stringify(visible).includes(line), name);
      if (type !== certificateType) assert.ok(!JSON.stringify(inputs).includes(line), name);
    }
    for (const service of services) {
      assert.ok(!Object.values(filesOf(recorder, service)).join("").includes(line), service);
    }
  });
});

describe("outputs for clients", () => {
  let cluster: PostgresCluster | undefined;
  before(async () => {
    await record(() => {
      cluster = dockerCluster();
    });
  });
  const valueOf = (output: pulumi.Output<string> | undefined) =>
    new Promise<string>((resolve) => {
      output?.apply(resolve);
    });

  it("are the CA's certificate, which is no secret", async () => {
    assert.equal(await valueOf(cluster?.caCertificate), `CERTIFICATE-OF ${of("ca-0")}\n`);
    assert.equal(await pulumi.isSecret(cluster?.caCertificate as pulumi.Output<string>), false);
  });

  it("are the login of HAProxy's page, which is one", async () => {
    const password = `${passwordMark}-cluster-credentials-stats`;
    assert.equal(await valueOf(cluster?.statsLogin), `stats:${password}`);
    assert.equal(await pulumi.isSecret(cluster?.statsLogin as pulumi.Output<string>), true);
  });

  it("are the login of Patroni's REST API, which is one", async () => {
    const password = `${passwordMark}-cluster-credentials-restApi`;
    assert.equal(await valueOf(cluster?.restApiLogin), `patroni:${password}`);
    assert.equal(await pulumi.isSecret(cluster?.restApiLogin as pulumi.Output<string>), true);
  });
});
