import { Client } from "pg";

/**
 * Connects as libpq does to several hosts with `target_session_attrs=read-write`: tries one after
 * the other, in their order, and takes the first that accepts writes. node-postgres knows one host
 * only.
 *
 * A server accepts writes if `transaction_read_only` is off. `pg_is_in_recovery()` would not do: a
 * standby of pg_auto_failover that has been promoted waits in `default_transaction_read_only` until
 * its former primary must have stopped.
 *
 * @param urls one URL per host, understood as libpq does: `sslmode=require` encrypts and verifies
 * nothing
 * @param connectSeconds after which a host that does not answer is passed over, like libpq's
 * `connect_timeout`; 3 by default, libpq itself waits for ever
 * @returns a connection whose later errors show in the next query only, and whose queries give up
 * after five seconds
 * @throws {Error} with what each host answered if none accepts writes
 */
export async function connectToPrimary(urls: string[], connectSeconds = 3): Promise<Client> {
  const answers: string[] = [];
  for (const url of urls) {
    try {
      return await connectToWritable(url, connectSeconds);
    } catch (error) {
      answers.push(`${new URL(url).host}: ${String(error)}`);
    }
  }
  throw new Error(`No server accepts writes: ${answers.join("; ")}`);
}

async function connectToWritable(url: string, connectSeconds: number): Promise<Client> {
  const understood = new URL(url);
  understood.searchParams.set("uselibpqcompat", "true");
  const client = new Client({
    connectionString: understood.href,
    connectionTimeoutMillis: connectSeconds * 1000,
    query_timeout: 5000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ transaction_read_only: string }>(
      "SHOW transaction_read_only",
    );
    if (rows[0]?.transaction_read_only !== "off") throw new Error("is read-only");
    return client;
  } catch (error) {
    // Not waited for: a host that has died does not answer.
    void client.end().catch(() => undefined);
    throw error;
  }
}
