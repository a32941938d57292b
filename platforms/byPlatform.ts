import type { Settings } from "../configs/settings/schema";
import { DockerData } from "./docker/dockerData";
import { DockerEtcdData } from "./docker/dockerEtcdData";
import { DockerPackages } from "./docker/dockerPackages";
import { DockerReach } from "./docker/dockerReach";
import { DockerTakeover } from "./docker/dockerTakeover";
import type { EtcdData } from "./etcdData";
import type { KeptData } from "./keptData";
import type { PackagePlaces } from "./packagePlaces";
import type { Reach } from "./reach";
import type { Takeover } from "./takeover";
import { VmData } from "./vm/vmData";
import { VmEtcdData } from "./vm/vmEtcdData";
import { VmPackages } from "./vm/vmPackages";
import { VmReach } from "./vm/vmReach";
import { VmTakeover } from "./vm/vmTakeover";

/** Reaches the services of a cluster on the platform of its settings. */
export const reachOf = (settings: Settings): Reach =>
  settings.platform === "docker" ? new DockerReach(settings) : new VmReach(settings);

/**
 * Where the packages of a cluster are installed, on the platform of its settings.
 * @param reach to that cluster
 */
export const packagesOf = (settings: Settings, reach: Reach): PackagePlaces =>
  reach instanceof VmReach ? new VmPackages(settings, reach) : new DockerPackages(settings);

/** The takeover of a cluster, on the platform of its settings. */
export const takeoverOf = (settings: Settings): Takeover =>
  settings.platform === "docker" ? new DockerTakeover(settings) : new VmTakeover(settings);

/** The data that belongs to a stack, on the platform of its settings. */
export function keptDataOf(settings: Settings, stack: string): KeptData {
  return settings.platform === "docker"
    ? new DockerData(settings, stack)
    : new VmData(settings, stack);
}

/**
 * The data of etcd's members, on the platform of the settings.
 * @param stack the owning stack, `project/stack`
 */
export const etcdDataOf = (settings: Settings, stack: string): EtcdData =>
  settings.platform === "docker" ? new DockerEtcdData(settings, stack) : new VmEtcdData(settings);
