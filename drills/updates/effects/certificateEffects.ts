import { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { Client } from "pg";
import { pemCertificates } from "../../../configs/tls/pem";
import type { Effect } from "./effect";

/** Fingerprint of the first certificate of a PEM text. */
export function fingerprintOf(pem: string): string {
  const [first] = pemCertificates(pem);
  return first === undefined ? "none" : new X509Certificate(first).fingerprint256;
}

/** The certificate of a service in the state, and the one that it presents. */
export function certificateEffect(
  service: string,
  state: Record<string, string>,
  what: string,
  seen: string,
): Effect {
  const [, pem = ""] = Object.entries(state).find(([name]) => name.endsWith(`-${service}`)) ?? [];
  return { service, what: `certificate of ${what}`, wanted: fingerprintOf(pem), seen };
}

/** Fingerprint of the certificate that a PostgreSQL or PgBouncer presents to clients. */
export async function shownTo(url: string, ca: string): Promise<string> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const client = new Client({
    ...{ host: hostname, port: Number(port), user: username, password },
    ...{ database: pathname.slice(1), ssl: { ca }, connectionTimeoutMillis: 3000 },
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { stream } = (client as unknown as { connection: { stream: TLSSocket } }).connection;
    return stream.getPeerCertificate().fingerprint256;
  } finally {
    await client.end();
  }
}
