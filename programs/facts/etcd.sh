# What a member of etcd knows. Changes nothing.
ask() {
  curl -sS --http1.1 --max-time 3 --cacert /etc/etcd/ca.pem --cert /etc/etcd/identity.pem "$1"
}
fact now date +%s
fact status /etc/etcd/ctl --dial-timeout 1s --command-timeout 2s endpoint status -w json
fact health ask https://127.0.0.1:2379/health
# Any member answers that, without a quorum too.
fact members ask https://127.0.0.1:2380/members
fact waiting sh -c 'cat /var/lib/etcd/waiting 2>/dev/null || true'
fact disk df --output=size,avail -B1 /var/lib/etcd
certificate /etc/etcd/identity.pem
