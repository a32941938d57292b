# What an HAProxy sees of the members. Changes nothing.
#   STATISTICS_PORT
statistics() {
  # The page's login is in a file that this service reads.
  user=$(sed -n 's/^  user \(.*\) insecure-password /\1:/p' /etc/haproxy/haproxy.cfg)
  # Its certificate may have ended, which is a finding and no reason to look away.
  printf 'user = "%s"\n' "$user" | curl -sSkm 3 -K - "https://localhost:$1/stats;csv"
}
fact now date +%s
certificate /etc/haproxy/identity.pem
fact statistics statistics "$1"
