import { presentRoles } from "../configs/access/model";
import type { Founding } from "../configs/patroni/founding";
import type { Trust } from "../configs/tls/trust";
import { ports } from "../configs/cluster/ports";
import type { Settings } from "../configs/settings/schema";
import type { RunningCluster } from "./platform";

/**
 * A shell command that asks the member in whose container, or on whose host, it runs. Its certificate is not checked:
 * it may have ended, which an update is to mend. Without encryption runs what an earlier version of this program has
 * founded.
 */
export const askMember = (what: string): string => {
  const get = (scheme: string) => `curl -skm 2 ${scheme}://localhost:${ports.patroni}/${what}`;
  return `${get("https")} || ${get("http")}`;
};

/** What a member is asked, in the order in which {@link runningCluster} takes the answers. */
export const questions = ["config", "cluster", "patroni"] as const;

const leads = /^(standby_)?leader$/;

/** How long a lease lasts that the dynamic configuration says nothing of, as Patroni has it. In seconds. */
const defaultTtl = 30;

/**
 * What Patroni's REST API says of a cluster; undefined if it says nothing of use. A member whose etcd is out of reach goes on
 * telling what it knew last: after the time of a lease nobody is known to lead.
 * @param answers to {@link questions}
 * @param now the clock of the one who answers, in seconds since 1970
 */
export function runningCluster(answers: string[], now: number): RunningCluster | undefined {
  const [config = "", cluster = "", own = ""] = answers;
  try {
    const dynamicConfig = JSON.parse(config) as {
      ttl?: number;
      hapg?: { founding?: Founding; trust?: Trust; trust_begun?: Trust };
    };
    const { members } = JSON.parse(cluster) as {
      members: { name: string; role: string; state: string; pending_restart?: boolean }[];
    };
    const waiting = members.filter(({ pending_restart: pending }) => pending === true);
    const { founding, trust, trust_begun: begun } = dynamicConfig.hapg ?? {};
    const noted = [trust, begun].filter((one) => one !== undefined);
    const { dcs_last_seen: seen } = JSON.parse(own === "" ? "{}" : own) as {
      dcs_last_seen?: number;
    };
    const isStale = seen !== undefined && now - seen > (dynamicConfig.ttl ?? defaultTtl);
    const leader = members.find(({ role, state }) => leads.test(role) && state === "running");
    return {
      leader: isStale ? undefined : leader?.name,
      dynamicConfig,
      founding,
      trust: noted,
      pendingRestart: waiting.map(({ name }) => name),
    };
  } catch {
    // Not founded yet, or on its way up or down: nothing to compare with.
    return undefined;
  }
}

/**
 * Why a running cluster is not to be updated now; undefined if nothing is in the way. While it is
 * paused nobody takes over from a leader that an update restarts.
 */
export const whyPaused = (running: RunningCluster | undefined): string | undefined =>
  running?.dynamicConfig.pause === true
    ? "The cluster is paused: nobody takes over from a member that restarts. Resume it with " +
      "`hapg resume` and run the update again; nothing was changed."
    : undefined;

/** Whose login an update would end, in words; undefined if nobody's. The last update has noted who may log in. */
export function endingLogins(
  settings: Pick<Settings, "roles">,
  running: RunningCluster | undefined,
): string | undefined {
  const { logins = [] } = (running?.dynamicConfig.hapg ?? {}) as { logins?: string[] };
  const present = new Set(presentRoles(settings).map(({ name }) => name));
  const ending = logins.filter((name) => !present.has(name));
  if (ending.length === 0) return undefined;
  return (
    `The update ends the login and the sessions of ${ending.join(", ")}: not in \`roles\` any more. ` +
    "Keep a role there if its clients are to go on."
  );
}
