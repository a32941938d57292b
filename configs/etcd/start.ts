import { etcdctlEnvironment, etcdCurlOptions } from "./etcdctl";
import { membersKey } from "./membership";
import { paths } from "../paths";
import { ports } from "../topology";

/**
 * Asks whether a peer is there: exit status 6 (no such name) and 7 (no connection) say that it is
 * not. The peers' port answers without a quorum, the clients' port does not.
 */
const ask = `curl -sf ${etcdCurlOptions} --connect-timeout 1 --max-time 2 -o /dev/null "\${peer%:*}:${ports.etcdPeer}/version"`;

/**
 * Starts an etcd member: one rule for the first start, a restart, scaling out and a lost disk.
 *
 * A member that has data goes on with it, unless the others removed it while it was away. One without
 * joins the cluster that its peers form, in the place of a former member of its address. Where no
 * peer is there (its name does not resolve, or it refuses the connection) the first member founds a
 * cluster. A peer that is silent may be cut off with the cluster's data: then nothing is founded.
 *
 * It joins as a learner, which has no vote, and gets its vote once it has caught up. So a member
 * that cannot start or be reached costs the others no quorum; and a cluster of one stays able to
 * answer the second member, which otherwise starts only after a timeout of seven seconds.
 */
export const etcdStart = `#!/bin/sh
set -eu
set -a; . ${paths.etcdEnv}; set +a
${etcdctlEnvironment}
self=$ETCD_INITIAL_ADVERTISE_PEER_URLS
peers=$(cat ${paths.etcdPeers})
data=$ETCD_DATA_DIR/member

fail() { echo "$ETCD_NAME: $*" >&2; exit 1; }
ctl() { etcdctl --endpoints "$peers" --dial-timeout 2s --command-timeout 3s "$@"; }

# Changes the membership. For five seconds after a start, etcd calls itself too unhealthy for that.
change() {
  for _ in 1 2 3 4 5 6 7 8 9 10; do said=$(ctl member "$@" 2>&1) && return || sleep 1; done
  fail "member $1: $(echo "$said" | grep '^Error')"
}

# The members (ID, status, name, peer URL, client URL, whether a learner) as the quorum knows them.
members() { list=$(ctl member list 2>/dev/null) && mine=$(echo "$list" | grep -F ", $self," || true); }

# Gives the vote, once etcd allows it.
promote() {
  until ctl member list | grep -q "^$1, .*, false$"; do
    ctl member promote "$1" || sleep 0.2
  done
}

if [ -s ${paths.etcdNeighbours} ]; then ${paths.etcdGiveWay} & fi

present= silent=
for peer in $(echo "$peers" | tr , ' '); do
  ${ask} && present=$peer && continue
  case $? in 6 | 7) ;; *) silent="$silent $peer" ;; esac
done

if [ -z "$present" ] || ! members; then
  if [ -d "$data" ]; then exec etcd; fi
  [ -z "$present" ] || fail "the cluster that $present belongs to has no quorum: cannot join it"
  [ -z "$silent" ] || fail "no answer from$silent: cannot tell whether there is a cluster to join"
  [ "$ETCD_INITIAL_CLUSTER_STATE" = new ] || fail "none of its peers is there to join: $peers"
  export ETCD_INITIAL_CLUSTER="$ETCD_NAME=$self"
  exec etcd
fi

if [ -z "$mine" ]; then
  # A member that was taken out for good would join again at once: its container is still there.
  stay=$(ctl get --print-value-only ${membersKey})
  case " \${stay:-$self} " in
    *" $self "*) ;;
    *) fail "is no longer a member" ;;
  esac
fi
if [ -d "$data" ] && [ -z "$mine" ]; then
  echo "$ETCD_NAME: was removed from the cluster and joins it anew" >&2
  rm -rf "$data.removed"
  mv "$data" "$data.removed"
fi
if [ ! -d "$data" ]; then
  case $mine in
    *,\\ started,*) change remove "\${mine%%,*}"; mine= ;;
  esac
  if [ -z "$mine" ]; then
    change add "$ETCD_NAME" --learner --peer-urls "$self"
    members
  fi
  # The names of the others do not matter here, their URLs do.
  ETCD_INITIAL_CLUSTER=$(echo "$list" | awk -F', ' -v self="$self" -v name="$ETCD_NAME" \\
    '{ print ($4 == self ? name : $1) "=" $4 }' | paste -sd, -)
  export ETCD_INITIAL_CLUSTER ETCD_INITIAL_CLUSTER_STATE=existing
fi
case $mine in
  *,\\ true) promote "\${mine%%,*}" >/dev/null 2>&1 & ;;
esac
exec etcd
`;

/**
 * Succeeds when the member has a quorum and a vote. It also does when the member knows others and none
 * of them is there: that is the first member of a stopped cluster to come back. The next one, which
 * makes up the quorum, would otherwise never be started.
 */
export const etcdReady = `#!/bin/sh
set -eu
${etcdctlEnvironment}
etcdctl --endpoints 127.0.0.1:${ports.etcdClient} --command-timeout 2s endpoint health >/dev/null 2>&1 && exit 0
members=$(curl -sf ${etcdCurlOptions} --max-time 2 https://127.0.0.1:${ports.etcdPeer}/members)
[ "$(echo "$members" | grep -o '"peerURLs"' | wc -l)" -gt 1 ] || exit 1
for peer in $(tr , ' ' <${paths.etcdPeers}); do
  ${ask} && exit 1
  case $? in 6 | 7) ;; *) exit 1 ;; esac
done
`;
