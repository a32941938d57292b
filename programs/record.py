"""What etcd has recorded of who led: the ground on which it is decided who leads next.

Not a program of its own: the programs beside it are installed together with it. Nothing here reads
or changes anything.

`keys` are Patroni's keys in etcd, as texts. `holding` has for each member that holds data what
`Disk.facts` found there.
"""

import hashlib
import json


def record_of(keys, config):
    """
    What etcd's keys record of who led: `config`, `history`, `sync` and `position` (of the last
    leader), each of them None where etcd has lost it.
    """

    def value(key):
        return json.loads(keys[key]) if keys.get(key) else None

    status = value("status") or {}
    return {
        "config": config,
        "history": value("history"),
        "sync": value("sync"),
        "position": status.get("optime"),
    }


def mark_of(record):
    """Tells one record of who led from another: each promotion changes it."""
    timelines = ((record["config"] or {}).get("hapg") or {}).get("timelines")
    text = json.dumps([record["history"], timelines], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def chosen_in(keys, record):
    """Who was chosen to lead, unless somebody has begun to lead since."""
    note = json.loads(keys.get("cold_start") or "{}")
    return note.get("leader") if note.get("record") == mark_of(record) else None


def is_recorded(record):
    """Whether etcd knows who has led. Its configuration alone may have been put back after etcd was
    lost."""
    config = record["config"]
    if config is None:
        return False
    noted = (config.get("hapg") or {}).get("timelines")
    return bool(noted or record["history"] or record["position"])


def claims(holding, record):
    """
    Timelines, newest first, each with its primary if known, and whether it certainly had one: from
    Patroni's history, and from the notes that members write before they are
    promoted. A disk has a copy of these notes, newer than etcd's if etcd was restored.
    """
    notes = [((record["config"] or {}).get("hapg") or {}).get("timelines") or {}]
    notes += [disk["timelines"] for disk in holding.values()]
    found = {number: (name, False) for note in notes for name, number in note.items()}
    for line in record["history"] or []:
        number = line[0] + 1
        name = line[4] if len(line) > 4 else found.get(number, (None,))[0]
        found[number] = (name, True)
    return sorted(((number, *claim) for number, claim in found.items()), reverse=True)


def on_record(holding, record):
    """Disks whose history is the one that Patroni has recorded; all if none is. The others were
    promoted by hand."""
    left = {one[0]: one[1] for one in record["history"] or []}
    same = {
        name: disk
        for name, disk in holding.items()
        if all(left.get(timeline, position) == position for timeline, position in disk["history"])
    }
    return same or holding


def synchronous(record):
    """Members that may hold the last synchronous commits: Patroni promotes no other member. If
    empty, Patroni may promote any member."""
    config, sync = record["config"] or {}, record["sync"] or {}
    if not config.get("synchronous_mode") or not sync.get("leader"):
        return set()
    standbys = sync.get("sync_standby") or ""
    return {sync["leader"], *(name for name in standbys.split(",") if name)}


def is_enough(allowed, candidates, record):
    """
    With quorum commit a write is on some of the standbys: so many of them have to be compared. A
    disk that is behind the last leader's position may be an older copy, which says nothing.
    """
    position = record["position"] or 0
    compared = [name for name in allowed & candidates.keys() if candidates[name]["end"] >= position]
    return len(compared) > ((record["sync"] or {}).get("quorum") or 0)
