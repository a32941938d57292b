import { paths } from "./paths";
import { type Endpoint, ports } from "./topology";

/** What one etcd member's environment is made of. */
export interface EtcdModel {
  clusterName: string;
  member: Endpoint;
  heartbeatMilliseconds: number;
  electionTimeoutMilliseconds: number;
  quotaMegabytes: number;
  compactionRetentionHours: number;
}

const peerUrl = ({ address }: Endpoint) => `http://${address}:${ports.etcdPeer}`;

/**
 * One member's environment file. Who its peers are is not in it: a member learns that from the running
 * cluster, so that scaling out does not restart the members that are there.
 */
export function renderEtcdEnv(model: EtcdModel): string {
  const { member } = model;
  const lines = {
    ETCD_NAME: member.name,
    ETCD_DATA_DIR: paths.etcdData,
    ETCD_LISTEN_PEER_URLS: `http://0.0.0.0:${ports.etcdPeer}`,
    ETCD_LISTEN_CLIENT_URLS: `http://0.0.0.0:${ports.etcdClient}`,
    ETCD_INITIAL_ADVERTISE_PEER_URLS: peerUrl(member),
    ETCD_ADVERTISE_CLIENT_URLS: `http://${member.address}:${ports.etcdClient}`,
    ETCD_INITIAL_CLUSTER_TOKEN: model.clusterName,
    ETCD_HEARTBEAT_INTERVAL: model.heartbeatMilliseconds,
    ETCD_ELECTION_TIMEOUT: model.electionTimeoutMilliseconds,
    ETCD_QUOTA_BACKEND_BYTES: model.quotaMegabytes * 1024 * 1024,
    ETCD_AUTO_COMPACTION_MODE: "periodic",
    ETCD_AUTO_COMPACTION_RETENTION: `${model.compactionRetentionHours}h`,
    ETCD_LOG_LEVEL: "warn",
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/** The client addresses of a member's peers, as etcdctl takes them; empty for a single member. */
export function renderEtcdPeers(member: Endpoint, all: Endpoint[]): string {
  return all
    .filter(({ name }) => name !== member.name)
    .map(({ address }) => `http://${address}:${ports.etcdClient}`)
    .join(",");
}
