# Runs SQL where the cluster takes writes.
#   leader-sql CONNECTION PASSFILE < the superuser's line for a password file, then the script
# The line has the password that is to be; PASSFILE has the one that was. An update that was cut short may
# have changed it without having come to PASSFILE.
set -eu
IFS= read -r line
wanted=$(mktemp)
trap 'rm -f "$wanted"' EXIT
printf '%s\n' "$line" >"$wanted"
passfile=$2
if psql -XqAtw -c 'SELECT' "$1 passfile=$wanted" >/dev/null 2>&1; then passfile=$wanted; fi
psql -XqAtw "$1 passfile=$passfile"
