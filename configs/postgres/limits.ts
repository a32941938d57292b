/**
 * Ages of the oldest transaction or multixact ID at which vacuum is late, and at which it must be
 * helped: PostgreSQL refuses writes after 2^31 of them, and autovacuum freezes long before.
 */
export const oldAge = { warning: 1_000_000_000, critical: 1_600_000_000 } as const;

/** Share of its limit from which a slot holds back much WAL. */
export const slotShare = 0.5;

/** WAL from which a slot without a limit holds back much, in bytes. */
export const slotBytes = 1024 ** 3;

/** Free shares of a disk below which it is nearly full, and almost full. */
export const freeShare = { warning: 0.15, critical: 0.05 } as const;
