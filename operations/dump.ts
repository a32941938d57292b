import type { Writable } from "node:stream";
import { paths } from "../configs/cluster/paths";
import type { Settings } from "../configs/settings/schema";
import type { Reach } from "../platforms/reach";
import { dumpProgram } from "../programs/programs";
import { isPrimary } from "./look/symptoms";
import type { Look } from "./look/look";
import { transfer, type Transferred, type TransferStep } from "./transfer";

/** Options of a dump. */
export interface DumpArgs {
  member: string;
  database: string;
  /** Number of tables to dump in parallel. */
  jobs: number;
  /** Receives a tar archive: `manifest.json` and `dump/`, in pg_dump's directory format. */
  output: Writable;
  onStep: (step: TransferStep) => void;
  /** Aborts the dump. */
  signal: AbortSignal;
}

/** Dumps a database with the pg_dump of a member, which needs disk space for the dump. */
export async function dump(
  reach: Pick<Reach, "attached">,
  settings: Settings,
  { member, database, jobs, ...others }: DumpArgs,
): Promise<Transferred> {
  const words = [database, String(jobs), ...placesOf(settings)];
  try {
    return await transfer(reach, { member, program: dumpProgram, words, ...others });
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes("conflict with recovery")) throw error;
    throw new Error(
      `${error.message}. The standby replayed a change that the dump could not coexist with. Set the ` +
        "parameter hot_standby_feedback to on in the stack file, or dump the primary with --member.",
    );
  }
}

/** Paths of PostgreSQL and of a directory with free space, for the programs of a transfer. */
export const placesOf = ({ postgres }: Settings): string[] => [
  paths.pgSocket,
  paths.pgBin(postgres.version),
  paths.postgresData,
];

/**
 * The member to dump: the standby that streams with the least lag.
 * @returns the primary if no standby streams; undefined if none answers either
 */
export function memberToDump({ members }: Pick<Look, "members">): string | undefined {
  const primary = members.find(isPrimary);
  const senders = primary?.facts?.database.value?.senders ?? [];
  const lagOf = (name: string) =>
    senders.find((sender) => sender.name === name)?.replayLagBytes ?? Infinity;
  const standbys = members.filter(
    ({ facts }) =>
      facts?.database.value?.inRecovery === true &&
      facts.patroni.value?.replication_state === "streaming",
  );
  const [best] = standbys.toSorted((a, b) => lagOf(a.name) - lagOf(b.name) || 0);
  return (best ?? primary)?.name;
}
