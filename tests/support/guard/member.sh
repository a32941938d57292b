# Sourced by scripts that stand in Patroni's place: a real PostgreSQL, and what Patroni writes to
# the guard.
PATH=$PATH:$(echo /usr/lib/postgresql/*/bin)
: "${pipe:=/tmp/watchdog}" "${data:=/tmp/data}"

# Starts a new server; its number is in $data.pid. With a name, a file of that name is made before
# it starts.
postgres() {
  initdb --no-sync --auth trust --pgdata "$data" >/dev/null
  for file; do touch "$data/$file"; done
  pg_ctl start --silent --wait --pgdata "$data" --log "$data.log" \
    --options "-c listen_addresses= -c unix_socket_directories=/tmp -c port=${port:-5432}"
  head -n 1 "$data/postmaster.pid" >"$data.pid"
}

# is_there [TEXT]: whether the server runs; one that has ended and is not reaped does not.
is_there() {
  readlink -q "/proc/$(cat "$data.pid")/exe" >/dev/null && echo "${1-}there" || echo "${1-}gone"
}

# CLOCK_BOOTTIME in milliseconds.
clock() { sed 's/ .*//; s/\.//; s/^0*//; s/$/0/' /proc/uptime; }

until_clock() { while [ "$(clock)" -lt "$1" ]; do sleep 0.02; done; }

# lead MILLISECONDS [AGO]: the lease was renewed so many milliseconds ago, and lasts so long from
# then on.
lead() {
  sent=$(($(clock) - ${2:-0}))
  # Opened for both: that waits for nobody, if the guard is gone.
  echo "${sent}000000 $((sent + $1))000000" 1<>"$pipe"
}

does_not_lead() { echo V 1<>"$pipe"; }
