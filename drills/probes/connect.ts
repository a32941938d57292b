import { Client } from "pg";

/** Opens a connection. */
export type Connect = () => Promise<Client>;

/** How a connection is opened. */
export interface ConnectOptions {
  /** The CAs to trust, as PEM. */
  ca: string;
  /** Replaces that of the connection string. */
  database: string;
  /** Timeout of a query, in milliseconds; left out: none. */
  queryTimeout?: number;
}

/** Timeout of a host, in milliseconds. */
const connectTimeout = 2000;

/**
 * Connects with a connection string of the stack's outputs: to the first of its hosts that answers,
 * as libpq does. The server's certificate is verified.
 */
export function connector(url: string, options: ConnectOptions): Connect {
  const [, user = "", password = "", hosts = ""] =
    /^postgresql:\/\/([^:]*):([^@]*)@([^/]*)\//.exec(url) ?? [];
  const addresses = hosts.split(",").map((host) => host.split(":"));
  return async () => {
    let reason: unknown;
    for (const [host = "", port] of addresses) {
      const client = new Client({
        host,
        port: Number(port),
        user: decodeURIComponent(user),
        password: decodeURIComponent(password),
        database: options.database,
        application_name: "hapg-drill",
        ssl: { ca: options.ca },
        connectionTimeoutMillis: connectTimeout,
        ...(options.queryTimeout === undefined ? {} : { query_timeout: options.queryTimeout }),
      });
      // Errors show in the next query.
      client.on("error", () => undefined);
      try {
        await client.connect();
        return client;
      } catch (error) {
        reason = error;
        abandon(client);
      }
    }
    throw reason;
  };
}

/** Closes a connection immediately: its peer may have vanished. */
export function abandon(client: Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}
