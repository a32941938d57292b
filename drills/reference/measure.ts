import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { eventually } from "../../lab/writer";
import { connectToPrimary } from "./connectToPrimary";
import type { PgAutoFailover } from "./pgAutoFailover";

/** Clients' view from a fault on. */
export interface ProbeFinding {
  /** Longest time between two acknowledged writes of any client, in milliseconds. */
  longestGapMilliseconds: number;
  acknowledged: number;
  /** Acknowledged writes that are not stored at the end. */
  lost: number;
}

/** Clients that write during a fault. */
export interface Probe {
  /** Called right before the fault: gaps count from here on. */
  mark(): void;
  /** Stops the writing and reads the stored rows. */
  stop(): Promise<ProbeFinding>;
}

/**
 * The fault of the primary: its PostgreSQL is killed, or its whole machine, which returns later.
 */
export type ReferenceFault = "postgres" | "node";

/** One repeat. */
export interface ReferenceResult extends ProbeFinding {
  /** Whether another node leads afterwards. */
  failedOver: boolean;
  /**
   * Until all nodes stream again, in milliseconds: from the fault, or from the moment at which the
   * dead machine was started again.
   */
  healthyAfterMilliseconds: number;
}

/**
 * Repeats the same fault on the primary of a running reference cluster, while clients write. A dead
 * machine returns five seconds after the recovery of writes; the next repeat starts when all nodes
 * stream again.
 *
 * @param times repeats
 * @param start connects to the current primary and starts to write
 * @param seen is called with each repeat's result
 * @throws {Error} if writes do not recover within three minutes, or the cluster is not healthy
 * after ten
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
    await cluster.untilHealthy(600);
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
  let healthyAfterMilliseconds: number;
  let finding: ProbeFinding;
  try {
    // So that the fault hits long-running writers at a random moment of the checks' period.
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
    await cluster.untilHealthy(600);
    healthyAfterMilliseconds = Date.now() - from;
    await pause(2000);
  } finally {
    finding = await probe.stop();
  }
  return { ...finding, failedOver: (await cluster.primary()) !== victim, healthyAfterMilliseconds };
}

/** A transaction whose commit needs the standbys that the primary waits for. */
async function write(cluster: PgAutoFailover): Promise<void> {
  const client = await connectToPrimary(cluster.memberUrls());
  try {
    await client.query("CREATE TABLE IF NOT EXISTS written (at timestamptz)");
    await client.query("INSERT INTO written VALUES (now())");
  } finally {
    void client.end().catch(() => undefined);
  }
}
