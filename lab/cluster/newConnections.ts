import { Client } from "pg";
import { repeatingDuring } from "./repeating";

/** The result of repeatedly opening connections. */
export interface ConnectionReport {
  opened: number;
  /** Errors of failed attempts, with the endpoint. */
  failures: string[];
  /** Longest time until a connection had answered its first query, in milliseconds. */
  slowestMilliseconds: number;
}

/**
 * Opens new connections continuously during an action, one after the other on each endpoint.
 * @param urls connection strings by endpoint
 */
export async function connectingDuring<T>(
  urls: Record<string, string>,
  action: () => Promise<T>,
): Promise<{ result: T; report: ConnectionReport }> {
  const report: ConnectionReport = { opened: 0, failures: [], slowestMilliseconds: 0 };
  const steps = Object.entries(urls).map(([endpoint, url]) => async () => {
    const started = Date.now();
    try {
      await connectOnce(url);
      report.opened++;
    } catch (error) {
      report.failures.push(`${endpoint}: ${String(error)}`);
    }
    report.slowestMilliseconds = Math.max(report.slowestMilliseconds, Date.now() - started);
  });
  const result = await repeatingDuring(steps, 80, action);
  return { result, report };
}

/** No retry: every single attempt must succeed. */
async function connectOnce(url: string): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 15_000,
    query_timeout: 15_000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
  } finally {
    await client.end();
  }
}
