import { askPeer } from "./askPeer";
import { etcdctlEnvironment } from "./etcdctl";
import { paths } from "../cluster/paths";
import { ports } from "../cluster/ports";

/**
 * Succeeds when the member has a quorum and a vote, and has used its admission. An update starts
 * members one after the other and waits for each. So it also succeeds while a quorum is impossible:
 * too few members with a vote run, and others are not started. This includes a member that waits
 * without data or cannot start with its data: it does not delay the others, and the update's last
 * step (`etcdLeave`) names it. An unreachable member counts as neither. A member with a permission
 * to found or rebuild the cluster must use it first.
 */
export const etcdReady = `#!/bin/sh
set -eu
${etcdctlEnvironment}

${askPeer}
self=$(. ${paths.etcdEnv}; echo "$ETCD_INITIAL_ADVERTISE_PEER_URLS")
if answer=$(ask https://127.0.0.1:${ports.etcdPeer}); then
  cluster=$(echo "$answer" | cluster_of)
  # One member a line. An answer without "isLearner" is one of a member with a vote.
  voters=$(echo "$answer" | tr '}' '\\n' | grep -v '"isLearner":true' |
    sed -n 's/.*"peerURLs":\\["\\([^"]*\\)".*/\\1/p')
elif [ -s ${paths.etcdWaiting} ] && [ ! -e ${paths.etcdFoundingPermission} ] &&
  [ ! -e ${paths.etcdRebuildPermission} ]; then
  cluster=
  voters="$self $(tr , ' ' <${paths.etcdPeers})"
else
  exit 1
fi

all=0 run=0 absent=0
for voter in $voters; do
  all=$((all + 1))
  status=0
  answer=$(ask "$voter") || status=$?
  case $status in
    0)
      if [ -z "$cluster" ] || [ "$cluster" = "$(echo "$answer" | cluster_of)" ]; then
        run=$((run + 1))
      fi
      ;;
    6 | 7) [ "$voter" = "$self" ] || absent=$((absent + 1)) ;;
  esac
done
# At once, where there cannot be a quorum: etcdctl would wait for one.
if [ $((run * 2)) -le $all ] && [ $absent -gt 0 ]; then exit 0; fi
etcdctl --endpoints 127.0.0.1:${ports.etcdClient} --command-timeout 2s endpoint health >/dev/null 2>&1
# Otherwise the next start would take the member for a new one, although it may have been removed.
cmp -s ${paths.etcdAdmission} ${paths.etcdAdmitted}
`;
