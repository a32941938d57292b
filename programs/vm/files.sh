# Files that the program owns on this host, and what their changes ask for. An owner is a service's name, or
# `host`. What it has is under /var/lib/hapg:
#   OWNER.files      kind and path of each file
#   OWNER.sums       digests of the files when they were last written
#   OWNER.modes      their modes and users
#   OWNER.due/KIND   a change that was not acted upon yet: an update may be cut short in between
state=/var/lib/hapg

begin() {
  owner=$1
  install -d -m 700 "$state"
  install -d -m 700 "$state/$owner.due"
  adopt_files
  : >"$state/$owner.files.new"
}

# What a run that was cut short has put is the owner's too.
adopt_files() {
  [ -e "$state/$owner.files.new" ] || return 0
  cat "$state/$owner.files.new" >>"$state/$owner.files"
  rm "$state/$owner.files.new"
}

# put_file PATH MODE USER KIND < CONTENT.
put_file() {
  install -d -m 755 "$(dirname "$1")"
  # Nobody else reads it before it has its mode.
  (umask 077 && head -c -2 >"$1.new")
  chown "$3:" "$1.new"
  chmod "$2" "$1.new"
  echo "$4 $1" >>"$state/$owner.files.new"
  if cmp -s "$1.new" "$1" && [ "$(stat -c '%a %U' "$1")" = "$2 $3" ]; then
    rm "$1.new"
  else
    : >"$state/$owner.due/$4"
    mv -f "$1.new" "$1"
  fi
}

# put_link PATH TARGET USER. A file that somebody else has put there stays.
put_link() {
  if [ -e "$1" ] && [ ! -L "$1" ]; then return 0; fi
  directory=$(dirname "$1")
  [ -d "$directory" ] || runuser -u "$3" -- mkdir -p "$directory"
  echo "link $1" >>"$state/$owner.files.new"
  ln -sfn "$2" "$1"
  chown -h "$3:" "$1"
}

is_due() { [ -e "$state/$owner.due/$1" ]; }

# Removes the files that the owner had and has no more.
drop_old_files() {
  [ -e "$state/$owner.files" ] || return 0
  while read -r kind path; do
    cut -d ' ' -f 2- "$state/$owner.files.new" | grep -qxF "$path" && continue
    : >"$state/$owner.due/$kind"
    rm -f "$path"
  done <"$state/$owner.files"
}

end() {
  mv "$state/$owner.files.new" "$state/$owner.files"
  # A link has no content of its own.
  grep -v '^link ' "$state/$owner.files" >"$state/$owner.contents" || true
  while read -r _ path; do sha256sum "$path"; done <"$state/$owner.contents" >"$state/$owner.sums"
  while read -r _ path; do stat -c '%a %U %n' "$path"; done <"$state/$owner.contents" >"$state/$owner.modes"
  rm "$state/$owner.contents"
  rm -rf "$state/$owner.due"
}

# Removes every file of the owner, and the directories that are empty then.
remove_files() {
  adopt_files
  [ -e "$state/$owner.files" ] || return 0
  while read -r _ path; do
    rm -f "$path"
    rmdir --ignore-fail-on-non-empty "$(dirname "$path")" 2>/dev/null || true
  done <"$state/$owner.files"
  rm -rf "$state/$owner.files" "$state/$owner.sums" "$state/$owner.modes" "$state/$owner.due"
}
