/** The connection strings through HAProxy and PgBouncer, by name. */
export const clientEndpoints = ["write", "read", "pooledWrite", "pooledRead"] as const;
