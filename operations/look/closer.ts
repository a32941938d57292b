import { setMaxListeners } from "node:events";
import { paths } from "../../configs/cluster/paths";
import { patroniPrefix } from "../../configs/etcd/access";
import type { Settings } from "../../configs/settings/schema";
import type { Reach } from "../../platforms/reach";
import { type LogLine, readLogs } from "../logs";
import type { Part } from "./facts";
import { type Look, lookAt, type Seen, stopped } from "./look";
import { isArchiveFailing, isCutFromEtcd, isPrimary, isStreaming } from "./symptoms";

/** How long the logs and etcd's key may take, in seconds. */
const patienceSeconds = 1;

/** Number of log lines to read. They are used only if they match a symptom. */
const lines = 300;

/**
 * Inspects every service, and the logs of those with a symptom. For a healthy cluster this takes no
 * longer than {@link lookAt}; with a symptom up to {@link patienceSeconds} more.
 */
export async function lookCloser(settings: Settings, reach: Reach): Promise<Look> {
  const look = await lookAt(settings, reach);
  const signal = AbortSignal.timeout(patienceSeconds * 1000);
  // One aborts each log.
  setMaxListeners(0, signal);
  const [logs, founded] = await Promise.all([
    logsOf(withSymptoms(look, settings), settings, reach, signal),
    look.members.some(isPrimary) ? undefined : foundedIn(look, settings, reach, signal),
  ]);
  return { ...look, logs, ...(founded === undefined ? {} : { founded }) };
}

/** Names of the services whose logs may explain a symptom. */
function withSymptoms(look: Look, settings: Settings): string[] {
  // A host that does not answer cannot send its log. A stopped service still has its log.
  const isSilent = ({ facts, silence }: Seen<unknown>) =>
    facts === undefined && (settings.platform === "docker" || silence === stopped);
  const some = <Facts>(services: Seen<Facts>[], isIll: (facts: Facts) => boolean) =>
    services
      .filter((one) => isSilent(one) || (one.facts !== undefined && isIll(one.facts)))
      .map(({ name }) => name);
  return [
    ...look.members
      .filter(
        (member) =>
          isSilent(member) ||
          (member.facts !== undefined &&
            (member.facts.database.value === undefined ||
              member.facts.patroni.value === undefined ||
              !isStreaming(member, look) ||
              isCutFromEtcd(member, settings) ||
              isArchiveFailing(member.facts.database.value))),
      )
      .map(({ name }) => name),
    ...some(look.etcd, ({ health }) => health.value === undefined),
    ...some(look.routers, ({ servers }) => servers.value === undefined),
    ...some(look.pools, ({ pools }) => pools.value === undefined),
  ];
}

async function logsOf(
  services: string[],
  settings: Settings,
  reach: Reach,
  signal: AbortSignal,
): Promise<Record<string, LogLine[]>> {
  const found: Record<string, LogLine[]> = {};
  // An unreadable log is not a problem of the cluster, only a missing explanation.
  await readLogs(reach, settings, {
    ...{ services, follow: false, since: "24h", lines, signal, problem: () => undefined },
    show: (line) => (found[line.service] ??= []).push(line),
  });
  return found;
}

/** The value of Patroni's key `initialize`; undefined if no etcd member can answer. */
async function foundedIn(
  { etcd }: Look,
  { clusterName, patroni: { namespace } }: Settings,
  reach: Reach,
  signal: AbortSignal,
): Promise<Part<string | null> | undefined> {
  const asked = etcd.find(({ facts }) => facts?.health.value === true);
  if (asked === undefined) return undefined;
  const key = `${patroniPrefix({ namespace, clusterName })}initialize`;
  const words = [paths.etcdCtl, "--command-timeout", "1s", "get", "--print-value-only", key];
  try {
    const { status, output } = await reach.execute(asked.name, words, "", signal);
    return status === 0 ? { value: output.trim() || null } : { problem: output.trim() };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
