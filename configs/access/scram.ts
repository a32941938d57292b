import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** PostgreSQL's own default (`scram_iterations`). */
const iterations = 4096;

/**
 * The SCRAM-SHA-256 verifier of a password, as PostgreSQL stores it (RFC 5803, RFC 7677). It sets a
 * password without sending it.
 *
 * The salt is derived from role and password, so the same password gives the same verifier and a
 * preview shows no change. The derivation needs as many iterations as a check of a guess against
 * the verifier, so it makes guessing no cheaper.
 */
export function scramVerifier(role: string, password: string): string {
  const salt = pbkdf2Sync(password, `hapg:${role}`, iterations, 16, "sha256");
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, 32, "sha256");
  const hmac = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  const serverKey = hmac("Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
