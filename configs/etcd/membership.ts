import { etcdctlEnvironment } from "./etcdctl";
import { type Endpoint, ports } from "../topology";

/** Key in etcd that holds the peer URLs of the members that the stack file has. */
export const membersKey = "hapg/members";

/** The peer URLs of members, by which etcd knows them before it knows their names. */
export const peerUrls = (members: Endpoint[]): string[] =>
  members.map(({ address }) => `https://${address}:${ports.etcdPeer}`);

/**
 * Says in etcd which members the stack file has, so that new ones may join and those that are taken out do not
 * join again. Runs inside a member; its arguments are the peer URLs of the members that stay.
 */
export const etcdAnnounce = `set -eu
${etcdctlEnvironment}
ctl() { etcdctl --endpoints 127.0.0.1:${ports.etcdClient} --command-timeout 5s "$@"; }
# Without a quorum there is nothing to be said to anybody, and an update may be what brings it back.
ctl put ${membersKey} "$*" >/dev/null 2>&1 || echo "etcd has no quorum"
`;

/**
 * Takes members that are no longer wanted out of the cluster: a member that is only stopped still counts for
 * the quorum. Takes the same arguments. All members that stay have to be there, with a vote, so that no step
 * leaves fewer than the quorum of what remains.
 */
export const etcdLeave = `${etcdAnnounce}
list=$(ctl member list)
for url in "$@"; do
  echo "$list" | grep -F ", $url," | grep -q ", started, .*, false$" || {
    echo "$url has no vote yet: no member is taken out before all that stay are whole" >&2
    exit 1
  }
done
echo "$list" | while IFS=, read -r id _ name url _; do
  url=\${url# }
  case " $* " in *" $url "*) continue ;; esac
  ctl member remove "$id" >/dev/null
  echo "\${name# } is no longer a member"
  until ctl endpoint health >/dev/null 2>&1; do sleep 0.2; done
done
`;
