import type { Settings } from "../configs/settings/schema";
import { DockerEtcdData } from "./docker/dockerEtcdData";
import { VmEtcdData } from "./vm/vmEtcdData";

/** What a member's disk holds of etcd. */
export interface EtcdDisk {
  service: string;
  hasData: boolean;
  /** The cluster's ID, in hexadecimal; undefined where it cannot be read. */
  cluster: string | undefined;
  /** Term and index of the last entry: the higher term is newer, in one term the higher index. */
  term: number;
  index: number;
}

/** The data of etcd's members, on whichever platform, for the operation that rebuilds etcd. */
export interface EtcdData {
  /** What the members' disks hold. @throws {Error} if one cannot be read */
  look(): Promise<EtcdDisk[]>;
  /** Permits a member to form a cluster by itself at its next start, and starts it anew if it runs. */
  permitRebuild(service: string): Promise<void>;
}

/**
 * The data of etcd's members, on the platform of the settings.
 * @param stack the owning stack, `project/stack`
 */
export const etcdDataOf = (settings: Settings, stack: string): EtcdData =>
  settings.platform === "docker" ? new DockerEtcdData(settings, stack) : new VmEtcdData(settings);

/** Reads what `etcdDataFacts` prints. */
export function parseEtcdDisk(service: string, line: string): EtcdDisk {
  const [state = "", cluster = "-", , term = "-", index = "-"] = line.trim().split("\t");
  return {
    service,
    hasData: state === "yes",
    cluster: cluster === "-" ? undefined : cluster,
    term: Number(term) || 0,
    index: Number(index) || 0,
  };
}

/** The member with the newest data; undefined if none has any. */
export const newestOf = (disks: EtcdDisk[]): EtcdDisk | undefined =>
  disks
    .filter(({ hasData }) => hasData)
    .sort((a, b) => b.term - a.term || b.index - a.index)
    .at(0);
