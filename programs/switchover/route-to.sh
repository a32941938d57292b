# Has this HAProxy lead to the member that has taken over.
#
#   sh -c "$(cat route-to.sh)" route-to FROM TO
#
# Says `ready`. After a line, tells HAProxy what its next checks would find, says `writes` once the member that has taken
# over is the only one where writes go, and `reads` once reads do not go there any more.
set -u
from=$1 to=$2
# Its port and its login are in a file that this service reads. An update may be about to change them.
port=$(sed -n '/^frontend stats$/,/^$/s/^  bind :\([0-9]*\) .*/\1/p' /etc/haproxy/haproxy.cfg)
page=https://localhost:$port/stats
user=$(sed -n 's/^  user \(.*\) insecure-password /\1:/p' /etc/haproxy/haproxy.cfg)

# A request for curl.
request() {
  printf '%s = "%s"\n' cacert /etc/haproxy/ca.pem user "$user" "$@"
}

order() {
  request url "$page" data "b=$1&s=$2&action=$3" output /dev/null
  echo next
}

# Gives the orders and asks what came of them, on one connection: the servers that are up, as BACKEND/SERVER. Nothing if
# HAProxy does not answer. One that takes no orders finds out by itself, within seconds.
up() {
  {
    order primary "$from" hdown
    order primary "$to" hrunn
    order standbys "$to" hdown
    request url "$page;csv"
  } | curl -sm 2 -K - | awk -F, '
    NR > 1 && $2 !~ /^(FRONTEND|BACKEND)$/ && $18 ~ /^UP/ { printf " %s/%s", $1, $2 }
    END { if (NR > 0) print " " }'
}

writes_go_there() {
  case $(up) in
    *" primary/"*" primary/"*) return 1 ;;
    *" primary/$to "*) return 0 ;;
    *) return 1 ;;
  esac
}

reads_go_elsewhere() {
  case $(up) in
    "" | *" standbys/$to "*) return 1 ;;
  esac
}

await() {
  until "$1"; do [ "$(date +%s)" -lt "$end" ] || exit 1; done
}

echo ready
read -r _ || exit 0
end=$(($(date +%s) + 60))
await writes_go_there
echo writes
await reads_go_elsewhere
echo reads
