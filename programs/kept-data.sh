# What data a service's directory holds, one line each, nothing if there is none.
#   kept_data SERVICE DIRECTORY
kept_data() {
  # A permission to rebuild counts: the loss of the data was noticed, and decided upon.
  { ! ls "$2"/member/wal/*.wal >/dev/null 2>&1 && [ ! -e "$2/rebuild-permitted" ]; } || printf 'kept\t%s\tetcd\n' "$1"
  for kept_version in "$2"/*/main/PG_VERSION; do
    [ -e "$kept_version" ] || continue
    kept_directory=${kept_version%/PG_VERSION}
    # Left by a founding that was cut short before anybody could have written anything.
    kept_state=whole
    [ ! -e "$2/founding" ] || kept_state=begun
    # The first eight bytes of ControlFileData, in the byte order of the machine.
    kept_system=$(od -An -tu8 -N8 "$kept_directory/global/pg_control" 2>/dev/null | tr -d ' ')
    printf 'kept\t%s\tpostgres\t%s\t%s\t%s\t%s\n' "$1" "$(cat "$kept_version")" "${kept_system:-unknown}" "$kept_state" \
      "$(base64 -w0 "$kept_directory/patroni.dynamic.json" 2>/dev/null)"
  done
}
