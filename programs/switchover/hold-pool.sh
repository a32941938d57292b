# Holds the clients of this PgBouncer for the time of a switchover.
#
#   sh -c "$(cat hold-pool.sh)" hold-pool WAIT HOLD ENTRY...
#
# Clients of the entries that lead to standbys are held apart from all others; entries that this PgBouncer does not have,
# or not yet, are left out. Says `ready`, and then answers lines:
#   pause    `paused` once no transaction runs any more; it ends, and clients go on, if that takes more than WAIT seconds
#   writes   `writes`: clients of all other entries go on
#   reads    `reads`: all clients go on
# They also go on HOLD seconds after `paused`, when the input ends, and at any other end but the kernel's own.
set -u
wait=$1 hold=$2
shift 2
# An update may be about to give it another one.
port=$(sed -n 's/^listen_port = //p' /etc/pgbouncer/listen.ini /etc/pgbouncer/pgbouncer.ini 2>/dev/null | head -n 1)

admin() {
  psql -XqAtw -h /var/run/postgresql -p "$port" -U pgbouncer "$@" pgbouncer
}

# One session for all of it: each begins with a moment of its own.
pause() {
  for entry in "$@"; do set -- "$@" -c "PAUSE \"$entry\""; shift; done
  timeout "$wait" psql -XqAtw -v ON_ERROR_STOP=1 -h /var/run/postgresql -p "$port" -U pgbouncer \
    "$@" -c PAUSE pgbouncer
}

release_reads() {
  for entry in "$@"; do set -- "$@" -c "RESUME \"$entry\""; shift; done
  admin "$@"
}

# What is not paused cannot go on: no failure.
release() {
  admin -c RESUME >/dev/null 2>&1
  release_reads "$@" >/dev/null 2>&1
}

# A line, as long as there is time: `read` itself would wait for ever.
hear() {
  timeout "$1" head -n 1
}

state=$(admin -c "SHOW STATE") || exit
case $state in
  *"paused|no"*) ;;
  *) echo "it is paused already" >&2 && exit 1 ;;
esac

databases=$(admin -c "SHOW DATABASES" | cut -d '|' -f 1)
for entry in "$@"; do
  shift
  ! printf '%s\n' "$databases" | grep -Fxq -e "$entry" || set -- "$@" "$entry"
done

trap 'release "$@"' EXIT
trap 'exit 1' HUP INT TERM
# Whoever listens may be gone; the clients go on all the same.
trap '' PIPE

echo ready
[ "$(hear 600)" = pause ] || exit 0
if ! pause "$@"; then
  echo "transactions were still running after $wait s" >&2
  exit 1
fi
end=$(($(date +%s) + hold))
echo paused
while left=$((end - $(date +%s))) && [ "$left" -gt 0 ]; do
  case $(hear "$left") in
    writes) admin -c RESUME && echo writes ;;
    reads) release_reads "$@" && echo reads && exit 0 ;;
    *) exit 1 ;;
  esac
done
