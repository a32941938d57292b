import type { EtcdDisk } from "./etcdDisk";

/** The data of etcd's members on any platform, for the operation that rebuilds etcd. */
export interface EtcdData {
  /** What the members' disks hold. @throws {Error} if one cannot be read */
  look(): Promise<EtcdDisk[]>;
  /** Permits a member to form a cluster alone at its next start, and restarts it if it runs. */
  permitRebuild(service: string): Promise<void>;
}
