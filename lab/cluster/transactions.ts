import { Client } from "pg";
import { repeatingDuring } from "./repeating";

/** Clients of one kind, each on a connection that it keeps. */
export interface TransactionLoad {
  url: string;
  /** How many there are. */
  clients: number;
  /** What one transaction does, between its BEGIN and its COMMIT. */
  statements: string[];
}

/** What came of their transactions. */
export interface TransactionReport {
  committed: number;
  /** What each that failed was told. */
  failures: string[];
  /** Longest time from one commit on a connection to the next, in milliseconds. */
  longestMilliseconds: number;
}

/**
 * Runs transactions on several connections while something goes on. One that fails is not tried
 * again.
 */
export async function transactingDuring<T>(
  { url, clients, statements }: TransactionLoad,
  action: () => Promise<T>,
): Promise<{ result: T; report: TransactionReport }> {
  const report: TransactionReport = { committed: 0, failures: [], longestMilliseconds: 0 };
  const transactions = (client: Client) => {
    let last = Date.now();
    return async () => {
      try {
        for (const one of ["BEGIN", ...statements, "COMMIT"]) await client.query(one);
      } catch (error) {
        report.failures.push(String(error));
        return false;
      }
      report.committed++;
      report.longestMilliseconds = Math.max(report.longestMilliseconds, Date.now() - last);
      last = Date.now();
      return true;
    };
  };
  const opened = await Promise.all(Array.from({ length: clients }, () => open(url)));
  try {
    const result = await repeatingDuring(opened.map(transactions), 10, action);
    return { result, report };
  } finally {
    await Promise.all(opened.map((client) => client.end()));
  }
}

/** Errors show in the next query only. */
async function open(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, query_timeout: 20_000 });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
