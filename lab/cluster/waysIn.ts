/** The connection strings through HAProxy and PgBouncer, by name. */
export const waysIn = ["write", "read", "pooledWrite", "pooledRead"] as const;
