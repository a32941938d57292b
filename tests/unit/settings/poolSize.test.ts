import assert from "node:assert/strict";
import { settingsOf } from "../../support/models";

/** So many databases, each with an owner and two more logins in its pools. */
const databases = (count: number) => ({
  roles: { app: {}, reader: {}, writer: {} },
  databases: Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `db${i}`,
      { owner: "app", readers: ["reader"], writers: ["writer"] },
    ]),
  ),
  ...(count > 1 ? { defaultDatabase: "db0" } : {}),
});
const sizeOf = (input: Record<string, unknown>) => settingsOf(input).pgbouncer.poolSize;
// 1 GiB of memory gives 128 connections, of which 10 are the cluster's own.
const memory = { postgres: { memoryMegabytes: 1024 } };

describe("the size of pools that the stack file does not set", () => {
  it("is 20 where all pools fit", () => {
    assert.equal(sizeOf({ ...memory, ...databases(1) }), 20);
  });

  it("is the largest that fits with the reserve of each pool", () => {
    assert.equal(sizeOf({ ...memory, ...databases(2) }), Math.floor(118 / 6) - 5);
    assert.equal(sizeOf({ postgres: { parameters: { max_connections: 30 } } }), 15);
  });

  it("is refused where not even one connection each fits", () => {
    assert.throws(() => sizeOf({ ...memory, ...databases(7) }), /must be at least 136: /);
  });
});
