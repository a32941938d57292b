# PostgreSQL's archive_command and restore_command, which run in the data directory.
#   sh THIS STANZA_PREFIX push PATH
#   sh THIS STANZA_PREFIX get FILE PATH
# The stanza has the system identifier in its name: no two clusters can write to one archive by mistake.
set -eu
prefix=$1 action=$2
shift 2
system=$(od -An -tu8 -N8 global/pg_control | tr -d ' ')
exec pgbackrest --config=/etc/patroni/pgbackrest.conf --stanza="$prefix$system" --pg1-path="$PWD" \
  --log-level-console=error "archive-$action" "$@"
