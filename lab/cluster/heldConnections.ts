import { Client } from "pg";
import { connect, eventually, query } from "../writer";

/** Connections that are opened once and stay open, whatever happens to the cluster. */
export class HeldConnections {
  private constructor(private readonly clients: Client[]) {}

  /** Opens connections and writes once on each. */
  static async open(url: string, count: number): Promise<HeldConnections> {
    await query(url, "CREATE TABLE IF NOT EXISTS held (id int)");
    const clients = await Promise.all(Array.from({ length: count }, () => connect(url)));
    for (const client of clients) await client.query("INSERT INTO held VALUES (1)");
    return new HeldConnections(clients);
  }

  /**
   * Waits until each of the same connections has written again, and closes them.
   * @throws the last error of one that has not in time
   */
  async writeAgain(seconds: number): Promise<void> {
    try {
      await Promise.all(
        this.clients.map((client) =>
          eventually(seconds, () => client.query("INSERT INTO held VALUES (2)")),
        ),
      );
    } finally {
      // A connection to a vanished peer would not end for minutes.
      for (const client of this.clients) void client.end().catch(() => undefined);
    }
  }
}
