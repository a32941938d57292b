import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { expect, fails, main, pause, routes, url } from "./exercise.mjs";
import { inTransaction, open as openPool } from "./postgres-js-snippet.mjs";

async function withSql(route, work) {
  const sql = openPool(url(route));
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function open() {
  for (const route of routes)
    await withSql(route, async (sql) => {
      const [{ standby }] = await sql`SELECT pg_is_in_recovery() AS standby`;
      expect([route, standby], [route, route.includes("READ")]);
    });
}

async function prepare() {
  for (const route of ["WRITE", "POOLED_WRITE"])
    await withSql(route, async (sql) => {
      const add = async (number) => {
        const [{ sum }] = await sql`SELECT ${number}::int + 1 AS sum`;
        expect(sum, number + 1);
      };
      for (let number = 0; number < 20; number++) await Promise.all([add(number), add(number)]);
    });
}

const copy = () =>
  withSql("POOLED_WRITE", (sql) =>
    sql.begin(async (one) => {
      await one`CREATE TEMP TABLE copied (n int) ON COMMIT DROP`;
      const lines = Array.from({ length: 1000 }, (_, n) => `${n}\n`);
      await pipeline(Readable.from(lines), await one`COPY copied FROM STDIN`.writable());
      const [{ sum }] = await one`SELECT sum(n)::int FROM copied`;
      expect(sum, 499500);
    }),
  );

const notify = () =>
  withSql("WRITE", async (sql) => {
    let arrived;
    const payload = new Promise((resolve) => (arrived = resolve));
    await sql.listen("postgres_js", arrived);
    await withSql("POOLED_WRITE", (other) => other`SELECT pg_notify('postgres_js', 'hello')`);
    expect(await Promise.race([payload, pause(5000)]), "hello");
  });

async function cancel() {
  for (const route of ["WRITE", "POOLED_WRITE"])
    await withSql(route, async (sql) => {
      // Its cancel request is not encrypted, so another session asks.
      await sql
        .begin(async (one) => {
          const [{ pid }] = await one`SELECT pg_backend_pid() AS pid`;
          const sleeping = fails(() => one`SELECT pg_sleep(30)`.execute(), /cancel/);
          await pause(300);
          await withSql("WRITE", (other) => other`SELECT pg_cancel_backend(${pid})`);
          await sleeping;
        })
        .catch(() => undefined);
    });
}

const many = async () => {
  const all = Array.from({ length: 20 }, () => openPool(url("POOLED_WRITE")));
  await Promise.all(
    all.flatMap((sql) => Array.from({ length: 10 }, () => sql`SELECT pg_sleep(0.1)`)),
  );
  await Promise.all(all.map((sql) => sql.end({ timeout: 1 })));
};

await main(
  {
    open,
    verify: () => fails(() => withSql("WRONG_CA", (sql) => sql`SELECT 1`), /certificate/),
    prepare,
    copy,
    notify,
    cancel,
    many,
  },
  (target, table) => {
    const sql = openPool(target);
    return (number) =>
      inTransaction(
        sql,
        (one) => one`INSERT INTO ${one(table)} VALUES (${number}) ON CONFLICT DO NOTHING`,
      );
  },
);
