#!/usr/bin/env python3
"""Changes a running cluster in the order that it has to have, from inside one of its members.

    cluster.py patch DYNAMIC-CONFIGURATION-AS-JSON MEMBER...
        Makes the cluster's dynamic configuration what the stack file asks for. Keys that it does
        not own are left alone; parameters that it owned once and names no more are removed. What
        needs a restart is tried by one standby: if that does not follow the leader again, the
        former configuration is put back. The members are those of the stack file: if another one
        leads, it is about to be removed, and one of these takes over.
    cluster.py settle DYNAMIC-CONFIGURATION-AS-JSON MEMBER...
        The same, and restarts what waits for a restart: standbys one at a time, each following
        again before the next, then the leader, once another member has taken over. Last come the
        values that `patch` holds back: lowered ones that the leader must have before standbys, and
        libraries that were not installed yet.
    cluster.py prove DYNAMIC-CONFIGURATION-AS-JSON READINESS-CHECK...
        Fails unless all of it is in effect in the member that it runs in, and that member follows
        the current leader.
    cluster.py note NOTE-AS-JSON
        Adds to what the program notes in the cluster's dynamic configuration.
    cluster.py hand-over MEMBER MEMBER...
        Lets another member lead if this one does. The members are those of the cluster, in the
        order in which they are changed: one that has been changed already is preferred.
    cluster.py take-over LEADER
        Lets the member that it runs in lead instead of the one that does. Prints `ready`, and asks
        once it reads a line; prints `leads` when PostgreSQL takes writes here.
    cluster.py forget MEMBER...
        Has Patroni drop the replication slots of those of the members that have left the stack
        file and are gone. By itself it keeps them for member_slots_ttl: it cannot know who comes
        back.

It reads and changes Patroni's keys in etcd, and asks members over Patroni's REST API. Each step is
printed. Running it again goes on where it ended. Exit status 100 and more: the log of the member
with that index has the reason.
"""

import json
import subprocess
import sys

import dynamic
import leading
import proof
import restarts
import slots
from members import TROUBLE, Problem, own_name, say, settings

# Exit status for the first of the members that are given; the platforms show that member's log.
BLAMED = 100


def certificate_has_ended():
    """Whether etcd refuses this member until an update has given it another certificate."""
    words = ["openssl", "x509", "-noout", "-checkend", "0", "-in", settings["etcd3"]["cert"]]
    try:
        answer = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError:
        return False  # etcd itself says so then
    return answer.stdout.strip() == "Certificate will expire"


def patch(wanted, stay):
    if certificate_has_ended():
        say("the member's certificate has ended: the configuration is changed once it is renewed")
        return
    if dynamic.read() is None:
        return  # the cluster is about to be founded, with this configuration
    before = restarts.following()
    changed = dynamic.patch(wanted, stay, restarts.first_round)
    leading.let_one_of_these_lead(stay)
    restarts.judge(stay)
    if changed or dynamic.note().get("former"):
        restarts.await_reaction()
        restarts.try_out(before, stay)


def settle(wanted, stay):
    if dynamic.read() is not None:
        leading.let_one_of_these_lead(stay)
        restarts.settle(wanted, stay)


COMMANDS = {
    "patch": lambda wanted, *stay: patch(json.loads(wanted), list(stay)),
    "settle": lambda wanted, *stay: settle(json.loads(wanted), list(stay)),
    "prove": lambda wanted, *ready: proof.prove(json.loads(wanted), list(ready)),
    "note": lambda note: dynamic.change_note(**json.loads(note)),
    "hand-over": lambda *order: leading.hand_over(list(order)),
    "take-over": leading.take_over,
    "forget": lambda *names: slots.forget(list(names)),
}


def main(words):
    if not words or words[0] not in COMMANDS:
        raise Problem(__doc__)
    COMMANDS[words[0]](*words[1:])


def exit_status(problem, words):
    member = getattr(problem, "member", None)
    stay = words[2:]
    return BLAMED + stay.index(member) if member in stay else 1


def run(words):
    try:
        main(words)
    except TROUBLE as problem:
        print(f"{own_name}: {problem}", file=sys.stderr)
        sys.exit(exit_status(problem, words))


if __name__ == "__main__":
    run(sys.argv[1:])
