import { ports } from "../cluster/ports";
import { etcdCurlOptions } from "./etcdctl";

/**
 * Shell functions that ask an etcd member for its identity on the peer port, which answers without
 * a quorum.
 *
 * - `ask URL`: headers and body of its member list. Exit status 6 (no such name) and 7 (no
 *   connection) mean that no etcd runs there: it is stopped, or waits without data. With any other
 *   status it may run but be unreachable.
 * - `cluster_of`: the cluster's ID in hexadecimal, from such an answer on the standard input.
 */
export const askPeer = `ask() {
  curl -sf ${etcdCurlOptions} --connect-timeout 1 --max-time 2 -D - "\${1%:*}:${ports.etcdPeer}/members"
}
cluster_of() {
  awk 'tolower($1) == "x-etcd-cluster-id:" { sub(/\\r$/, "", $2); print $2; exit }'
}
`;
