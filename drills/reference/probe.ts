import type { Client } from "pg";
import { outage } from "../findings";
import { type Answers, StatementLoop } from "../probes/clients";
import type { Probe, ProbeFinding } from "./measure";

const writers = 4;

/** The drills' writers on a cluster without a proxy: they find the primary themselves. */
export class ReferenceProbe implements Probe {
  private readonly answers: Answers = { times: [], failures: [] };
  private readonly acknowledged: string[] = [];
  private readonly loops: StatementLoop[];
  private fault = Date.now();

  private constructor(
    private readonly connect: () => Promise<Client>,
    private readonly table: string,
  ) {
    this.loops = Array.from({ length: writers }, (_, writer) => {
      let sequence = 0;
      return new StatementLoop(connect, this.answers, async (client) => {
        const id = `${writer}-${++sequence}`;
        await client.query(`INSERT INTO ${table} VALUES ($1)`, [id]);
        this.acknowledged.push(id);
      });
    });
  }

  /** Starts to write into a separate table. */
  static async start(connect: () => Promise<Client>): Promise<ReferenceProbe> {
    const table = `writes_${Date.now()}`;
    const client = await connect();
    await client.query(`CREATE TABLE ${table} (id text NOT NULL)`);
    await client.end();
    return new ReferenceProbe(connect, table);
  }

  mark(): void {
    this.fault = Date.now();
  }

  async stop(): Promise<ProbeFinding> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    const client = await this.connect();
    const { rows } = await client.query<{ id: string }>(`SELECT id FROM ${this.table}`);
    await client.end();
    const stored = new Set(rows.map(({ id }) => id));
    return {
      longestGapMilliseconds: outage(this.answers, this.fault, Date.now()).longest,
      acknowledged: this.acknowledged.length,
      lost: this.acknowledged.filter((id) => !stored.has(id)).length,
    };
  }
}
