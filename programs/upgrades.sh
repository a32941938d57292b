# What newer packages there are for this system, and which versions it has. Reads the repositories anew, into a folder of
# its own: nothing is changed, and no list of packages of the system either.
#   sh -s PACKAGE...
#
# Prints lines of words with tabs between them: `own NAME VERSION` for the installed ones of PACKAGE, and
# `newer NAME INSTALLED VERSION ORIGIN` for each package that an upgrade would replace, held or not.
set -eu
export LC_ALL=C
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"

apt() {
  apt-get -q -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder/cache" "$@"
}

# An error must not look like an answer that there is nothing newer.
apt -o APT::Update::Error-Mode=any -o Acquire::http::Timeout=30 update >"$folder/log" 2>&1 ||
  { tail -n 5 "$folder/log" >&2; exit 1; }

dpkg-query -W -f '${db:Status-Status} own\t${Package}\t${Version}\n' "$@" 2>/dev/null |
  sed -n 's/^installed //p' || true
apt --simulate --ignore-hold dist-upgrade >"$folder/plan" 2>&1 || { tail -n 5 "$folder/plan" >&2; exit 1; }
sed -nE 's/^Inst ([^ ]+) \[([^]]+)\] \(([^ ]+) (.*) \[[^]]+\]\).*/newer\t\1\t\2\t\3\t\4/p' "$folder/plan"
