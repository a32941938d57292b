import type { Founding } from "../configs/founding";
import type { RunningCluster } from "./platform";

/**
 * What Patroni's REST API says of a cluster; undefined if it says nothing of use.
 * @param config answer of `/config`
 * @param cluster answer of `/cluster`
 */
export function runningCluster(config: string, cluster: string): RunningCluster | undefined {
  try {
    const dynamicConfig = JSON.parse(config) as { hapg?: { founding?: Founding } };
    const { members } = JSON.parse(cluster) as {
      members: { name: string; pending_restart?: boolean }[];
    };
    const waiting = members.filter(({ pending_restart: pending }) => pending === true);
    const founding = dynamicConfig.hapg?.founding;
    return { dynamicConfig, founding, pendingRestart: waiting.map(({ name }) => name) };
  } catch {
    // Not founded yet, or on its way up or down: nothing to compare with.
    return undefined;
  }
}
