import { etcdOperator } from "../tls/certificates";
import { etcdctlEnvironment } from "./etcdctl";
import { ports } from "../cluster/ports";

/** What etcd's users may reach. */
export interface EtcdAccessModel {
  /** Patroni's namespace. */
  namespace: string;
  clusterName: string;
}

/** Patroni's user and role in etcd. It has a password: Patroni speaks to the gateway, which ignores certificates' names. */
export const etcdUser = "patroni";

/** Where Patroni keeps what belongs to one cluster, as its `AbstractDCS` makes it of namespace and scope. */
export const patroniPrefix = ({ namespace, clusterName }: EtcdAccessModel): string =>
  `/${namespace}/${clusterName}/`.replace(/\/+/g, "/");

/**
 * A script that makes etcd's users and turns its checks on. Its operator may do everything; Patroni may read and
 * write below its own prefix, and nobody else may do anything. Runs inside a member; its input has a line
 * with name and password for each of Patroni's logins. It can run any number of times.
 */
export const etcdAccess = (model: EtcdAccessModel): string => `set -eu
${etcdctlEnvironment}
ctl() { etcdctl --endpoints 127.0.0.1:${ports.etcdClient} --command-timeout 10s "$@" >/dev/null; }
known() { ctl user get "$1" 2>/dev/null; }
known ${etcdOperator} || ctl user add ${etcdOperator} --no-password
ctl user grant-role ${etcdOperator} root
ctl role get ${etcdUser} 2>/dev/null || ctl role add ${etcdUser}
ctl role grant-permission ${etcdUser} --prefix=true readwrite '${patroniPrefix(model)}'
while read -r user password; do
  change=add
  if known "$user"; then change=passwd; fi
  printf '%s\\n' "$password" | ctl user $change "$user" --interactive=false
  ctl user grant-role "$user" ${etcdUser}
done
ctl auth enable
`;
