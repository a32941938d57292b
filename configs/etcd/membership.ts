import { askPeer } from "./askPeer";
import { etcdCurlOptions, etcdctlEnvironment } from "./etcdctl";
import { type Endpoint } from "../cluster/topology";
import { paths } from "../cluster/paths";
import { ports } from "../cluster/ports";

/** Key in etcd with the peer URLs of the stack file's members after the last update. */
export const membersKey = "hapg/members";

/** What to do when etcd has lost its majority, as the end of a message. */
export const rebuildEtcdHint = "If those disks are lost, rebuild etcd: npm run rebuild-etcd";

/** The peer URLs of members, by which etcd identifies them before it knows their names. */
export const peerUrls = (members: Endpoint[]): string[] =>
  members.map(({ address }) => `https://${address}:${ports.etcdPeer}`);

/**
 * The last step of an update of etcd. It waits up to 60 s until all remaining members run with a
 * vote in one cluster. Otherwise it fails and names the members that hold data and those that do
 * not run. Then it removes members that are no longer in the stack file: a stopped member still
 * counts for the quorum, and no step may leave fewer members than the quorum of the rest.
 *
 * Runs inside a member. Its arguments are the peer URLs of the members that stay.
 * @param away members that stay but need not run; their vote is enough
 * @param voteSeconds how long it waits
 */
export const etcdLeave = (away: Endpoint[] = [], voteSeconds = 60): string => `set -eu
${etcdctlEnvironment}
away=" ${peerUrls(away).join(" ")} "
endpoint=127.0.0.1:${ports.etcdClient}
ctl() { etcdctl --endpoints "$endpoint" --dial-timeout 2s --command-timeout 3s "$@"; }
${askPeer}
name() { echo "$1" | sed 's|https://||; s|:${ports.etcdPeer}$||'; }

# Looks at the members that stay: which hold data, which do not run, which have no vote.
look() {
  held='' idle='' ids='' pending=''
  for url in "$@"; do
    id=$(ask "$url" | cluster_of) || id=
    case "$id $away" in
      " "*" $url "*) ;;
      " "*) idle="$idle $(name "$url")" ;;
      *)
        held="$held $(name "$url") (cluster $id)"
        case " $ids " in *" $id "*) ;; *) ids="$ids $id" ;; esac
        ;;
    esac
    echo "$list" | grep -F ", $url," | grep -q ", started, .*, false$" || pending="$pending $(name "$url")"
  done
}

# Members that etcd counts and the stack file no longer has; any member answers that, without a quorum.
former() {
  for url in "$@"; do
    answer=$(ask "$url") || continue
    echo "$answer" | tr '}' '\\n' | sed -n 's/.*"peerURLs":\\["\\([^"]*\\)".*/\\1/p' | sort |
      while read -r one; do
        case " $* " in *" $one "*) ;; *) printf ' %s' "$(name "$one")" ;; esac
      done
    return
  done
}

# Removes a member. etcd refuses that for five seconds after a member's start.
remove() {
  for _ in 1 2 3 4 5 6 7 8 9; do ! ctl member remove "$1" >/dev/null 2>&1 || return 0; sleep 1; done
  ctl member remove "$1" >/dev/null
}

# Whether a quorum answers, through whatever member.
find_quorum() {
  for url in https://127.0.0.1:${ports.etcdPeer} "$@"; do
    endpoint=\${url%:*}:${ports.etcdClient}
    # It says at once that nobody leads; etcdctl would wait for a leader.
    curl -sf ${etcdCurlOptions} --max-time 3 -o /dev/null "$endpoint/health" || continue
    ! ctl get ${membersKey} >/dev/null 2>&1 || return 0
  done
  return 1
}

end=$(($(date +%s) + ${voteSeconds}))
while :; do
  quorum=
  list=
  ! find_quorum "$@" || { quorum=yes; list=$(ctl member list 2>/dev/null) || true; }
  look "$@"
  [ -z "$quorum" ] || [ -n "$idle$pending" ] || [ "$(echo $ids | wc -w)" != 1 ] || break
  [ "$(date +%s)" -ge $end ] || { sleep 1; continue; }
  if [ -n "$quorum" ]; then
    echo "etcd: not every member takes part within ${voteSeconds} s." >&2
    [ -z "$pending" ] || echo "Without a vote:$pending" >&2
    hint="The others form a quorum. The log of the member that does not take part names the remedy"
  else
    echo "etcd has no quorum within ${voteSeconds} s. Nothing was founded and no data was changed." >&2
    hint="Without a quorum nobody leads, and the dynamic configuration and history are out of reach. ${rebuildEtcdHint}"
    removed=$(former "$@")
    [ -z "$removed" ] || hint="Removed from the stack file, and still needed for the quorum:$removed. Put \
etcd.members back, run the update, and lower it afterwards: data was kept by npm run down"
  fi
  echo "With data:\${held:- none}" >&2
  [ -z "$idle" ] || echo "Without data, or not able to start with it:$idle" >&2
  [ "$(echo $ids | wc -w)" -le 1 ] || echo "The members hold data of different clusters:$ids" >&2
  echo "$hint" >&2
  exit 1
done

ctl put ${membersKey} "$*" >/dev/null
list=$(ctl member list)
echo "$list" | while IFS=, read -r id _ name url _; do
  url=\${url# }
  case " $* " in *" $url "*) continue ;; esac
  remove "$id"
  echo "\${name# } is no longer a member"
  until ctl endpoint health >/dev/null 2>&1; do sleep 0.2; done
done
`;

/**
 * Succeeds inside a member that has a quorum; otherwise it does what {@link etcdLeave} does, which
 * reports why there is none.
 */
export const etcdProof = (away: Endpoint[] = []): string =>
  `! ${paths.etcdCtl} endpoint health >/dev/null 2>&1 || exit 0
${etcdLeave(away)}`;
