import type { Reach } from "../../platforms/reach";
import { onMember } from "../memberSql";
import { until } from "../until";
import { type Choice, Refusal } from "./choice";

/**
 * With less than this left, in bytes, a standby finishes its replay before the leader has stopped.
 */
const littleWal = 1024 * 1024;

/** How long the standby may take for that, in seconds. */
const catchUpSeconds = 8;

/**
 * Makes the leader write a checkpoint, which shortens its shutdown checkpoint, and waits until the
 * new primary has replayed nearly all WAL.
 * @throws {Refusal} if that takes longer than eight seconds
 */
export async function readyToHandOver(reach: Reach, { from, to }: Choice): Promise<void> {
  await askLeader(reach, from, "CHECKPOINT");
  const lag =
    "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint FROM pg_stat_replication " +
    `WHERE application_name = '${to}'`;
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
