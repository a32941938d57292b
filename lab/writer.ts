import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { until } from "../operations/until";

/** The result of a writer. */
export interface WriteReport {
  /** Ids whose commit was acknowledged. */
  acknowledged: number[];
  failures: number;
  /** Longest time between two acknowledged writes, in milliseconds. */
  longestGapMilliseconds: number;
}

/**
 * Writes rows one after the other, each with a unique id, and reconnects whenever a connection
 * breaks. An id counts as acknowledged once its commit has returned.
 */
export class Writer {
  private stopped = false;
  private failures = 0;
  private readonly acknowledged: number[] = [];
  private readonly times: number[] = [];
  private loop: Promise<void> = Promise.resolve();
  private client: Client | undefined;

  constructor(
    private readonly url: string,
    private readonly table: string,
  ) {}

  /** Creates the table again and starts to write. */
  async start(): Promise<this> {
    const client = await connect(this.url);
    // Rows of an earlier run would hide losses.
    await client.query(`DROP TABLE IF EXISTS ${this.table}`);
    await client.query(`CREATE TABLE ${this.table} (id bigint NOT NULL)`);
    await client.end();
    this.times.push(Date.now());
    this.loop = this.run();
    return this;
  }

  /** Stops after the current write. */
  async stop(): Promise<WriteReport> {
    this.stopped = true;
    await this.loop;
    const gaps = this.times.slice(1).map((time, i) => time - (this.times[i] ?? time));
    return {
      acknowledged: this.acknowledged,
      failures: this.failures,
      longestGapMilliseconds: Math.max(0, ...gaps),
    };
  }

  /** Acknowledged ids that are not stored. */
  async lost(): Promise<number[]> {
    const rows = await query<{ id: string }>(this.url, `SELECT id FROM ${this.table}`);
    const stored = new Set(rows.map(({ id }) => Number(id)));
    return this.acknowledged.filter((id) => !stored.has(id));
  }

  private async run(): Promise<void> {
    for (let id = 1; !this.stopped; id++) {
      try {
        this.client ??= await connect(this.url);
        await this.client.query(`INSERT INTO ${this.table} VALUES ($1)`, [id]);
        this.acknowledged.push(id);
        this.times.push(Date.now());
      } catch {
        this.failures++;
        const broken = this.client;
        this.client = undefined;
        void broken?.end().catch(() => undefined);
        await pause(50);
      }
      await pause(10);
    }
    this.times.push(Date.now());
    await this.client?.end().catch(() => undefined);
  }
}

/** Writes during an action, and stops however the action ends. */
export async function writingDuring<T>(
  url: string,
  table: string,
  action: () => Promise<T>,
): Promise<{ result: T; report: WriteReport; lost: number[] }> {
  const writer = await new Writer(url, table).start();
  let result: T;
  let report: WriteReport;
  try {
    result = await action();
  } finally {
    report = await writer.stop();
  }
  return { result, report, lost: await writer.lost() };
}

/** Opens a connection that times out soon. Its later errors only show in the next query. */
export async function connect(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 3000,
    query_timeout: 5000,
  });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** Runs one query on a separate connection and returns the rows. */
export async function query<Row>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = await connect(url);
  try {
    return (await client.query(sql, values)).rows as Row[];
  } finally {
    await client.end();
  }
}

/**
 * Retries until it succeeds.
 * @throws the last error after the timeout
 */
export async function eventually<T>(seconds: number, attempt: () => Promise<T>): Promise<T> {
  let last!: Promise<T>;
  const works = () => {
    last = Promise.resolve().then(attempt);
    return last.then(
      () => true,
      () => false,
    );
  };
  await until(seconds, works, 100);
  return last;
}
