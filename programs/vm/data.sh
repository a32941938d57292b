# What a cluster leaves on a host: its data and the note of whose that is.

# is_owned_by PROJECT/STACK
is_owned_by() {
  [ -e /var/lib/hapg/owner ] || return 1
  read -r _ stack </var/lib/hapg/owner
  case $stack in */"$1") ;; *) return 1 ;; esac
}

# Prints size in bytes and directory, a line each, with a tab between.
#   list_data PROJECT/STACK DIRECTORY...
list_data() {
  is_owned_by "$1" || return 0
  shift
  for directory in "$@"; do
    [ -z "$(ls -A "$directory" 2>/dev/null)" ] || du -sb "$directory"
  done
}

# remove_data PROJECT/STACK DIRECTORY...
remove_data() {
  is_owned_by "$1" || return 0
  shift
  for directory in "$@"; do
    [ ! -d "$directory" ] || find "$directory" -mindepth 1 -delete
  done
  rm -rf /var/lib/hapg
}
