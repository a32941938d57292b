"""Which backup is due, from what the repository holds.

Nothing else is remembered: a backup that failed, was cut short or was missed is due until the
repository has it, and one that another process took is not due again.
"""

TYPES = ("full", "diff", "incr")
# A backup that began later than this from now was taken by a wrong clock.
CLOCK_SECONDS = 300


def latest_slot(now, start, every):
    """The last time at or before `now` at which a backup was to begin."""
    return start + (now - start) // every * every


def due(now, backups, schedule, gaps=()):
    """The type of the backup that is due and since when, in seconds since 1970; (None, None) if
    none is.

    `backups` have `type` and `start`, in seconds since 1970. A backup of a kind also counts as one
    of the lesser kinds. One of the future counts for nothing: a clock was wrong, and the schedule
    would wait until then. After a gap in the WAL nothing can be restored until there is another
    one.
    """
    if not backups:
        return "full", now
    if any(after[8:] > backups[-1]["walStart"][8:] for _, after in gaps):
        return "incr", now
    for index, kind in enumerate(TYPES):
        every = schedule[kind]
        if every == 0:
            continue
        of_kind = [one for one in backups if TYPES.index(one["type"]) <= index]
        starts = [one["start"] for one in of_kind if one["start"] <= now + CLOCK_SECONDS]
        slot = latest_slot(now, schedule["startSeconds"], every)
        if not starts or max(starts) < slot:
            return kind, slot
    return None, None


def next_slots(now, schedule):
    """When backups of each type begin next."""
    start = schedule["startSeconds"]
    return {
        kind: latest_slot(now, start, schedule[kind]) + schedule[kind]
        for kind in TYPES
        if schedule[kind] != 0
    }


def pause_after(failures):
    """How long to wait after a number of failures in a row, in seconds."""
    return min(900, 15 * 2 ** min(failures, 10)) if failures > 0 else 0


def rehearsal_is_due(now, last, every):
    """Whether a rehearsal is due: also a failed one is not repeated before its time."""
    if every == 0:
        return False
    return last is None or not -CLOCK_SECONDS <= now - last["start"] < every
