import { paths } from "./paths";

/**
 * Starts an etcd member. One that has data goes on with it; one without joins the cluster that its peers
 * form, in the place of a former member of its name. Only the first member may found a cluster,
 * and only where no peer answers. So the same rule serves the first start, scaling out and a lost disk.
 */
export const etcdStart = `#!/bin/sh
set -eu
set -a; . ${paths.etcdEnv}; set +a
if [ ! -d "$ETCD_DATA_DIR/member" ]; then
  peers=$(cat ${paths.etcdPeers})
  ctl() { etcdctl --endpoints "$peers" --dial-timeout 2s --command-timeout 5s "$@"; }
  if [ -n "$peers" ] && members=$(ctl member list 2>/dev/null); then
    former=$(echo "$members" | grep -F ", $ETCD_INITIAL_ADVERTISE_PEER_URLS," | cut -d, -f1)
    [ -z "$former" ] || ctl member remove "$former" >&2
    joined=$(ctl member add "$ETCD_NAME" --peer-urls "$ETCD_INITIAL_ADVERTISE_PEER_URLS")
    eval "export $(echo "$joined" | grep '^ETCD_INITIAL_CLUSTER' | tr '\\n' ' ')"
  elif [ "$ETCD_NAME" = "\${ETCD_NAME%1}1" ]; then
    export ETCD_INITIAL_CLUSTER="$ETCD_NAME=$ETCD_INITIAL_ADVERTISE_PEER_URLS"
  else
    echo "no peer of $ETCD_NAME answers: cannot join" >&2; exit 1
  fi
fi
exec etcd
`;
