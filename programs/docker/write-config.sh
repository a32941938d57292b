# Writes a service's files into its configuration volume, and tells a running service to read them again, ready or
# not. It has to run with them then, and if it was ready before, it has to be ready afterwards.
#   write_config IMAGE VOLUME DIRECTORY CONTAINER SERVICE SIGNAL TIMEOUT_SECONDS RELOADED COMMAND... < install script
# RELOADED is a shell command that succeeds in the container once the files are in effect.
write_config() {
  image=$1 volume=$2 directory=$3 container=$4 service=$5 signal=$6 timeout=$7 reloaded=$8
  shift 8
  # As root, to write into and give away what belongs to the service's user; and with no more rights than that.
  docker run --rm -i --user 0 --network none --no-healthcheck --entrypoint sh \
    --read-only --security-opt no-new-privileges:true --pids-limit 32 \
    --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER \
    --volume "$volume:$directory" "$image" -s
  [ "$signal" != none ] || return 0
  mounted=$(docker inspect --format '{{range .Mounts}}{{.Name}} {{end}}' "$container" 2>/dev/null || true)
  case " $mounted " in *" $volume "*) ;; *) return 0 ;; esac
  # One that does not run reads them when it starts.
  [ "$(docker inspect --format '{{.State.Status}}' "$container")" = running ] || return 0
  was_ready=no
  ! docker exec "$container" "$@" >/dev/null 2>&1 || was_ready=yes
  docker kill --signal "$signal" "$container" >/dev/null || return 0
  wait_reloaded
  [ "$was_ready" = no ] || wait_ready "$container" "$service" "$timeout" "$@"
}

# The process that ran before may still be the one that answers.
wait_reloaded() {
  deadline=$(($(date +%s) + timeout))
  until docker exec "$container" sh -c "$reloaded" >/dev/null 2>&1; do
    if [ "$(date +%s)" -ge "$deadline" ]; then
      not_ready "$container" "$service runs, but not with its new files."
      return 1
    fi
    sleep 0.2
  done
}
