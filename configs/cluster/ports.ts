/** Ports inside the cluster, the same on every platform. */
export const ports = { etcdClient: 2379, etcdPeer: 2380, postgres: 5432, patroni: 8008 } as const;
