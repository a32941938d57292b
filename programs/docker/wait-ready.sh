# Waits until a service's readiness check passes inside its container.
#   wait_ready CONTAINER SERVICE TIMEOUT_SECONDS COMMAND...
# A service that does not become ready is named, with its last log lines and what to do.
wait_ready() {
  container=$1 service=$2 timeout=$3
  shift 3
  deadline=$(($(date +%s) + timeout))
  stopped=
  restarts=$(restart_count "$container")
  until said=$(docker exec "$container" "$@" 2>/dev/null); do
    # The check's own way to report that waiting is useless; what it reports at first may be of a former update.
    if [ $? -ne 3 ]; then
      stopped=
    elif [ -z "$stopped" ]; then
      stopped=$(date +%s)
    elif [ $(($(date +%s) - stopped)) -ge 30 ]; then
      not_ready "$container" "$service is stopped: $said"
      return 1
    fi
    if [ "$(date +%s)" -ge "$deadline" ]; then
      not_ready "$container" "$service did not become ready within $timeout s."
      return 1
    fi
    if [ "$(restart_count "$container")" -ge $((restarts + 5)) ]; then
      not_ready "$container" "$service fails again and again."
      return 1
    fi
    sleep 0.2
  done
}

restart_count() {
  docker inspect --format '{{.RestartCount}}' "$1" 2>/dev/null || echo 0
}

not_ready() {
  echo "$2 Its last log lines:" >&2
  docker logs --tail 30 "$1" 2>&1 | sed 's/^/  | /' >&2
  echo "Nothing else was changed. Correct the cause and run the update again: it continues from here." >&2
}
