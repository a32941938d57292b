# Runs a command once the container's number of processes is limited; then, and at every later start, at once.
# Where control groups limit no processes there is no file to look at, and nothing to wait for.
#   sh -c THIS once-limited COMMAND...
trap 'exit 143' TERM INT
until [ "$(cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null)" != max ]; do
  sleep 0.05
done
trap - TERM INT
exec "$@"
