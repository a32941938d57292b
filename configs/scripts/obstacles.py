"""What in etcd would keep Patroni from letting a member lead that has been chosen, and how that is taken away.

Not a program of its own: the programs beside it are installed together with it.
"""

import json

from disk import lsn_text


def clear(etcd, name, keys, end):
    """
    `keys`: the cluster's, as they are in etcd. `end`: of the member's WAL. Answers with what was given up, for people. Patroni's
    own rules are in `Ha.is_healthiest_node` (patroni/ha.py).
    """

    def value(key):
        return (json.loads(keys[key]) if keys.get(key) else None) or {}

    told = []
    config, sync, status, failsafe = (value(one) for one in ("config", "sync", "status", "failsafe"))
    leader = sync.get("leader")
    standbys = [one for one in (sync.get("sync_standby") or "").split(",") if one]
    # With quorum commit the others would have to run already, and they wait for this one.
    if leader and leader != name and (name not in standbys or sync.get("quorum")):
        told.append(f"goes on without {keys['sync']}")
        etcd.put("sync", json.dumps({"leader": name, "sync_standby": None, "quorum": 0}))
    behind = (status.get("optime") or 0) - end
    if behind > config.get("maximum_lag_on_failover", 1048576):
        told.append(f"gives up {behind} bytes after {lsn_text(end)}")
        etcd.put("status", json.dumps({**status, "optime": end}))
    # Whoever was away while the last leader led is not in there, and would never lead.
    if failsafe and name not in failsafe:
        etcd.delete("failsafe")
    # What is left of a switchover may ask for a member that waits for this one.
    if keys.get("failover"):
        etcd.delete("failover")
    return told
