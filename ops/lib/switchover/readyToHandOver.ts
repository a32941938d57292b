import { paths } from "../../../configs/paths";
import type { Reach } from "../../../platforms/reach";
import { type Choice, Refusal } from "./choice";

/** A standby that has less than this to replay has done so before the leader has stopped, in bytes. */
const littleWal = 1024 * 1024;

const tries = 20;

/**
 * Has the leader write a checkpoint, so that the one that it writes when it stops is short, and waits until the member
 * that takes over has replayed nearly everything.
 * @throws {Refusal} if it does not get there within some seconds
 */
export async function readyToHandOver(reach: Reach, { from, to }: Choice): Promise<void> {
  await askLeader(reach, from, "CHECKPOINT");
  const lag = `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint FROM pg_stat_replication WHERE application_name = '${to}'`;
  let seen = "";
  for (let i = 0; i < tries; i++) {
    seen = await askLeader(reach, from, lag);
    if (seen !== "" && Number(seen) < littleWal) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Refusal(
    seen === ""
      ? `${to} does not stream from ${from}`
      : `${to} lags ${seen} bytes and does not catch up`,
  );
}

async function askLeader(reach: Reach, leader: string, sql: string): Promise<string> {
  const words = ["psql", "-XqAtw", "-h", paths.pgSocket, "-U", "postgres", "-c", sql, "postgres"];
  const { status, output } = await reach.execute(leader, words);
  if (status !== 0) throw new Refusal(`${leader}: ${output.trim()}`);
  return output.trim();
}
