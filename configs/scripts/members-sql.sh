# Runs SQL on every member that answers. It gets how far the leader has written as psql's variable lsn.
#   members-sql CONNECTION-TO-THE-LEADER CONNECTION-TO-ANY ADDRESS... < script
set -eu
leader=$1 any=$2
shift 2
script=$(cat)
lsn=$(psql -XqAtw -c 'SELECT pg_current_wal_lsn()' "$leader")
for address; do
  # One that does not answer says so, may be gone for long, and is no reason to stop.
  printf '%s\n' "$script" |
    psql -XqAtw -v ON_ERROR_STOP=1 -v VERBOSITY=terse -v lsn="$lsn" "host=$address $any" |
    sed "s/^/$address: /"
done
