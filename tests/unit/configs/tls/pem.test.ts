import assert from "node:assert/strict";
import { intermediates, pemCertificates, roots } from "../../../../configs/tls/pem";
import { TestCertificate } from "../../../support/certificates";

describe("the certificates in a PEM text", () => {
  let one: TestCertificate;
  let two: TestCertificate;
  before(async () => {
    one = await TestCertificate.authority("one");
    two = await TestCertificate.authority("two");
  });

  it("are all of them, in order, each with its line break", () => {
    const text = one.certificate + two.certificate;
    assert.deepEqual(pemCertificates(text), [one.certificate, two.certificate]);
    assert.deepEqual(pemCertificates(text.trimEnd()), [one.certificate, two.certificate]);
  });

  it("are found between keys and what people write around them", () => {
    const text = `# root\n${one.privateKey}${one.certificate}\n# next\n${two.certificate}# end`;
    assert.deepEqual(pemCertificates(text), [one.certificate, two.certificate]);
  });

  for (const [what, text] of [
    ["nothing", ""],
    ["words", "certificate"],
    ["one that is cut off", "-----BEGIN CERTIFICATE-----\nMIIB\n"],
  ] as const) {
    it(`are none in ${what}`, () => {
      assert.deepEqual(pemCertificates(text), []);
    });
  }

  it("are none in a private key", () => {
    assert.deepEqual(pemCertificates(one.privateKey), []);
  });

  it("are roots, which have signed themselves, and intermediate ones", async () => {
    const upper = await one.sign({ commonName: "upper", isAuthority: true });
    const lower = await upper.sign({ commonName: "lower", isAuthority: true });
    assert.deepEqual(intermediates(one.certificate), []);
    const chain = [lower, upper, one, two].map(({ certificate }) => certificate);
    assert.deepEqual(intermediates(chain.join("")), chain.slice(0, 2));
    assert.deepEqual(roots(chain.join("")), chain.slice(2));
  });
});
