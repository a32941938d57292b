import { etcdctlEnvironment, etcdCurlOptions } from "./etcdctl";
import { askPeer } from "./askPeer";
import { etcdDataFunctions } from "./dataFacts";
import { membersKey } from "./membership";
import { paths } from "../cluster/paths";
import { ports } from "../cluster/ports";

/** Pause before etcd starts again on data with which its start failed, in seconds. */
const retrySeconds = 10;

/**
 * Starts an etcd member: the same rules for the first start, a restart, a new member and a lost
 * disk.
 *
 * A member with data continues with it. If a quorum of its peers answers and does not know it, it
 * was removed: it sets its data aside and joins again. This applies only to data of the same
 * cluster. Data of another cluster is never touched, and its member does not start.
 *
 * A member that etcd does not list joins if the stack file contained it after the last update, or
 * if its admission ({@link paths.etcdAdmission}) is unused: it is new in the stack file. Any other
 * member was removed from the stack file, and does not start. A member uses its admission up when
 * it gets its vote.
 *
 * A member without data joins the cluster of its peers, in the place of a former member with its
 * address. It waits until a quorum answers. It founds a cluster only with a permission
 * ({@link paths.etcdFoundingPermission}, {@link paths.etcdRebuildPermission}), which an update
 * creates and the first start uses up. Each cluster has an ID of its own, because its token has a
 * random part.
 *
 * It joins as a learner, which has no vote, and gets its vote once it has caught up. So a member
 * that cannot start or is unreachable does not cost the others the quorum. A single existing member
 * also stays able to answer the second one, which otherwise starts only after a timeout of seven
 * seconds.
 */
export const etcdStart = `#!/bin/sh
set -eu
set -a; . ${paths.etcdEnv}; set +a
${etcdctlEnvironment}
self=$ETCD_INITIAL_ADVERTISE_PEER_URLS
peers=$(cat ${paths.etcdPeers})
data=$ETCD_DATA_DIR/member

${askPeer}
${etcdDataFunctions}
fail() { echo "$ETCD_NAME: $*" >&2; exit 1; }
ctl() { etcdctl --endpoints "$via" --dial-timeout 2s --command-timeout 3s "$@"; }
run() {
  rm -f ${paths.etcdWaiting}
  if is_new; then use_admission >/dev/null 2>&1 & fi
  exec etcd "$@"
}

is_new() { ! cmp -s ${paths.etcdAdmission} ${paths.etcdAdmitted}; }
use_admission() {
  via=https://127.0.0.1:${ports.etcdClient}
  until ctl member list | grep -F ", $self," | grep -q ", started, .*, false$"; do sleep 0.5; done
  cp ${paths.etcdAdmission} ${paths.etcdAdmitted}
  sync "$ETCD_DATA_DIR"
}

# Reports why it waits: once in the log, and to the readiness check while it lasts.
reason=
waits() {
  [ "$*" != "$reason" ] || return 0
  reason=$*
  echo "$ETCD_NAME: $*" >&2
  echo "$*" >${paths.etcdWaiting}
}

# Uses a permission up, on the disk too: whatever happens next, no later start has it.
take() {
  [ -e "$1" ] || return 1
  rm "$1"
  sync "$ETCD_DATA_DIR"
}
no_need_of_permissions() {
  for permission in ${paths.etcdFoundingPermission} ${paths.etcdRebuildPermission}; do
    ! take "$permission" || echo "$ETCD_NAME: $*, so that $permission is not needed" >&2
  done
}

# Looks at the peers. present: for each whose etcd runs, CLUSTER_ID=CLIENT_URL.
look() {
  present='' silent='' absent=''
  for peer in $(echo "$peers" | tr , ' '); do
    status=0
    answer=$(ask "$peer") || status=$?
    case $status in
      0) present="$present $(echo "$answer" | cluster_of)=$peer" ;;
      6 | 7) absent="$absent $peer" ;;
      *) silent="$silent $peer" ;;
    esac
  done
}
# Client URLs of the peers with data of this cluster, or of any but this.
of_cluster() { echo "$present" | tr ' ' '\\n' | awk -F= -v id="$1" '$1 == id { print $2 }' | paste -sd, -; }
of_others() { echo "$present" | tr ' ' '\\n' | awk -F= -v id="$1" 'NF && $1 != id { print $2 }' | paste -sd, -; }
clusters() { echo "$present" | tr ' ' '\\n' | awk -F= 'NF { print $1 }' | sort -u | paste -sd' ' -; }

# Whether a quorum answers through these peers. stay: the members that the last update left; list:
# those that etcd has (ID, status, name, peer URL, client URL, whether a learner).
quorum() {
  via=
  for peer in $(echo "$1" | tr , ' '); do
    # It says at once that nobody leads; etcdctl would wait for a leader.
    ! curl -sf ${etcdCurlOptions} --max-time 3 -o /dev/null "$peer/health" || via=$via,$peer
  done
  via=\${via#,}
  [ -n "$via" ] &&
    stay=$(ctl get --print-value-only ${membersKey} 2>/dev/null) &&
    list=$(ctl member list 2>/dev/null)
}

# A member that was removed for good would join again at once: its container is still there.
wanted() {
  case " \${stay:-$self} " in
    *" $self "*) ;;
    *) is_new || fail "is no longer a member" ;;
  esac
}

# Changes the membership. For five seconds after a start, etcd calls itself too unhealthy for that.
change() {
  for _ in 1 2 3 4 5 6 7 8 9 10; do said=$(ctl member "$@" 2>&1) && return || sleep 1; done
  waits "cannot join: member $1: $(echo "$said" | grep '^Error')"
  return 1
}

# Gives the vote, once etcd allows it.
promote() {
  via=$peers
  until ctl member list | grep -q "^$1, .*, false$"; do
    # One that does not lead goes on asking its leader while the learner is not ready.
    ctl member promote "$1" --command-timeout 1s || sleep 0.2
  done
}

# Files without a write-ahead log: etcd was stopped before it had made one.
set_incomplete_aside() {
  [ ! -d "$data" ] || mv "$data" "$data.incomplete-$(date +%s)"
}

found() {
  set_incomplete_aside
  echo "$ETCD_NAME: founds a cluster" >&2
  export ETCD_INITIAL_CLUSTER="$ETCD_NAME=$self" ETCD_INITIAL_CLUSTER_STATE=new
  # etcd derives the cluster's ID from addresses and token: each founding needs a new one.
  ETCD_INITIAL_CLUSTER_TOKEN=$ETCD_INITIAL_CLUSTER_TOKEN-$(cat /proc/sys/kernel/random/uuid)
  export ETCD_INITIAL_CLUSTER_TOKEN
  run
}

# Joins as a learner, in the place of its former self.
join() {
  mine=$(echo "$list" | grep -F ", $self,") || true
  case $mine in
    *,\\ started,*)
      # It may be killed before it is added again.
      rm -f ${paths.etcdAdmitted}
      change remove "\${mine%%,*}" || return 0
      mine=
      ;;
  esac
  if [ -z "$mine" ]; then
    change add "$ETCD_NAME" --learner --peer-urls "$self" || return 0
    list=$(ctl member list 2>/dev/null) || return 0
    mine=$(echo "$list" | grep -F ", $self,") || return 0
  fi
  no_need_of_permissions "joins the cluster of its peers"
  set_incomplete_aside
  # The names of the others do not matter here, their URLs do.
  ETCD_INITIAL_CLUSTER=$(echo "$list" | awk -F', ' -v self="$self" -v name="$ETCD_NAME" \\
    '{ print ($4 == self ? name : $1) "=" $4 }' | paste -sd, -)
  export ETCD_INITIAL_CLUSTER
  promote "\${mine%%,*}" >/dev/null 2>&1 &
  run
}

# Tells the next start whether etcd came up with its data.
until_up() {
  until curl -sf ${etcdCurlOptions} --max-time 2 -o /dev/null https://127.0.0.1:${ports.etcdPeer}/version; do
    sleep 1
  done
  rm -f ${paths.etcdStarting}
}

go_on() {
  touch ${paths.etcdStarting} || true
  until_up &
  run "$@"
}

with_data() {
  # Not at once: readiness is checked meanwhile, and the log stays readable.
  left=${retrySeconds}
  while [ -e ${paths.etcdStarting} ] && [ $left -gt 0 ]; do
    waits "etcd did not come up with the data in $data, which stays as it is. If its log says that the data is" \\
      "damaged and the other members form a quorum, move $data away: the member then joins anew"
    sleep 1
    left=$((left - 1))
    has_data || return 0
  done

  read -r cluster member _ <<END
$(wal_facts head)
END
  look
  if quorum "$(of_cluster "$cluster")"; then
    no_need_of_permissions "its cluster has a quorum"
    case $(echo "$list" | grep "^$member, ") in
      "") ;;
      *,\\ true) promote "$member" >/dev/null 2>&1 & go_on ;;
      *) go_on ;;
    esac
    wanted
    echo "$ETCD_NAME: was removed from the cluster and joins it anew" >&2
    rm -rf "$data.removed"
    mv "$data" "$data.removed"
    return
  fi
  if [ "$cluster" != - ] && quorum "$(of_others "$cluster")"; then
    fail "its data is of the etcd cluster $cluster, its peers form another one, $(clusters). Neither was changed." \\
      "If the peers' cluster is the right one, move $data away, and the member joins it;" \\
      "if not, bring this member's own peers back"
  fi
  if take ${paths.etcdRebuildPermission}; then
    echo "$ETCD_NAME: makes a cluster of itself alone, from its data of cluster $cluster" >&2
    go_on --force-new-cluster
  fi
  no_need_of_permissions "has data"
  go_on
}

names() { echo "$*" | sed 's|https://||g; s|:${ports.etcdClient}||g'; }

# Returns once there is data.
without_data() {
  look
  case $(clusters) in
    "")
      if take ${paths.etcdFoundingPermission} || take ${paths.etcdRebuildPermission}; then found; fi
      state=
      ;;
    *" "*) state="; they hold data of several clusters:$present" ;;
    *)
      if quorum "$(of_cluster "$(clusters)")"; then wanted; join; return; fi
      state="; $(names $(of_cluster "$(clusters)")) holds data of cluster $(clusters), without a quorum"
      ;;
  esac
  [ -z "$absent" ] || state="$state; not started, or without data: $(names $absent)"
  [ -z "$silent" ] || state="$state; no answer from $(names $silent)"
  if [ -n "$peers" ]; then
    waits "has no data, and waits for a quorum of its peers to join$state"
  else
    waits "has no data, and no permission to found a cluster. If it is lost, rebuild etcd"
  fi
}

rm -f ${paths.etcdWaiting}
if [ -s ${paths.etcdNeighbours} ]; then ${paths.etcdYieldLeadership} & fi

if has_data; then with_data; fi
rm -f ${paths.etcdStarting}
while :; do
  without_data
  sleep 1
  # Put back by hand.
  if has_data; then exec "$0"; fi
done
`;
