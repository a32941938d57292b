import { Client } from "pg";
import { repeatingDuring } from "./repeating";

/** What came of opening connections again and again. */
export interface ConnectionReport {
  opened: number;
  /** What each that failed was told, with the way in. */
  failures: string[];
  /** Longest time until a connection had answered its first query, in milliseconds. */
  slowestMilliseconds: number;
}

/**
 * Opens new connections all the time while something goes on, one after the other on each way in.
 * @param urls connection strings by way in
 */
export async function connectingDuring<T>(
  urls: Record<string, string>,
  action: () => Promise<T>,
): Promise<{ result: T; report: ConnectionReport }> {
  const report: ConnectionReport = { opened: 0, failures: [], slowestMilliseconds: 0 };
  const steps = Object.entries(urls).map(([way, url]) => async () => {
    const started = Date.now();
    try {
      await connectOnce(url);
      report.opened++;
    } catch (error) {
      report.failures.push(`${way}: ${String(error)}`);
    }
    report.slowestMilliseconds = Math.max(report.slowestMilliseconds, Date.now() - started);
  });
  const result = await repeatingDuring(steps, 80, action);
  return { result, report };
}

/** Not with another attempt: what is to be shown is that each one works. */
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
