import type { Settings } from "../../configs/settings/schema";
import type { ChangeLeader } from "../../platforms/leaderChanges";
import type { Reach } from "../../platforms/reach";
import { membersThrough } from "../members";
import { switchOver } from "../switchover";
import { type Services, servicesOf } from "./services";

/**
 * The change of the leader in an update: the one of `hapg switchover`. Pools and routers that do
 * not run are left out, because the update may be about to create them.
 * @param settings the wanted ones; services still run with the former ones
 */
export const changeLeader =
  (settings: Settings): ChangeLeader =>
  async (reach, { from, to }) => {
    const result = await switchOver({
      ...{ settings, reach, from, to },
      members: membersThrough(settings, reach),
      services: await runningServices(settings, reach),
      // The update waits for each member that it changes.
      settles: false,
    });
    return `the pool's clients waited ${result.pausedMilliseconds} ms`;
  };

async function runningServices(settings: Settings, reach: Reach): Promise<Services> {
  const { members, pools, routers } = servicesOf(settings);
  const running = async (names: string[]) => {
    const statuses = await Promise.all(names.map((name) => reach.execute(name, ["true"])));
    return names.filter((_, i) => statuses[i]?.status === 0);
  };
  return { members, pools: await running(pools), routers: await running(routers) };
}
