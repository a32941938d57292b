import { paths } from "./paths";
import { ports } from "./topology";

/** Asks one member, whether it has a quorum or not, for its list of members, as JSON. */
const askMembers = `curl -sf --connect-timeout 1 --max-time 2 -d '{"linearizable":false}'`;
const memberList = "v3/cluster/member/list";

/**
 * Starts an etcd member: one rule for the first start, a restart, scaling out and a lost disk.
 *
 * A member that has data goes on with it, unless the others removed it while it was away. One without
 * joins the cluster that its peers form, in the place of a former member of its address. Where no
 * peer is there (its name does not resolve, or it refuses the connection) the first member founds a
 * cluster. A peer that is silent may be cut off with the cluster's data: then nothing is founded.
 *
 * Members join with a vote. A learner would need somebody to promote it later, and helps only when
 * a cluster of one grows: etcd itself refuses a new member that endangers the quorum of a larger.
 */
export const etcdStart = `#!/bin/sh
set -eu
set -a; . ${paths.etcdEnv}; set +a
self=$ETCD_INITIAL_ADVERTISE_PEER_URLS
peers=$(cat ${paths.etcdPeers})
data=$ETCD_DATA_DIR/member

fail() { echo "$ETCD_NAME: $*" >&2; exit 1; }
ctl() { etcdctl --endpoints "$peers" --dial-timeout 2s --command-timeout 5s "$@"; }

# What one of the peers knows; empty if none is there.
known= silent=
for peer in $(echo "$peers" | tr , ' '); do
  known=$(${askMembers} "$peer/${memberList}") && break
  case $? in 6 | 7) ;; *) silent="$silent $peer" ;; esac
done

# Only the quorum can say that this member was removed.
if [ -d "$data" ]; then
  if [ -z "$known" ] || ! list=$(ctl member list 2>/dev/null) ||
    echo "$list" | grep -qF ", $self,"; then
    exec etcd
  fi
  echo "$ETCD_NAME: was removed from the cluster, joins it anew" >&2
  rm -rf "$data.removed"
  mv "$data" "$data.removed"
fi

if [ -n "$known" ]; then
  if list=$(ctl member list 2>/dev/null); then
    mine=$(echo "$list" | grep -F ", $self," || true)
    case $mine in
      *,\\ started,*) ctl member remove "\${mine%%,*}" >&2; mine= ;;
    esac
    # In JSON, because the plain output waits for a quorum that a second member may have to make up.
    [ -n "$mine" ] || ctl -w json member add "$ETCD_NAME" --peer-urls "$self" >&2
    urls=$(echo "$list" | cut -d, -f4)
  else
    # A member that was added but never started may be what the quorum lacks.
    echo "$known" | grep -qF "\\"peerURLs\\":[\\"$self\\"" || fail "the cluster has no quorum to join"
    echo "$known" | grep -qF "\\"name\\":\\"$ETCD_NAME\\"" &&
      fail "the cluster has no quorum to replace this member's lost data"
    urls=$(echo "$known" | grep -o '"peerURLs":\\["[^"]*' | cut -d'"' -f4)
  fi
  ETCD_INITIAL_CLUSTER=$ETCD_NAME=$self
  for url in $urls; do
    # Names of others do not matter here, their URLs do.
    [ "$url" = "$self" ] || ETCD_INITIAL_CLUSTER=$ETCD_INITIAL_CLUSTER,$url=$url
  done
  ETCD_INITIAL_CLUSTER_STATE=existing
elif [ -n "$silent" ]; then
  fail "no answer from$silent: cannot tell whether there is a cluster to join"
elif [ "$ETCD_INITIAL_CLUSTER_STATE" = new ]; then
  ETCD_INITIAL_CLUSTER=$ETCD_NAME=$self
else
  fail "none of its peers is there, so there is no cluster to join: $peers"
fi
export ETCD_INITIAL_CLUSTER
exec etcd
`;

/**
 * Succeeds when the member has a quorum. It also does when the member knows others and none of them is
 * there: that is the first member of a stopped cluster to come back. The next one, which makes up the
 * quorum, would otherwise never be started.
 */
export const etcdReady = `#!/bin/sh
set -eu
own=http://127.0.0.1:${ports.etcdClient}
etcdctl --endpoints $own --command-timeout 2s endpoint health >/dev/null 2>&1 && exit 0
known=$(${askMembers} "$own/${memberList}")
[ "$(echo "$known" | grep -o '"peerURLs"' | wc -l)" -gt 1 ] || exit 1
for peer in $(tr , ' ' <${paths.etcdPeers}); do
  curl -s --connect-timeout 1 --max-time 2 -o /dev/null "$peer/version" && exit 1
  case $? in 6 | 7) ;; *) exit 1 ;; esac
done
`;
