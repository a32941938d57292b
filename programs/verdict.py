"""Who leads after a start at which nobody leads: decided from what the disks hold and from what
etcd has recorded.

Not a program of its own: the programs beside it are installed together with it. Nothing here reads
or changes anything.

`disks` has for each member what `Disk.facts` found there; members that are not heard of are left
out. `record` is what etcd knows (`record_of`).
"""

from disk import lsn_text
from record import claims, is_enough, is_recorded, on_record, synchronous


class Verdict:
    """`leader`: the member that will be the primary, if known. `missing`: the members to wait for
    otherwise. `reason`: the explanation for the user."""

    def __init__(self, leader=None, missing=(), reason="", accept=None, behind=None):
        self.leader = leader
        self.missing = sorted(missing)
        self.reason = reason
        # What the setting patroni.coldStart.lead has to be to go on all the same, and with whom.
        self.accept = accept
        self.behind = behind


def decide(members, disks, record):
    """
    `members`: names of the stack file's members, with whether each may lead. With all writes that
    were ever acknowledged or with an answer that names who is missing.
    """
    holding = {name: disk for name, disk in disks.items() if not disk["empty"]}
    systems = {disk["system"] for disk in holding.values()}
    if len(systems) > 1:
        each = ", ".join(f"{name} {disk['system']}" for name, disk in sorted(holding.items()))
        return Verdict(
            reason=f"the disks hold data of different clusters (system identifiers: {each})"
        )
    absent = set(members) - disks.keys()
    if not holding:
        return Verdict(missing=absent, reason="no member that is here holds data")
    if not is_recorded(record):
        return without_record(members, holding, absent, record)
    holding = on_record(holding, record)
    timeline, owner, unknown = last_timeline(holding, disks, absent, record)
    if unknown:
        best = ahead(members, holding)
        return waiting(unknown, holding, best, record, f"may have led on timeline {timeline}")
    if owner is not None and owner not in disks:
        absent.add(owner)
    line = of_one_history(holding, timeline, owner)
    if any(disk["history"] != next(iter(line.values()))["history"] for disk in line.values()):
        if owner in absent:
            return waiting({owner}, holding, ahead(members, line), record, "led last")
        return forked(line, holding, f"two histories have the same timeline {timeline}")
    return on_line(members, line, holding, absent, owner, record)


def last_timeline(holding, disks, absent, record):
    """The newest timeline that was led, who began to lead on it, and who has to be asked to
    know."""
    for number, name, is_certain in claims(holding, record):
        seen = [one for one in holding if has_been_on(holding[one], number)]
        if name in seen:
            # Its own later timeline, if there is one, is the same leader's.
            return holding[name]["timeline"], name, set()
        if any(holding[one]["timeline"] == number for one in seen):
            return number, name, set()
        if name is not None and name not in disks:
            return number, name, {name}
        is_lost = name is None or disks[name]["empty"]
        if absent and (seen or is_certain or is_lost):
            return number, name, absent
        if seen:
            break
        # It had noted the timeline and never led on it, or nothing of it is left.
    newest = max(disk["timeline"] for disk in holding.values())
    if not record["history"]:
        first = [disk["timeline"] for disk in holding.values() if not disk["history"]]
        newest = min(first, default=newest)
    led = [
        name for name, disk in holding.items() if disk["timeline"] == newest and was_primary(disk)
    ]
    return newest, led[0] if len(led) == 1 else None, set()


def of_one_history(holding, timeline, owner):
    """
    The disks on a timeline. Somebody may have promoted another by hand, which then has a timeline
    of the same number: the history of who led tells them apart.
    """
    line = {name: disk for name, disk in holding.items() if disk["timeline"] == timeline}
    if owner in line:
        history = line[owner]["history"]
        return {name: disk for name, disk in line.items() if disk["history"] == history}
    return line


def has_been_on(disk, timeline):
    return disk["timeline"] == timeline or any(one == timeline for one, _ in disk["history"])


def was_primary(disk):
    return disk["state"] in ("in production", "shutting down", "shut down", "in crash recovery")


def without_record(members, holding, absent, record):
    """Where etcd's record is lost, the disks are all that there is: all of them are asked."""
    whole = {
        name: disk
        for name, disk in holding.items()
        if not any(is_fork(other, disk, holding) for other in holding.values())
    }
    if not whole:
        return forked(
            holding, holding, "two histories forked, and etcd's record of who led is lost"
        )
    best = ahead(members, whole)
    if absent:
        return waiting(absent, holding, best, record, "may have more")
    line = {name: disk for name, disk in whole.items() if is_behind(holding[best], disk)}
    return eligible(members, best, line, "has the longest history")


def forked(disks, holding, why):
    """Neither of two histories has what the other has: somebody has to choose."""
    tips = [
        name
        for name, disk in sorted(disks.items())
        if not any(
            is_behind(disk, other) and not is_behind(other, disk) for other in disks.values()
        )
    ]
    told = "; ".join(described(name, holding[name]) for name in tips)
    return Verdict(reason=f"{why}: {told}", accept=[accepted(name, holding[name]) for name in tips])


def is_fork(disk, best, holding):
    """
    Whether a disk has something that another has not. The last writes of a former leader are no
    fork: another was promoted without them, and had noted that before.
    """
    if is_behind(disk, best):
        return False
    is_former = has_been_on(best, disk["timeline"]) and best["timeline"] != disk["timeline"]
    noted = {number for one in holding.values() for number in one["timelines"].values()}
    return not (is_former and same_until(disk, best) and best["timeline"] in noted)


def is_behind(disk, other):
    """Whether another disk has everything that this one has."""
    if disk["timeline"] == other["timeline"]:
        return disk["history"] == other["history"] and disk["last"] <= other["last"]
    left = [position for one, position in other["history"] if one == disk["timeline"]]
    return bool(left) and same_until(disk, other) and disk["last"] < left[0]


def same_until(disk, other):
    """Whether another disk came to this one's timeline by the same history."""
    return disk["history"] == [one for one in other["history"] if one[0] < disk["timeline"]]


def on_line(members, line, holding, absent, owner, record):
    """Who of those on the timeline that was led last may lead."""
    allowed = synchronous(record)
    if allowed and not any(name in line for name in allowed):
        missing = allowed & absent
        if missing:
            return waiting(
                missing, holding, ahead(members, line), record, "has the synchronous writes"
            )
    candidates = {
        name: disk for name, disk in line.items() if not allowed or name in allowed
    } or line
    best = ahead(members, candidates)
    position = record["position"] or 0
    is_stale = candidates[best]["end"] < position
    if (
        owner in candidates
        and candidates[owner]["last"] >= candidates[best]["last"]
        and not is_stale
    ):
        return eligible(members, owner, candidates, "led last")
    if allowed and best in allowed and not is_stale and is_enough(allowed, candidates, record):
        return eligible(members, best, candidates, "has every synchronous write")
    if absent:
        who = {owner} if owner in absent else absent
        why = "led last" if owner in absent else "may have more"
        return waiting(who, holding, best, record, why)
    # What the synchronous members have left is older than what is known: others may have more by
    # luck.
    rest = line if is_stale else candidates
    reason = "has most of what is left" if is_stale or owner is None else "has all that is left"
    return eligible(members, ahead(members, rest), rest, reason)


def ahead(members, disks):
    """The member with the most WAL; among equals one that may lead, then the first."""
    return min(
        disks,
        key=lambda name: (
            -disks[name]["timeline"],
            -disks[name]["last"],
            not members.get(name),
            name,
        ),
    )


def eligible(members, name, disks, reason):
    """The member, or another with as much if it may not lead."""
    equals = [
        one for one in disks if disks[one]["last"] >= disks[name]["last"] and members.get(one)
    ]
    leader = name if members.get(name) or not equals else min(equals)
    if not members.get(leader):
        return Verdict(
            reason=f"{leader} {reason}, and its tags keep it from leading; "
            f"remove nofailover or failoverPriority from postgres.tags.{leader} "
            "until another member has caught up"
        )
    return Verdict(leader=leader, reason=f"{leader} {reason}")


def waiting(missing, holding, best, record, why):
    """For whom to wait, and how far those that are here are behind what is known."""
    behind = None
    if record["position"]:
        behind = max(0, record["position"] - holding[best]["end"])
    names = ", ".join(sorted(missing))
    verb = "is" if len(missing) == 1 else "are"
    told = "; ".join(described(name, disk) for name, disk in sorted(holding.items()))
    lag = "" if behind is None else f"; the last leader was at {lsn_text(record['position'])}"
    return Verdict(
        missing=missing,
        reason=f"{names} {why}, and {verb} not here. Here: {told}{lag}",
        accept=[accepted(best, holding[best])],
        behind=behind,
    )


def described(name, disk):
    return (
        f"{name} timeline {disk['timeline']} at {lsn_text(disk['end'])}, written {disk['written']}"
    )


def accepted(name, disk):
    """One disk in one state: what is accepted today accepts nothing at a later start."""
    return f"{name} at {disk['timeline']}/{lsn_text(disk['end'])}"
