# What a PgBouncer has: its pools and who waits for them. Changes nothing.
#   PORT
console() {
  fact "$1" psql -Xqw --csv -h /var/run/postgresql -p "$port" -U pgbouncer -c "$2" pgbouncer
}
port=$1
fact now date +%s
certificate /etc/pgbouncer/identity.pem
console pools "SHOW POOLS"
console state "SHOW STATE"
console version "SHOW VERSION"
