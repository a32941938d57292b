# Makes a service run with the files that were put, and waits until it does its work. One that ran and was not ready
# before is not waited for if it need not restart: it may need the new files of others, as when certificates have ended.
#   finish_service UNIT USER TIMEOUT_SECONDS COMMAND...
finish_service() {
  unit=$1 user=$2 timeout=$3
  shift 3
  drop_old_files
  systemctl daemon-reload
  systemctl unmask --quiet --runtime "$unit"
  systemctl enable --quiet "$unit"
  if is_repair "$@"; then
    ! is_due reload || { systemctl reload "$unit" && wait_reloaded; } ||
      not_ready "$owner could not read its files again."
    end
    return
  fi
  if is_due restart || ! systemctl is-active --quiet "$unit"; then
    ! systemctl is-active --quiet "$unit" || hand_over
    systemctl restart "$unit" || not_ready "$owner could not be started."
  elif is_due reload; then
    systemctl reload "$unit" || not_ready "$owner could not read its files again."
    wait_reloaded
  fi
  wait_ready "$@"
  end
}

# Nothing that changed asks for a restart, so the service has run with these files before.
is_repair() {
  { is_due nothing || is_due reload; } && ! is_due restart && systemctl is-active --quiet "$unit" &&
    ! (cd / && runuser -u "$user" -- "$@" >/dev/null 2>&1)
}

wait_ready() {
  deadline=$(($(date +%s) + timeout))
  stopped=
  restarts=$(restart_count)
  until said=$(cd / && runuser -u "$user" -- "$@" 2>/dev/null); do
    # The check's own way to report that waiting is useless; what it reports at first may be of a former update.
    if [ $? -ne 3 ]; then
      stopped=
    elif [ -z "$stopped" ]; then
      stopped=$(date +%s)
    elif [ $(($(date +%s) - stopped)) -ge 30 ]; then
      not_ready "$owner is stopped: $said"
    fi
    [ "$(date +%s)" -lt "$deadline" ] || not_ready "$owner did not become ready within $timeout s."
    [ "$(restart_count)" -lt $((restarts + 5)) ] || not_ready "$owner fails again and again."
    sleep 0.2
  done
}

# The process that ran before may still be the one that answers.
wait_reloaded() {
  deadline=$(($(date +%s) + timeout))
  until reloaded >/dev/null 2>&1; do
    [ "$(date +%s)" -lt "$deadline" ] || not_ready "$owner runs, but not with its new files."
    sleep 0.2
  done
}

restart_count() { systemctl show --property NRestarts --value "$unit"; }

not_ready() {
  echo "$host: $* Its last log lines:" >&2
  journalctl --unit "$unit" --lines 30 --output cat --no-pager 2>&1 | sed 's/^/  | /' >&2
  echo "Nothing else was changed. Correct the cause and run the update again: it continues from here." >&2
  exit 1
}

# Stops a service and removes its files. Its data stays.
#   remove_service UNIT
remove_service() {
  systemctl disable --quiet --now "$1" 2>/dev/null || true
  remove_files
  systemctl daemon-reload
}

# A disk that comes from another machine may have other numbers for users.
#   take_data DIRECTORY USER
take_data() {
  install -d -m 700 -o "$2" -g "$2" "$1"
  [ -z "$(find "$1" -mindepth 1 -maxdepth 3 ! -user "$2" -print -quit)" ] || chown -R "$2:" "$1"
}
