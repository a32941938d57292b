import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import pg from "pg";
import { from } from "pg-copy-streams";
import { expect, fails, main, pause, routes, url } from "./exercise.mjs";
import { inTransaction, poolOf } from "./node-pg-snippet.mjs";

async function withClient(route, work) {
  const pool = poolOf(url(route));
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
    await pool.end();
  }
}

async function open() {
  for (const route of routes)
    await withClient(route, async (client) => {
      const { rows } = await client.query("SELECT pg_is_in_recovery() AS standby");
      expect([route, rows[0].standby], [route, route.includes("READ")]);
    });
}

async function prepare() {
  for (const route of ["WRITE", "POOLED_WRITE"]) {
    const pool = poolOf(url(route));
    const add = async (client, number) => {
      const query = { name: "add", text: "SELECT $1::int + 1 AS sum", values: [number] };
      expect((await client.query(query)).rows[0].sum, number + 1);
    };
    const [one, other] = [await pool.connect(), await pool.connect()];
    for (let number = 0; number < 20; number++)
      await Promise.all([add(one, number), add(other, number)]);
    one.release();
    other.release();
    await pool.end();
  }
}

const copy = () =>
  withClient("POOLED_WRITE", async (client) => {
    await client.query("BEGIN");
    await client.query("CREATE TEMP TABLE copied (n int) ON COMMIT DROP");
    const lines = Array.from({ length: 1000 }, (_, n) => `${n}\n`);
    await pipeline(Readable.from(lines), client.query(from("COPY copied FROM STDIN")));
    const { rows } = await client.query("SELECT sum(n)::int FROM copied");
    expect(rows[0].sum, 499500);
    await client.query("COMMIT");
  });

const notify = () =>
  withClient("WRITE", async (client) => {
    const arrived = new Promise((resolve) => client.once("notification", resolve));
    await client.query("LISTEN node_pg");
    await withClient("POOLED_WRITE", (other) => other.query("NOTIFY node_pg, 'hello'"));
    const { payload } = await Promise.race([arrived, pause(5000).then(() => ({}))]);
    expect(payload, "hello");
  });

async function cancel() {
  for (const route of ["WRITE", "POOLED_WRITE"])
    await withClient(route, async (client) => {
      // node-pg has no function for it that uses TLS: another session asks for it.
      await client.query("BEGIN");
      const pid = (await client.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
      const sleeping = fails(() => client.query("SELECT pg_sleep(30)"), /cancel/);
      await pause(300);
      await withClient("WRITE", (other) => other.query("SELECT pg_cancel_backend($1)", [pid]));
      await sleeping;
      await client.query("ROLLBACK");
    });
}

/** Each holds its connection for a moment. All are let in, by the pool and by HAProxy's queue. */
async function many() {
  for (const route of ["POOLED_WRITE", "WRITE"]) {
    const one = async () => {
      const client = new pg.Client({ connectionString: url(route) });
      await client.connect();
      await client.query("SELECT pg_sleep(0.2)");
      await client.end();
    };
    await Promise.all(Array.from({ length: 200 }, one));
  }
}

await main(
  {
    open,
    verify: () =>
      fails(() => withClient("WRONG_CA", (client) => client.query("SELECT 1")), /certificate/),
    prepare,
    copy,
    notify,
    cancel,
    many,
  },
  (target, table) => {
    const pool = poolOf(target);
    const text = `INSERT INTO ${table} VALUES ($1) ON CONFLICT DO NOTHING`;
    return (number) => inTransaction(pool, (client) => client.query(text, [number]));
  },
);
