import type { Reach } from "../../platforms/reach";
import { onMember } from "../memberSql";
import { until } from "../until";
import { type Choice, Refusal } from "./choice";

/** A standby that has less than this to replay has done so before the leader has stopped, in bytes. */
const littleWal = 1024 * 1024;

/** How long the standby may take to get there, in seconds. */
const catchUpSeconds = 8;

/**
 * Has the leader write a checkpoint, so that the one that it writes when it stops is short, and waits until the member
 * that takes over has replayed nearly everything.
 * @throws {Refusal} if it does not get there within eight seconds
 */
export async function readyToHandOver(reach: Reach, { from, to }: Choice): Promise<void> {
  await askLeader(reach, from, "CHECKPOINT");
  const lag = `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint FROM pg_stat_replication WHERE application_name = '${to}'`;
  let seen = "";
  const isNear = async () => {
    seen = await askLeader(reach, from, lag);
    return seen !== "" && Number(seen) < littleWal;
  };
  if (await until(catchUpSeconds, isNear, 250)) return;
  throw new Refusal(
    seen === ""
      ? `${to} does not stream from ${from}`
      : `${to} lags ${seen} bytes and does not catch up`,
  );
}

async function askLeader(reach: Reach, leader: string, sql: string): Promise<string> {
  try {
    return await onMember(reach, leader, sql);
  } catch (error) {
    throw new Refusal((error as Error).message);
  }
}
