/** What a member's disk holds of etcd. */
export interface EtcdDisk {
  service: string;
  hasData: boolean;
  /** The cluster's ID, in hexadecimal; undefined where it cannot be read. */
  cluster: string | undefined;
  /**
   * Term and index of the last entry: the higher term is newer; within one term, the higher index.
   */
  term: number;
  index: number;
}

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

/** The member with the newest data; undefined if no member has any. */
export const newestOf = (disks: EtcdDisk[]): EtcdDisk | undefined =>
  disks
    .filter(({ hasData }) => hasData)
    .sort((a, b) => b.term - a.term || b.index - a.index)
    .at(0);
