import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** PostgreSQL's own default (`scram_iterations`). */
const iterations = 4096;

/**
 * The SCRAM-SHA-256 verifier of a password, as PostgreSQL stores it (RFC 5803, RFC 7677). With it a
 * password can be set without sending the password.
 *
 * The salt is derived from role and password, so that the same password gives the same verifier and a
 * preview shows no change. Deriving it costs as many iterations as checking a guess against
 * the verifier does: it makes guessing no cheaper.
 */
export function scramVerifier(role: string, password: string): string {
  const salt = pbkdf2Sync(password, `hapg:${role}`, iterations, 16, "sha256");
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, 32, "sha256");
  const hmac = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  const serverKey = hmac("Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
