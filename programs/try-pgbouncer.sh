# Judges pgbouncer.ini before any PgBouncer has it: starts it as the service does, where its port is free and within the
# service's limits, until its console answers.
#   sh try-pgbouncer.sh SOCKET_DIRECTORY PORT USER COMMAND...
sockets=$1 port=$2 user=$3
shift 3
log=$(mktemp)
"$@" >"$log" 2>&1 &
pool=$!
end=$(($(date +%s) + 20))
status=1
while kill -0 "$pool" 2>/dev/null && [ "$(date +%s)" -lt "$end" ]; do
  if psql -XqAtw -h "$sockets" -p "$port" -U "$user" -c "SHOW VERSION" pgbouncer >/dev/null 2>&1; then
    status=0
    break
  fi
  sleep 0.1
done
kill -INT "$pool" 2>/dev/null
wait "$pool" 2>/dev/null
# It goes on after some errors, without what they are about.
! grep -E ' (WARNING|ERROR|FATAL) ' "$log" || status=2
# shellcheck disable=SC2046 # two numbers
set -- $(sed -n 's/.*hard: \([0-9]*\)); max_client_conn: [0-9]*, max expected fd use: \([0-9]*\).*/\1 \2/p' "$log")
if [ "${2:-0}" -gt "${1:-0}" ]; then
  echo "pgbouncer.maxClientConnections: $2 open files are needed at most, and the limit is $1."
  status=2
fi
[ "$status" != 1 ] || cat "$log"
exit "$status"
