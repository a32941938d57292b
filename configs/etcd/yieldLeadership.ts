import { paths } from "../cluster/paths";
import { type Endpoint } from "../cluster/topology";
import { ports } from "../cluster/ports";
import { etcdctlEnvironment, etcdCurlOptions } from "./etcdctl";

/**
 * When an etcd member yields leadership: the key that names the primary, and the PostgreSQL members
 * on its own host. Empty if none shares its host.
 */
export function renderNeighbours(
  self: Endpoint,
  members: Endpoint[],
  { clusterName, namespace }: { clusterName: string; namespace: string },
): string {
  const here = members.filter(({ address }) => address === self.address);
  if (here.length === 0) return "";
  return `${[`${namespace}${clusterName}/leader`, ...here.map(({ name }) => name)].join(" ")}\n`;
}

/**
 * Moves etcd's leadership to another member while the primary is on the same host. If both were
 * lost at once, etcd's new leader would extend the primary's lease to its full time (etcd's
 * `lessor.Promote`), which would delay the failover by that time.
 */
export const etcdYieldLeadership = `#!/bin/sh
set -u
set -a; . ${paths.etcdEnv}; set +a
${etcdctlEnvironment} ETCDCTL_ENDPOINTS=https://127.0.0.1:${ports.etcdClient}
read -r key neighbours <${paths.etcdNeighbours} || exit 0
self=$ETCD_INITIAL_ADVERTISE_PEER_URLS

leads() {
  curl -sf ${etcdCurlOptions} --max-time 2 "$ETCDCTL_ENDPOINTS/metrics" | grep -q '^etcd_server_is_leader 1'
}

# Members with a vote, but for this one: ID and client URL.
others() {
  etcdctl --command-timeout 2s member list |
    awk -F', ' -v self="$self" '$2 == "started" && $4 != self && $6 == "false" { print $1, $5 }'
}

while sleep 5; do
  leads || continue
  primary=$(etcdctl --command-timeout 2s get --print-value-only "$key" 2>/dev/null)
  case " $neighbours " in *" \${primary:-nobody} "*) ;; *) continue ;; esac
  others | while read -r id url; do
    # Not by an option: etcdctl refuses both.
    ETCDCTL_ENDPOINTS=$url etcdctl --command-timeout 1s endpoint health >/dev/null 2>&1 || continue
    etcdctl --command-timeout 5s move-leader "$id" && break
  done
done
`;
