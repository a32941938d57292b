import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { parseSettings, SettingsError } from "../../../configs/settings/parse";
import { TestCertificate } from "../../support/certificates";

/** What is wrong with an input: every problem's path and message. */
function problemsOf(input: object): Record<string, string> {
  try {
    parseSettings({ clusterName: "test", ...input });
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    return Object.fromEntries(error.problems.map(({ path, message }) => [path, message]));
  }
  return {};
}

const days = "must be a whole number from";
const name = "must be a host name or an address";

/** Settings of TLS, the path of their problem below `tls`, the message. */
const cases: [object, string, string][] = [
  [{ clients: "no" }, "clients", 'must be one of required or allowed, got "no"'],
  [{ minimumVersion: "1.1" }, "minimumVersion", 'must be one of 1.2 or 1.3, got "1.1"'],
  [{ clientCaFile: "two\nlines" }, "clientCaFile", "must be a single line"],
  [{ validityDays: 1 }, "validityDays", `${days} 2 to 36500, got 1`],
  [{ renewBeforeDays: 0 }, "renewBeforeDays", `${days} 1 to 36499, got 0`],
  [{ caValidityDays: 40000 }, "caValidityDays", `${days} 2 to 36500, got 40000`],
  [
    { validityDays: 100 },
    "renewBeforeDays",
    "must be below tls.validityDays: a new certificate would be renewed at once",
  ],
  [
    { validityDays: 90, renewBeforeDays: 90 },
    "renewBeforeDays",
    "must be below tls.validityDays: a new certificate would be renewed at once",
  ],
  [
    { validityDays: 3651 },
    "validityDays",
    "must be at most half of tls.caValidityDays: the CA has to outlive what it signs",
  ],
  [{ additionalNames: ["two words"] }, "additionalNames.0", name],
  [{ additionalNames: ["db.example", "*"] }, "additionalNames.1", name],
  [{ additionalNames: ["https://db.example"] }, "additionalNames.0", name],
  [{ additionalNames: ["-db.example"] }, "additionalNames.0", name],
  [{ additionalNames: ["db..example"] }, "additionalNames.0", name],
  [{ additionalNames: ["fe80::1%eth0"] }, "additionalNames.0", name],
  [{ additionalNames: ["10.0.0.256"] }, "additionalNames.0", name],
  [{ ca: {} }, "ca.certificate", "must be text, got nothing"],
  [{ minimumVerson: "1.3" }, "minimumVerson", "is not a setting; did you mean minimumVersion?"],
];

describe("settings of TLS are refused", () => {
  for (const [tls, path, message] of cases) {
    it(`${JSON.stringify(tls)}: ${path}`, () => {
      assert.equal(problemsOf({ tls })[`tls.${path}`], message);
    });
  }

  it("only where they have to be: these names and addresses are taken", () => {
    const additionalNames = [
      ...["localhost", "db", "db.example", "*.db.example", "db-1.example", "1.db.example", "10g"],
      ...["10.0.0.1", "2001:db8::1", "xn--bcher-kva.example"],
    ];
    assert.deepEqual(problemsOf({ tls: { additionalNames } }), {});
  });

  it("as a step to another CA beside a given one, which has to be changed in another way", async () => {
    const { certificate, privateKey } = await TestCertificate.authority();
    const input = { tls: { ca: { certificate, privateKey } }, credentials: { authority: 1 } };
    assert.deepEqual(problemsOf(input), {
      "credentials.authority":
        "changes the cluster's own CA, and tls.ca is used instead; use tls.alsoTrusted",
    });
  });
});

describe("a CA of the stack file", () => {
  let ca: TestCertificate;
  before(async () => {
    ca = await TestCertificate.authority("given");
  });

  const noPem = "must be a certificate as PEM";
  const problemsWith = (certificate: string, privateKey = ca.privateKey) =>
    problemsOf({ tls: { ca: { certificate, privateKey } } });
  const keyProblem = (privateKey: string) =>
    problemsWith(ca.certificate, privateKey)["tls.ca.privateKey"];

  it("is taken with its key, and an intermediate one with those up to its root", async () => {
    const lower = await ca.sign({ commonName: "lower", isAuthority: true });
    assert.deepEqual(problemsWith(ca.certificate), {});
    assert.deepEqual(problemsWith(lower.certificate + ca.certificate, lower.privateKey), {});
    assert.deepEqual(problemsOf({ tls: { alsoTrusted: ca.certificate + lower.certificate } }), {});
  });

  it("is taken with a key of any kind of PEM", () => {
    const sec1 = createPrivateKey(ca.privateKey).export({ type: "sec1", format: "pem" });
    assert.deepEqual(problemsWith(ca.certificate, String(sec1)), {});
  });

  it("is refused if it is not PEM", () => {
    assert.equal(problemsWith("")["tls.ca.certificate"], noPem);
    assert.equal(problemsWith("/etc/ssl/ca.pem")["tls.ca.certificate"], noPem);
    assert.equal(problemsWith(ca.privateKey)["tls.ca.certificate"], noPem);
    assert.equal(problemsOf({ tls: { alsoTrusted: "ca.pem" } })["tls.alsoTrusted"], noPem);
  });

  it("is refused if something in it is no certificate", () => {
    const nonsense = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    assert.equal(
      problemsWith(ca.certificate + nonsense)["tls.ca.certificate"],
      "holds something that is no certificate",
    );
  });

  it("is refused if it is somebody's who may not sign", async () => {
    const leaf = await ca.sign({ commonName: "leaf", names: ["db.example"] });
    assert.equal(
      problemsWith(leaf.certificate, leaf.privateKey)["tls.ca.certificate"],
      "O=test, CN=leaf is not the certificate of a CA",
    );
    assert.equal(
      problemsOf({ tls: { alsoTrusted: ca.certificate + leaf.certificate } })["tls.alsoTrusted"],
      "O=test, CN=leaf is not the certificate of a CA",
    );
  });

  it("is refused without those up to its root, in their order", async () => {
    const upper = await ca.sign({ commonName: "upper", isAuthority: true });
    const lower = await upper.sign({ commonName: "lower", isAuthority: true });
    const missing = (name: string) =>
      `has nobody behind O=test, CN=${name} who has signed it; add the certificates up to its root, in their order`;
    for (const [chain, name] of [
      [[lower], "lower"],
      [[lower, upper], "upper"],
      [[lower, ca], "lower"],
      [[lower, ca, upper], "lower"],
    ] as const) {
      const certificate = chain.map((one) => one.certificate).join("");
      assert.equal(
        problemsWith(certificate, lower.privateKey)["tls.ca.certificate"],
        missing(name),
      );
    }
  });

  it("is refused once it has ended", async () => {
    const old = await TestCertificate.authority("old", -1);
    assert.match(
      problemsWith(old.certificate, old.privateKey)["tls.ca.certificate"] ?? "",
      /^O=test, CN=old ended [A-Z][a-z]{2} .* GMT$/,
    );
  });

  it("is refused with the key of another one", async () => {
    const other = await TestCertificate.authority("other");
    assert.equal(keyProblem(other.privateKey), "does not belong to tls.ca.certificate");
  });

  it("is refused with a key that nobody can read without a passphrase, or that is none", () => {
    const locked = createPrivateKey(ca.privateKey).export({
      type: "pkcs8",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "open sesame",
    });
    const noKey = "must be a private key as PEM, without a passphrase";
    assert.equal(keyProblem(String(locked)), noKey);
    assert.equal(keyProblem("secret"), noKey);
    assert.equal(keyProblem(ca.certificate), noKey);
    const { publicKey } = generateKeyPairSync("ed25519");
    assert.equal(keyProblem(String(publicKey.export({ type: "spki", format: "pem" }))), noKey);
  });

  it("is never shown when it is refused: a key is a secret", async () => {
    const other = await TestCertificate.authority("other");
    const secrets = other.privateKey.split("\n").slice(1, -2);
    for (const tls of [
      { ca: { certificate: ca.certificate, privateKey: other.privateKey } },
      { ca: { certificate: other.privateKey, privateKey: other.privateKey } },
      { ca: { certificate: ca.certificate, privateKey: `${other.privateKey}broken`.slice(10) } },
    ]) {
      const problems = JSON.stringify(problemsOf({ tls }));
      assert.notEqual(problems, "{}");
      assert.deepEqual(
        secrets.filter((text) => problems.includes(text)),
        [],
      );
    }
  });
});
