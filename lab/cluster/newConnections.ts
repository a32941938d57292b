import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";

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
  let isOver = false;
  const connectOn = async (way: string, url: string) => {
    while (!isOver) {
      const started = Date.now();
      try {
        await connectOnce(url);
        report.opened++;
      } catch (error) {
        report.failures.push(`${way}: ${String(error)}`);
      }
      report.slowestMilliseconds = Math.max(report.slowestMilliseconds, Date.now() - started);
      // Not as fast as it goes: clients would take the processor from what is tested.
      await pause(80);
    }
  };
  const loops = Object.entries(urls).map(([way, url]) => connectOn(way, url));
  try {
    const result = await action();
    return { result, report };
  } finally {
    isOver = true;
    await Promise.all(loops);
  }
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
