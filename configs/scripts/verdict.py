"""Who leads after a start at which nobody leads: decided from what the disks hold and from what etcd has recorded.

Not a program of its own: the programs beside it are installed together with it. Nothing here reads or changes anything.

`disks` has for each member what `Disk.facts` found there; members that are not heard of are left out. `record` is what etcd
knows: `config`, `history`, `sync` and `position` (of the last leader), each of them None where etcd has lost it.
"""

from disk import lsn_text


class Verdict:
    """`leader`: who is to lead, if that is known. `missing`: for whom to wait otherwise. `reason`: why, for people."""

    def __init__(self, leader=None, missing=(), reason="", accept=None, behind=None):
        self.leader = leader
        self.missing = sorted(missing)
        self.reason = reason
        # What the setting patroni.coldStart.lead has to be to go on all the same, and with whom.
        self.accept = accept
        self.behind = behind


def decide(members, disks, record):
    """
    `members`: names of the stack file's members, with whether each may lead. With all writes that were ever acknowledged or
    with an answer that names who is missing.
    """
    holding = {name: disk for name, disk in disks.items() if not disk["empty"]}
    systems = {disk["system"] for disk in holding.values()}
    if len(systems) > 1:
        each = ", ".join(f"{name} {disk['system']}" for name, disk in sorted(holding.items()))
        return Verdict(reason=f"the disks hold data of different clusters (system identifiers: {each})")
    absent = set(members) - disks.keys()
    if not holding:
        return Verdict(missing=absent, reason="no member that is here holds data")
    timeline, owner, unknown = last_timeline(holding, disks, record)
    if unknown:
        best = ahead(members, holding)
        return waiting(unknown, holding, best, record, f"may have led last, on timeline {timeline}")
    line = {name: disk for name, disk in holding.items() if disk["timeline"] == timeline}
    if owner in line:
        # Somebody may have promoted another by hand, which then has a timeline of the same number.
        line = {name: disk for name, disk in line.items() if disk["history"] == line[owner]["history"]}
    if record["config"] is None:
        return without_record(members, line, holding, absent, record)
    if owner is not None and owner not in disks:
        absent.add(owner)
    return on_line(members, line, holding, absent, owner, record)


def claims(holding, record):
    """Timelines and who began to lead on each, newest first: what members noted before they did, and Patroni's history."""
    config = record["config"]
    if config is not None:
        notes = [(config.get("hapg") or {}).get("timelines") or {}]
    else:
        notes = [disk["timelines"] for disk in holding.values()]
    found = {(number, name) for note in notes for name, number in note.items()}
    for line in record["history"] or []:
        if len(line) > 4:
            found.add((line[0] + 1, line[4]))
    return sorted(found, reverse=True)


def last_timeline(holding, disks, record):
    """The newest timeline that was led, who began to lead on it, and who has to be asked to know."""
    for number, name in claims(holding, record):
        if any(has_been_on(disk, number) for disk in holding.values()):
            return number, name, set()
        if name not in disks:
            return number, name, {name}
        # It had noted the timeline and never led on it, or nothing of it is left.
    newest = max(disk["timeline"] for disk in holding.values())
    if record["config"] is not None and not record["history"]:
        first = [disk["timeline"] for disk in holding.values() if not disk["history"]]
        newest = min(first, default=newest)
    led = [name for name, disk in holding.items() if disk["timeline"] == newest and was_primary(disk)]
    return newest, led[0] if len(led) == 1 else None, set()


def has_been_on(disk, timeline):
    return disk["timeline"] == timeline or any(one == timeline for one, _ in disk["history"])


def was_primary(disk):
    return disk["state"] in ("in production", "shutting down", "shut down", "in crash recovery")


def without_record(members, line, holding, absent, record):
    """Where etcd's record is lost, the disks are all that there is: all of them are asked."""
    best = ahead(members, line)
    others = [name for name in holding if is_fork(holding[name], line[best], holding)]
    if others:
        told = "; ".join(described(name, holding[name]) for name in sorted([best, *others]))
        return Verdict(
            reason=f"two histories forked, and etcd's record of who led is lost: {told}",
            accept=[accepted(name, holding[name]) for name in sorted([best, *others])],
        )
    if absent:
        return waiting(absent, holding, best, record, "may have more")
    return eligible(members, best, line, "has the longest history")


def is_fork(disk, best, holding):
    """
    Whether a disk has something that the best one has not. The last writes of a former leader are no fork: another was
    promoted without them, and had noted that before.
    """
    if is_behind(disk, best):
        return False
    is_former = any(one == disk["timeline"] for one, _ in best["history"])
    noted = {number for one in holding.values() for number in one["timelines"].values()}
    return not (is_former and best["timeline"] in noted)


def is_behind(disk, other):
    """Whether another disk has everything that this one has."""
    if disk["timeline"] == other["timeline"]:
        return disk["last"] <= other["last"]
    left = [position for one, position in other["history"] if one == disk["timeline"]]
    return bool(left) and disk["last"] < left[0]


def on_line(members, line, holding, absent, owner, record):
    """Who of those on the timeline that was led last may lead."""
    allowed = synchronous(record)
    if allowed and not any(name in line for name in allowed):
        missing = allowed & absent
        if missing:
            return waiting(missing, holding, ahead(members, line), record, "has the synchronous writes")
    candidates = {name: disk for name, disk in line.items() if not allowed or name in allowed} or line
    best = ahead(members, candidates)
    position = record["position"] or 0
    is_stale = candidates[best]["end"] < position
    if owner in candidates and candidates[owner]["last"] >= candidates[best]["last"] and not is_stale:
        return eligible(members, owner, candidates, "led last")
    if allowed and best in allowed and not is_stale and is_enough(allowed, candidates, record):
        return eligible(members, best, candidates, "has every synchronous write")
    if absent:
        who = {owner} if owner in absent else absent
        why = "led last" if owner in absent else "may have more"
        return waiting(who, holding, best, record, why)
    reason = "has most of what is left" if is_stale or owner is None else "has all that is left"
    return eligible(members, best, candidates, reason)


def synchronous(record):
    """Members that may hold what a synchronous commit waited for: Patroni promotes nobody else. Empty: any."""
    config, sync = record["config"] or {}, record["sync"] or {}
    if not config.get("synchronous_mode") or not sync.get("leader"):
        return set()
    standbys = sync.get("sync_standby") or ""
    return {sync["leader"], *(name for name in standbys.split(",") if name)}


def is_enough(allowed, candidates, record):
    """With quorum commit a write is on some of the standbys: so many of them have to be compared."""
    quorum = (record["sync"] or {}).get("quorum") or 0
    return len(allowed & candidates.keys()) > quorum


def ahead(members, disks):
    """The member with the most WAL; among equals one that may lead, then the first."""
    return min(
        disks, key=lambda name: (-disks[name]["timeline"], -disks[name]["last"], not members.get(name), name)
    )


def eligible(members, name, disks, reason):
    """The member, or another with as much if it may not lead."""
    equals = [one for one in disks if disks[one]["last"] >= disks[name]["last"] and members.get(one)]
    if members.get(name) or not equals:
        leader = name
    else:
        leader = min(equals)
    if not members.get(leader):
        return Verdict(
            reason=f"{leader} {reason}, and its tags keep it from leading; "
            f"remove nofailover or failoverPriority from postgres.tags.{leader} until another member has caught up"
        )
    return Verdict(leader=leader, reason=f"{leader} {reason}")


def waiting(missing, holding, best, record, why):
    """For whom to wait, and how far those that are here are behind what is known."""
    behind = None
    if record["position"]:
        behind = max(0, record["position"] - holding[best]["end"])
    names = ", ".join(sorted(missing))
    told = "; ".join(described(name, disk) for name, disk in sorted(holding.items()))
    lag = "" if behind is None else f"; the last leader was at {lsn_text(record['position'])}"
    return Verdict(
        missing=missing,
        reason=f"{names} {why}, and {'is' if len(missing) == 1 else 'are'} not here. Here: {told}{lag}",
        accept=[accepted(best, holding[best])],
        behind=behind,
    )


def described(name, disk):
    return f"{name} timeline {disk['timeline']} at {lsn_text(disk['end'])}, written {disk['written']}"


def accepted(name, disk):
    """One disk in one state: what is accepted today accepts nothing at a later start."""
    return f"{name} at {disk['timeline']}/{lsn_text(disk['end'])}"
