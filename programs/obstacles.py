"""What in etcd would keep Patroni from letting a member lead that has been chosen.

Not a program of its own: the programs beside it are installed together with it. Nothing here reads
or changes anything.
"""

import json

from disk import lsn_text


def obstacles(name, keys, end):
    """
    `keys`: the cluster's, as they are in etcd. `end`: of the member's WAL. Answers with keys, what
    they have to hold instead (None: they have to go), and what that gives up, for people. Patroni's
    own rules are in `Ha.is_healthiest_node` (patroni/ha.py).
    """

    def value(key):
        return (json.loads(keys[key]) if keys.get(key) else None) or {}

    found = []
    config, sync, status, failsafe = (
        value(one) for one in ("config", "sync", "status", "failsafe")
    )
    leader = sync.get("leader")
    standbys = [one for one in (sync.get("sync_standby") or "").split(",") if one]
    # With quorum commit the others would have to run already, and they wait for this one.
    if leader and leader != name and (name not in standbys or sync.get("quorum")):
        alone = {"leader": name, "sync_standby": None, "quorum": 0}
        found.append(("sync", json.dumps(alone), f"goes on without {keys['sync']}"))
    behind = (status.get("optime") or 0) - end
    if behind > config.get("maximum_lag_on_failover", 1048576):
        here = json.dumps({**status, "optime": end})
        found.append(("status", here, f"gives up {behind} bytes after {lsn_text(end)}"))
    # Whoever was away while the last leader led is not in there, and would never lead.
    if failsafe and name not in failsafe:
        found.append(("failsafe", None, f"drops the members of failsafe mode, {keys['failsafe']}"))
    # What is left of a switchover may ask for a member that waits for this one.
    if keys.get("failover"):
        found.append(
            ("failover", None, f"drops a switchover that was not done, {keys['failover']}")
        )
    return found
