import { foundingOf, foundingProblems } from "../configs/patroni/founding";
import type { Problem } from "../configs/settings/problem";
import type { Settings } from "../configs/settings/schema";
import type { Disk } from "./disks";
import type { RunningCluster, Start } from "./platform";

/**
 * What the findings about the cluster and all disks mean for the update.
 * @param disks of the services that the stack has or had; not read while there is a leader
 * @param isComplete whether all disks could be read
 */
export function startOf(
  running: RunningCluster | undefined,
  disks: Disk[],
  isComplete = true,
): Start {
  if (running?.leader !== undefined) {
    return { isCold: false, foundsPostgres: false, foundsEtcd: false };
  }
  const hasData = running !== undefined || disks.some(({ holds }) => holds === "postgres");
  return {
    isCold: hasData,
    foundsPostgres: !hasData && isComplete,
    foundsEtcd: !hasData && isComplete && disks.length === 0,
  };
}

/** Why kept data cannot be used, or which of it is lost, before anything is changed. */
export function diskProblems(settings: Settings, disks: Disk[]): Problem[] {
  const members = disks.filter(({ holds }) => holds === "postgres");
  if (members.length === 0) return [];
  return [
    ...differentClusters(members),
    ...otherwiseFounded(settings, members),
    ...etcdIsLost(disks, members),
  ];
}

function differentClusters(members: Disk[]): Problem[] {
  // An incomplete copy of a leader has no system identifier.
  const known = members.filter(({ system }) => system !== undefined);
  const systems = new Set(known.map(({ system }) => system));
  if (systems.size < 2) return [];
  const each = known.map(({ service, system = "" }) => `${service} ${system}`).join(", ");
  return [
    {
      path: "",
      message:
        `The members' disks hold data of different clusters (system identifiers: ${each}). ` +
        "Nothing was changed: move away the data that does not belong to this cluster, and " +
        "run the update again",
    },
  ];
}

function otherwiseFounded(settings: Settings, members: Disk[]): Problem[] {
  const noted = members.find(({ founding }) => founding !== undefined)?.founding;
  const other = members.find(({ major }) => major !== settings.postgres.version);
  return foundingProblems(settings, {
    ...foundingOf(settings),
    ...noted,
    ...(other?.major === undefined ? {} : { version: other.major }),
  });
}

function etcdIsLost(disks: Disk[], members: Disk[]): Problem[] {
  if (disks.some(({ holds }) => holds === "etcd")) return [];
  const names = members.map(({ service }) => service).join(", ");
  return [
    {
      path: "",
      message:
        `etcd has lost its data, and ${names} ${members.length === 1 ? "has" : "have"} data ` +
        "of PostgreSQL. The record of the last leader and manual changes to Patroni's dynamic " +
        "configuration are lost with it. Restore etcd's data, or run `npm run rebuild-etcd`: it " +
        "creates a new etcd cluster from the members' disks, and the member with the longest " +
        "history leads",
    },
  ];
}
