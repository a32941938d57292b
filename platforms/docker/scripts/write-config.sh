# Writes a service's files into its configuration volume, and tells a running service to read them
# again. One that was ready before must be ready afterwards; one that was not is about to be replaced.
#   write_config IMAGE VOLUME DIRECTORY CONTAINER SERVICE SIGNAL TIMEOUT_SECONDS COMMAND... < install script
write_config() {
  image=$1 volume=$2 directory=$3 container=$4 service=$5 signal=$6 timeout=$7
  shift 7
  # As root, to write into and give away what belongs to the service's user; and with no more rights than that.
  docker run --rm -i --user 0 --network none --no-healthcheck --entrypoint sh \
    --read-only --security-opt no-new-privileges:true --pids-limit 32 \
    --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER \
    --volume "$volume:$directory" "$image" -s
  [ "$signal" != none ] || return 0
  mounted=$(docker inspect --format '{{range .Mounts}}{{.Name}} {{end}}' "$container" 2>/dev/null || true)
  case " $mounted " in *" $volume "*) ;; *) return 0 ;; esac
  if docker exec "$container" "$@" >/dev/null 2>&1; then
    docker kill --signal "$signal" "$container" >/dev/null
    wait_ready "$container" "$service" "$timeout" "$@"
  fi
}
