import type { Settings } from "../../configs/settings/schema";
import type { Look, Seen } from "./look";
import type { DatabaseFacts, MemberFacts } from "./memberFacts";

/** Whether Patroni reports that the member is a running primary. */
export const isPrimary = ({ facts }: Seen<MemberFacts>): boolean => {
  const patroni = facts?.patroni.value;
  return (
    patroni !== undefined && /^(primary|master)$/.test(patroni.role) && patroni.state === "running"
  );
};

/** Whether the member is the primary or streams from it, or there is no primary. */
export function isStreaming(member: Seen<MemberFacts>, { members }: Look): boolean {
  const primary = members.find(isPrimary);
  if (primary === undefined || primary === member) return true;
  const senders = primary.facts?.database.value?.senders ?? [];
  return senders.some(({ name, state }) => name === member.name && state === "streaming");
}

/** Whether Patroni runs and has had no contact with etcd for more than one loop. */
export function isCutFromEtcd({ facts }: Seen<MemberFacts>, { patroni }: Settings): boolean {
  const own = facts?.patroni.value;
  const now = facts?.now.value;
  if (own === undefined || now === undefined) return false;
  // Patroni retries a failed request for this long before it gives up the loop.
  const longest = patroni.loopWaitSeconds + patroni.retryTimeoutSeconds;
  return own.dcs_last_seen !== undefined && now - own.dcs_last_seen > longest;
}

/** Whether the last attempt to archive WAL failed. */
export const isArchiveFailing = ({ archiver }: DatabaseFacts): boolean =>
  archiver.mode !== "off" &&
  archiver.lastFailed !== null &&
  archiver.lastFailed > (archiver.lastArchived ?? 0);
