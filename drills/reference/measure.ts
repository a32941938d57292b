import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { eventually } from "../../lab/writer";
import { connectToPrimary } from "./connectToPrimary";
import type { PgAutoFailover } from "./pgAutoFailover";

/** What clients saw from a fault on. */
export interface ProbeFinding {
  /** Longest time between two acknowledged writes, whoever wrote, in milliseconds. */
  longestGapMilliseconds: number;
  acknowledged: number;
  /** Acknowledged writes that are not there at the end. */
  lost: number;
}

/** Clients that write while a fault goes on. */
export interface Probe {
  /** Called right before the fault: gaps count from here on. */
  mark(): void;
  /** Ends the writing and reads what is there. */
  stop(): Promise<ProbeFinding>;
}

/** What the primary suffers: its PostgreSQL is killed, or its whole machine, which comes back later. */
export type ReferenceFault = "postgres" | "node";

/** One repeat. */
export interface ReferenceResult extends ProbeFinding {
  /** Whether another node leads afterwards. */
  failedOver: boolean;
  /**
   * Until all nodes stream again, in milliseconds: from the fault, or from the moment at which the dead machine
   * was started again.
   */
  wholeAfterMilliseconds: number;
}

/**
 * Does the same to the primary of a running reference several times, under clients' writes. A dead machine comes
 * back five seconds after writes go on; the next repeat begins when all nodes stream again.
 *
 * @param times repeats
 * @param start begins to write on connections to whichever node is the primary
 * @param seen gets each repeat's result as it comes
 * @throws {Error} if writes do not go on within three minutes, or the cluster is not whole after ten
 */
export async function measureReference(
  cluster: PgAutoFailover,
  fault: ReferenceFault,
  times: number,
  start: (connect: () => Promise<Client>) => Promise<Probe>,
  seen: (result: ReferenceResult) => void = () => undefined,
): Promise<ReferenceResult[]> {
  const results: ReferenceResult[] = [];
  for (let repeat = 1; repeat <= times; repeat++) {
    await cluster.untilWhole(600);
    results.push(await suffer(cluster, fault, start));
    results.slice(-1).forEach(seen);
  }
  return results;
}

async function suffer(
  cluster: PgAutoFailover,
  fault: ReferenceFault,
  start: (connect: () => Promise<Client>) => Promise<Probe>,
): Promise<ReferenceResult> {
  const victim = await cluster.primary();
  const probe = await start(() => connectToPrimary(cluster.memberUrls()));
  let wholeAfterMilliseconds: number;
  let finding: ProbeFinding;
  try {
    // So that the fault hits writers that have long been writing, at any moment of the checks' period.
    await pause(3000 + Math.random() * 5000);
    probe.mark();
    let from = Date.now();
    await (fault === "node" ? cluster.killNode(victim) : cluster.killPostgres(victim));
    await eventually(180, () => write(cluster));
    if (fault === "node") {
      await pause(5000);
      from = Date.now();
      await cluster.restore(victim);
    }
    await cluster.untilWhole(600);
    wholeAfterMilliseconds = Date.now() - from;
    await pause(2000);
  } finally {
    finding = await probe.stop();
  }
  return { ...finding, failedOver: (await cluster.primary()) !== victim, wholeAfterMilliseconds };
}

/** A transaction that is committed where the primary's standbys have to be there for it. */
async function write(cluster: PgAutoFailover): Promise<void> {
  const client = await connectToPrimary(cluster.memberUrls());
  try {
    await client.query("CREATE TABLE IF NOT EXISTS written (at timestamptz)");
    await client.query("INSERT INTO written VALUES (now())");
  } finally {
    void client.end().catch(() => undefined);
  }
}
