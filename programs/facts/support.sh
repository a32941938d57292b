# What support needs to see of a service: configuration, versions, and what its program says. Changes nothing.
#   KIND PORT DATA_DIRECTORY SOCKETS
# A name that begins with `secret/` is for the reader to know what to hide, and for nobody else.
kind=$1 port=$2 data=$3 sockets=$4

# Of each at most the last megabyte.
bounded() { "$@" 2>&1 | tail -c 1000000; }
show() { for path in "$@"; do [ ! -f "$path" ] || fact "config/${path##*/}" bounded cat "$path"; done; }
ask() { fact "$1" bounded psql -Xqw --csv -h "$sockets" -U "$2" -d "$3" -p "$4" -c "$5"; }

fact system.txt sh -c 'date -u; uname -a; cat /etc/os-release /proc/loadavg; head -n 5 /proc/meminfo; df -Pk'
fact packages.txt dpkg-query -W
case $kind in
  etcd)
    show /etc/etcd/etcd.env /etc/etcd/peers /etc/etcd/neighbours
    for what in 'endpoint status' 'alarm list' 'member list'; do
      # shellcheck disable=SC2086 # The words are two.
      fact "${what% *}.txt" bounded /etc/etcd/ctl --dial-timeout 1s --command-timeout 3s $what -w table
    done
    ;;
  patroni)
    show /etc/patroni/patroni.yml /etc/patroni/start.json
    show "$data/postgresql.conf" "$data/postgresql.base.conf" "$data/postgresql.auto.conf" \
      "$data/pg_hba.conf" "$data/pg_ident.conf" "$data/patroni.dynamic.json"
    export PGCONNECT_TIMEOUT=3 PGOPTIONS='-c statement_timeout=5s'
    ask settings.csv postgres postgres 5432 \
      "SELECT name, setting, unit, source, sourcefile, pending_restart FROM pg_settings WHERE source <> 'default'"
    ask replication.csv postgres postgres 5432 "TABLE pg_stat_replication"
    ask slots.csv postgres postgres 5432 "TABLE pg_replication_slots"
    ask databases.csv postgres postgres 5432 \
      "SELECT s.*, pg_database_size(s.datid) AS bytes FROM pg_stat_database s WHERE datid > 0"
    ask activity.csv postgres postgres 5432 \
      "SELECT pid, usename, datname, client_addr, state, wait_event_type, wait_event, xact_start, query_start, backend_type FROM pg_stat_activity"
    ask extensions.csv postgres postgres 5432 "TABLE pg_extension"
    fact controldata.txt sh -c '"$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)/pg_controldata" -D "$1"' - "$data"
    fact patronictl.txt bounded timeout 5 patronictl -c /etc/patroni/patroni.yml list -e
    ;;
  haproxy)
    show /etc/haproxy/haproxy.cfg
    ;;
  pgbouncer)
    show /etc/pgbouncer/pgbouncer.ini /etc/pgbouncer/listen.ini
    fact secret/userlist.txt cat /etc/pgbouncer/userlist.txt
    for what in POOLS STATS SERVERS CLIENTS CONFIG STATE VERSION; do
      ask "show-$what.csv" pgbouncer pgbouncer "$port" "SHOW $what"
    done
    ;;
  keepalived)
    show /etc/keepalived/keepalived.conf
    fact addresses.txt ip -o addr show
    ;;
esac
