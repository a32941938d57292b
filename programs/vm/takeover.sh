# Takes a host from the stack that it belonged to. Data stays where it is.

# Prints the owner, the services that run and the directories with data: KIND, TAB, value.
#   remains SERVICE:UNIT... -- DIRECTORY...
remains() {
  [ ! -e /var/lib/hapg/owner ] || printf 'owner\t%s\n' "$(cat /var/lib/hapg/owner)"
  while [ "$1" != -- ]; do
    ! systemctl is-active --quiet "${1#*:}" || printf 'runs\t%s\n' "${1%%:*}"
    shift
  done
  shift
  for directory in "$@"; do
    [ -z "$(ls -A "$directory" 2>/dev/null)" ] || printf 'data\t%s\n' "$directory"
  done
}

# Only where somebody has owned it: a host that is new is none of ours.
#   claim CLUSTER OWNER
claim() {
  [ -e /var/lib/hapg/owner ] || return 0
  echo "$1 $2" >/var/lib/hapg/owner.new
  mv -f /var/lib/hapg/owner.new /var/lib/hapg/owner
}
