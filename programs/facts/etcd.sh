# What a member of etcd knows. Changes nothing.
# One curl for all of it, as each start of one takes time; each answer is one line. The peers' port
# lists the members without a quorum too. etcd gives its status without a password.
answers() {
  set -- -sS --http1.1 --max-time 2 -w '\n' \
    --cacert /etc/etcd/ca.pem --cert /etc/etcd/identity.pem
  # All of it: each answer has to come while whoever asks still waits.
  timeout 2.3 curl "$@" https://127.0.0.1:2380/members \
    --next "$@" -d '{}' https://127.0.0.1:2379/v3/maintenance/status \
    --next "$@" https://127.0.0.1:2379/health || true
}
fact now date +%s
certificate /etc/etcd/identity.pem
fact waiting sh -c 'cat /var/lib/etcd/waiting 2>/dev/null || true'
fact disk df --output=size,avail -B1 /var/lib/etcd
# Last: it may take all of the time if certificates have ended.
fact answers answers
