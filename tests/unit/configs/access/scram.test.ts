import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { scramVerifier } from "../../../../configs/access/scram";

const hmac = (key: string | Buffer, text: string | Buffer) =>
  createHmac("sha256", key).update(text).digest();
const hash = (data: Buffer) => createHash("sha256").update(data).digest();
const xor = (a: Buffer, b: Buffer) => Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)));

/** `Hi` as RFC 5802 defines it. */
function saltedPassword(password: string, salt: Buffer, iterations: number): Buffer {
  let round = hmac(password, Buffer.concat([salt, Buffer.from([0, 0, 0, 1])]));
  let result = round;
  for (let i = 1; i < iterations; i++) {
    round = hmac(password, round);
    result = xor(result, round);
  }
  return result;
}

/** What a client sends to prove that it knows the password, and what it wants to hear. */
function client(password: string, salt: Buffer, iterations: number, authMessage: string) {
  const salted = saltedPassword(password, salt, iterations);
  const clientKey = hmac(salted, "Client Key");
  return {
    proof: xor(clientKey, hmac(hash(clientKey), authMessage)),
    serverSignature: hmac(hmac(salted, "Server Key"), authMessage),
  };
}

/** The parts of a verifier in the format of PostgreSQL (`pg_authid.rolpassword`). */
function parts(verifier: string) {
  const base64 = "([A-Za-z0-9+/]+=*)";
  const match = new RegExp(`^SCRAM-SHA-256\\$(\\d+):${base64}\\$${base64}:${base64}$`).exec(
    verifier,
  );
  assert.ok(match !== null, verifier);
  const [salt, storedKey, serverKey] = match.slice(2).map((text) => Buffer.from(text, "base64"));
  assert.ok(salt !== undefined && storedKey !== undefined && serverKey !== undefined);
  return { iterations: Number(match[1]), salt, storedKey, serverKey };
}

/** Whether a server that has the verifier and a client that has the password believe each other. */
function logsIn(verifier: string, password: string): boolean {
  const { iterations, salt, storedKey, serverKey } = parts(verifier);
  const authMessage = "n=,r=a,r=ab,s=c,i=4096,c=biws,r=ab";
  const { proof, serverSignature } = client(password, salt, iterations, authMessage);
  const clientKey = xor(proof, hmac(storedKey, authMessage));
  return hash(clientKey).equals(storedKey) && hmac(serverKey, authMessage).equals(serverSignature);
}

describe("the test's SCRAM client", () => {
  it("says what RFC 7677's example says", () => {
    const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    const salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
    const authMessage = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=${salt},i=4096,c=biws,r=${nonce}`;
    const said = client("pencil", Buffer.from(salt, "base64"), 4096, authMessage);
    assert.equal(said.proof.toString("base64"), "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    assert.equal(
      said.serverSignature.toString("base64"),
      "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    );
  });
});

describe("a SCRAM verifier", () => {
  for (const password of ["secret", "with ' \" \\ $ : quotes", "p4Zs".repeat(50), "pässwörd"]) {
    it(`lets in who knows ${password.slice(0, 30)}, and nobody else`, () => {
      const verifier = scramVerifier("app", password);
      assert.equal(logsIn(verifier, password), true);
      assert.equal(logsIn(verifier, `${password}x`), false);
    });
  }

  it("is for the normalised password, which is what clients send", () => {
    assert.equal(logsIn(scramVerifier("app", "ﬁle№"), "fileNo"), true);
  });

  it("has a salt of 16 bytes, keys of 32 and PostgreSQL's own iterations", () => {
    const { iterations, salt, storedKey, serverKey } = parts(scramVerifier("app", "secret"));
    assert.deepEqual(
      [iterations, salt.length, storedKey.length, serverKey.length],
      [4096, 16, 32, 32],
    );
  });

  it("is the same each time, so that a preview shows no change", () => {
    assert.equal(scramVerifier("app", "secret"), scramVerifier("app", "secret"));
  });

  it("shares no part with another role's or another password's", () => {
    const all = [
      ["app", "secret"],
      ["reports", "secret"],
      ["app", "other"],
    ] as const;
    const verifiers = all.map(([role, password]) => parts(scramVerifier(role, password)));
    const values = verifiers.flatMap(({ salt, storedKey, serverKey }) =>
      [salt, storedKey, serverKey].map((value) => value.toString("hex")),
    );
    assert.equal(new Set(values).size, 9);
  });
});
