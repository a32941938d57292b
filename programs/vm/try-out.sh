# Tries out a service's new files beside the running service: as its user, within its limits, at the files' real
# paths, with a data directory and a network of its own.
begin_trial() {
  install -d -m 700 /var/lib/hapg
  trial=$(mktemp -d /run/hapg-trial.XXXXXX)
  trial_data=$(mktemp -d /var/lib/hapg/trial.XXXXXX)
  trap 'rm -rf "$trial" "$trial_data"' EXIT
  mkdir "$trial/config" "$trial/runtime"
}

# trial_file NAME MODE < CONTENT.
trial_file() {
  (umask 077 && head -c -2 >"$trial/config/$1")
  chmod "$2" "$trial/config/$1"
}

# run_trial SERVICE USER CONFIG-DIRECTORY DATA-DIRECTORY RUNTIME-DIRECTORY OPEN-FILES MEGABYTES TASKS COMMAND...
# DATA-DIRECTORY and RUNTIME-DIRECTORY may be empty.
run_trial() {
  service=$1 user=$2 config=$3 data=$4 runtime=$5 files=$6 memory=$7 tasks=$8
  shift 8
  chown -R "$user:" "$trial/config" "$trial/runtime" "$trial_data"
  chmod 700 "$trial/config" "$trial_data"
  [ -z "$data" ] || set -- --property="BindPaths=$trial_data:$data" "$@"
  [ -z "$runtime" ] || set -- --property="BindPaths=$trial/runtime:$runtime" "$@"
  judge "$host: $service" systemd-run --quiet --wait --pipe --collect --service-type=exec \
    --property="User=$user" --property="Group=$user" \
    --property="LimitNOFILE=$files" --property=LimitCORE=0 \
    --property="MemoryMax=${memory}M" --property=MemorySwapMax=0 --property="TasksMax=$tasks" \
    --property=PrivateNetwork=yes --property=PrivateTmp=yes --property=NoNewPrivileges=yes \
    --property=CapabilityBoundingSet= --property=ProtectSystem=full --property=ProtectHome=yes \
    --property="BindPaths=$trial/config:$config" "$@"
}
