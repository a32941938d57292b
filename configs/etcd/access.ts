import { etcdOperator } from "../tls/certificates";
import { etcdctlEnvironment } from "./etcdctl";
import { ports } from "../cluster/ports";

/** The rights of etcd's users. */
export interface EtcdAccessModel {
  /** Patroni's namespace. */
  namespace: string;
  clusterName: string;
}

/**
 * Patroni's user and role in etcd. It has a password: Patroni uses the gateway, which ignores
 * certificate names.
 */
export const etcdUser = "patroni";

/**
 * The prefix of one cluster's keys, as Patroni's `AbstractDCS` builds it from namespace and scope.
 */
export const patroniPrefix = ({ namespace, clusterName }: EtcdAccessModel): string =>
  `/${namespace}/${clusterName}/`.replace(/\/+/g, "/");

/**
 * A script that creates etcd's users and enables authentication. The operator has all rights,
 * Patroni may read and write below its own prefix, and no other user has any right. It runs inside
 * a member; its input has a line with name and password for each of Patroni's logins. It is
 * idempotent.
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
