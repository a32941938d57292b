import { paths } from "../cluster/paths";
import type { Settings } from "../settings/schema";
import { type Endpoint } from "../cluster/topology";
import { ports } from "../cluster/ports";

/** Whether Patroni lets a member lead, by its tags. */
export function mayLead({ postgres }: Settings, member: string): boolean {
  const { nofailover, failoverPriority } = postgres.tags[member] ?? {};
  return nofailover !== true && failoverPriority !== 0;
}

/**
 * The member that founds the cluster: the first that may lead.
 * @throws {Error} if none may; the rules of the settings prevent that
 */
export function founderOf(settings: Settings, members: Endpoint[]): string {
  const founder = members.find(({ name }) => mayLead(settings, name));
  if (founder === undefined) throw new Error("no member may lead");
  return founder.name;
}

/**
 * The input of `cold_start.py` from the stack file: start.json. The script reads it again in each
 * round.
 */
export function renderStart(settings: Settings, members: Endpoint[]): string {
  const { waitSeconds, whenDataIsMissing, lead } = settings.patroni.coldStart;
  const byName = Object.fromEntries(
    members.map(({ name, address }) => [
      name,
      { mayLead: mayLead(settings, name), url: `https://${address}:${ports.patroni}` },
    ]),
  );
  const plan = { members: byName, waitSeconds, whenDataIsMissing, lead: lead ?? null };
  return `${JSON.stringify(plan, null, 2)}\n`;
}

/**
 * Files in the members' data directory for the state of a founding; `founding.py` has the same
 * names.
 */
export const foundingFiles = {
  /** An update's permission to found a cluster. The founding removes it. */
  permission: `${paths.postgresData}/founding-permitted`,
  /** Exists until PostgreSQL has been set up. */
  begun: `${paths.postgresData}/founding`,
} as const;
