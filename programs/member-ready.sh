# The readiness check of a member of PostgreSQL: it leads, or it streams from the current leader on
# its timeline.
#   member-ready.sh URL CA START_STOPPED
# Ends with 0 if it is ready, with 1 if it is not yet, and with 3 if it will not become ready by
# itself: then the file START_STOPPED holds the reason, which is printed.
url=$1 ca=$2 stopped=$3
if [ -s "$stopped" ]; then
  cat "$stopped"
  exit 3
fi

# One connection for both; each answer is one line.
answers=$(curl -sf -m 5 --cacert "$ca" -w '\n' "$url/patroni" "$url/cluster") || exit 1
own=$(printf '%s\n' "$answers" | sed -n 1p)
says() { printf '%s\n' "$own" | grep -Eq "\"$1\": ($2)[,}]"; }

says state '"running"' || exit 1
! says role '"(primary|master)"' || exit 0
says replication_state '"streaming"' || exit 1
leader=$(printf '%s\n' "$answers" | sed -n 2p | tr '{' '\n' | grep -E '"role": "(standby_)?leader"')
timeline=$(printf '%s\n' "$leader" | sed -n 's/.*"timeline": \([0-9]*\).*/\1/p')
[ -n "$timeline" ] && says timeline "$timeline" || exit 1
