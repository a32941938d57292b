# Judges haproxy.cfg before any HAProxy has it: starts it as the service does, where its ports are free and within the
# service's limits, until it answers. `haproxy -c` alone looks at no limit.
#   sh try-haproxy.sh STATS_PORT COMMAND...
port=$1
shift
log=$(mktemp)
"$@" >"$log" 2>&1 &
haproxy=$!
end=$(($(date +%s) + 20))
status=1
while kill -0 "$haproxy" 2>/dev/null && [ "$(date +%s)" -lt "$end" ]; do
  # Any answer will do: no member is there to be ready for.
  if curl -sk -o /dev/null "https://localhost:$port/livez"; then
    status=0
    break
  fi
  sleep 0.1
done
kill "$haproxy" 2>/dev/null
wait "$haproxy" 2>/dev/null
if [ "$status" != 0 ]; then
  if grep -q 'FD limit' "$log"; then
    echo "haproxy.maxConnections: more than the limit of open files allows for."
  fi
  grep -v NOTICE "$log"
fi
exit "$status"
