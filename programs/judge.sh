# Runs a trial of a service's new files, and shows what it prints if they are refused.
#   judge SERVICE COMMAND...
judge() {
  tried=$1
  shift
  printed=$("$@" 2>&1) && return 0
  {
    echo "$tried: its new configuration was tried out first, and it is refused:"
    printf '%s\n' "$printed" | sed 's/^/  | /'
    echo "No running service was touched. Correct the stack file and run the update again."
  } >&2
  return 1
}
