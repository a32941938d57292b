"""Replication slots of members that have left the stack file."""

import itertools
import time

import dynamic
from members import TROUBLE, Problem, members, say, wait_for
from sql import ask


def forget(names):
    """Has Patroni drop the slots of those of the members that are gone."""
    left = set()
    try:
        config = dynamic.read()
        if config is None:
            return
        stay = set((config.get(dynamic.NOTE) or {}).get("members", names))
        left = set(names) - stay
        if left:
            drop_slots(left, stay, config)
    except TROUBLE as problem:
        # The update has done what it was to do, and Patroni drops them later.
        who = ", ".join(sorted(left)) or "those who left"
        say(f"{who}: replication slots are kept for member_slots_ttl: {problem}")


def drop_slots(left, stay, config):
    # The key of one that was killed outlives it.
    wait_for("their end", config["ttl"] + 5, lambda: not left & members().keys())
    if not left & slots():
        return
    if stay - members().keys():
        raise Problem("others are absent, too, and would lose theirs")
    expire_slots(left, config)
    say(f"{', '.join(sorted(left))}: replication slots dropped")


def expire_slots(names, config):
    """
    Makes the slots of all absent members too old for a moment. The leader forgets in one round of
    its loop what is too old, and all drop in the next one what it has forgotten: a changed
    configuration begins a round.
    """
    ttl = config.get("member_slots_ttl")
    deadline = time.time() + 3 * config["loop_wait"] + 10
    try:
        for short in itertools.cycle((1, 2)):
            set_ttl(short)
            time.sleep(1)
            if not names & slots():
                return
            if time.time() > deadline:
                raise Problem("Patroni does not drop them")
    finally:
        set_ttl(ttl)


def set_ttl(value):
    dynamic.change(lambda config: dynamic.put(config, ("member_slots_ttl",), value))


def slots():
    """Names of the replication slots on this member: a standby has those of all members, too."""
    return set(
        ask("SELECT slot_name FROM pg_replication_slots WHERE slot_type = 'physical'").split()
    )
