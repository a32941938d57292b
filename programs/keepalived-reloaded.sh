# Succeeds once the running Keepalived has the configuration of the file: the data that it dumps
# names it. The dump holds the password of VRRP; it is in the service's own /tmp, and removed here.
#   sh -c THIS reloaded FILE
named=$(sed -n 's/^ *router_id //p' "$1")
pid=$(pgrep --oldest --exact keepalived) || exit 1
dump=/proc/$pid/root/tmp/keepalived.data
rm -f "$dump"
kill -USR1 "$pid"
for _ in 1 2 3 4 5 6 7 8 9 10; do
  ! grep -q "^ *Router ID = $named$" "$dump" 2>/dev/null || break
  sleep 0.1
done
grep -q "^ *Router ID = $named$" "$dump" 2>/dev/null
status=$?
rm -f "$dump" "${dump%.data}_parent.data"
exit "$status"
