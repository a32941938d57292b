import { etcdMemberName } from "../tls/certificates";
import { paths } from "../cluster/paths";
import { type Endpoint } from "../cluster/topology";
import { ports } from "../cluster/ports";

/** The inputs of one etcd member's environment. */
export interface EtcdModel {
  clusterName: string;
  member: Endpoint;
  heartbeatMilliseconds: number;
  electionTimeoutMilliseconds: number;
  quotaMegabytes: number;
  compactionRetentionHours: number;
}

const ca = paths.caOf(paths.etcdConfig);
const identity = paths.identityOf(paths.etcdConfig);

/** Clients and peers need a certificate of the cluster, and peers that of a member. */
const encryption = {
  ETCD_CERT_FILE: identity,
  ETCD_KEY_FILE: identity,
  ETCD_TRUSTED_CA_FILE: ca,
  ETCD_CLIENT_CERT_AUTH: true,
  ETCD_PEER_CERT_FILE: identity,
  ETCD_PEER_KEY_FILE: identity,
  ETCD_PEER_TRUSTED_CA_FILE: ca,
  ETCD_PEER_CLIENT_CERT_AUTH: true,
  ETCD_PEER_CERT_ALLOWED_HOSTNAME: etcdMemberName,
};

/**
 * One member's environment file. It does not contain the peers: a member learns them from the
 * running cluster, so that adding members does not restart existing ones.
 */
export function renderEtcdEnv(model: EtcdModel): string {
  const { member } = model;
  const variables = {
    ETCD_NAME: member.name,
    ETCD_DATA_DIR: paths.etcdData,
    ETCD_LISTEN_PEER_URLS: `https://0.0.0.0:${ports.etcdPeer}`,
    ETCD_LISTEN_CLIENT_URLS: `https://0.0.0.0:${ports.etcdClient}`,
    ETCD_INITIAL_ADVERTISE_PEER_URLS: `https://${member.address}:${ports.etcdPeer}`,
    ETCD_ADVERTISE_CLIENT_URLS: `https://${member.address}:${ports.etcdClient}`,
    // The start script adds a random part when it founds a cluster.
    ETCD_INITIAL_CLUSTER_TOKEN: model.clusterName,
    // etcd itself never founds a cluster: the start script overrides this with the permission.
    ETCD_INITIAL_CLUSTER_STATE: "existing",
    ETCD_HEARTBEAT_INTERVAL: model.heartbeatMilliseconds,
    ETCD_ELECTION_TIMEOUT: model.electionTimeoutMilliseconds,
    ETCD_QUOTA_BACKEND_BYTES: model.quotaMegabytes * 1024 * 1024,
    ETCD_AUTO_COMPACTION_MODE: "periodic",
    ETCD_AUTO_COMPACTION_RETENTION: `${model.compactionRetentionHours}h`,
    // etcd 3.5 keeps ten times as many log entries in memory by default; Patroni's data is small.
    ETCD_SNAPSHOT_COUNT: 10000,
    ETCD_LOG_LEVEL: "warn",
    ...encryption,
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/** The client URLs of a member's peers, in etcdctl's format; empty for a single member. */
export const renderEtcdPeers = (member: Endpoint, all: Endpoint[]): string =>
  all
    .filter(({ name }) => name !== member.name)
    .map(({ address }) => `https://${address}:${ports.etcdClient}`)
    .join(",");
