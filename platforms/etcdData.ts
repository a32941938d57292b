import type { Settings } from "../configs/settings/schema";
import { DockerEtcdData } from "./docker/dockerEtcdData";
import type { EtcdDisk } from "./etcdDisk";
import { VmEtcdData } from "./vm/vmEtcdData";

/** The data of etcd's members on any platform, for the operation that rebuilds etcd. */
export interface EtcdData {
  /** What the members' disks hold. @throws {Error} if one cannot be read */
  look(): Promise<EtcdDisk[]>;
  /** Permits a member to form a cluster alone at its next start, and restarts it if it runs. */
  permitRebuild(service: string): Promise<void>;
}

/**
 * The data of etcd's members, on the platform of the settings.
 * @param stack the owning stack, `project/stack`
 */
export const etcdDataOf = (settings: Settings, stack: string): EtcdData =>
  settings.platform === "docker" ? new DockerEtcdData(settings, stack) : new VmEtcdData(settings);
