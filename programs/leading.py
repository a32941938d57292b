"""Who leads: lets another member lead, as planned."""

import select
import subprocess
import sys
import threading
import time

import held
from members import (
    TROUBLE,
    Problem,
    api,
    call,
    leader_of,
    members,
    order,
    own_name,
    say,
    settings,
    wait_for,
)


def let_one_of_these_lead(stay):
    leader = leader_of(members())
    if leader is None or leader["name"] in stay:
        return
    if not switch_over(leader["name"], stay):
        raise Problem(
            f"{leader['name']} leads and is no longer wanted, "
            f"and none of {', '.join(stay)} can take over"
        )


def hand_over(in_order):
    try:
        current = members()
    except TROUBLE as problem:
        say(f"{own_name}: nothing to hand over ({problem})")
        return
    leader = leader_of(current)
    if leader is None or leader["name"] != own_name:
        return
    at = in_order.index(own_name) if own_name in in_order else 0
    preferred = in_order[:at] + in_order[at + 1 :][::-1]
    if not switch_over(own_name, preferred):
        say(f"{own_name} leads and nobody can take over")


def switch_over(leader, preferred):
    """Lets the first of the members that can take over lead. False: nobody can."""
    current = members()
    for name in preferred:
        member = current.get(name)
        if member is None or not can_lead(member):
            continue
        started = time.time()
        word, how = held.switch_over(leader, name) or (None, "the pool's clients were not held")
        if word == "failed":
            say(f"{leader} -> {name}: the pool's clients are not held: {how}")
        if word != "done" and not leads_now(name):
            url = api(current[leader]) + "/switchover"
            status, answer = order(url, {"leader": leader, "candidate": name}, 120)
            if status >= 300:
                say(f"{name} does not take over: {answer}")
                continue
        wait_for(f"{name}'s lead", 60, lambda one=name: takes_writes(one))
        say(f"{leader} -> {name}: switched over in {time.time() - started:.1f} s; {how}")
        return True
    return False


def leads_now(name):
    leader = leader_of(members())
    return leader is not None and leader["name"] == name


def can_lead(member):
    tags = member.get("tags") or {}
    if tags.get("nofailover") or tags.get("failover_priority") == 0:
        return False
    return member.get("state") == "running" and not member["is_leader"]


def takes_writes(name):
    status, _ = call(api(members()[name]) + "/primary")
    return status == 200


# take-over

# Looks by itself, many times a second: to ask Patroni as often would take the processor from what
# is waited for.
AWAIT_PROMOTION = """
SET statement_timeout = 0;
DO $$
BEGIN
  FOR i IN 1..3000 LOOP
    EXIT WHEN NOT pg_is_in_recovery();
    PERFORM pg_sleep(0.01);
  END LOOP;
END $$;
SELECT CASE WHEN pg_is_in_recovery() THEN 'follows' ELSE 'leads' END;
"""


def take_over(leader):
    url = api(members()[leader]) + "/switchover"
    psql = session()
    try:
        say("ready")
        if sys.stdin.readline():
            lead_instead_of(leader, url, psql)
    finally:
        psql.terminate()


def lead_instead_of(leader, url, psql):
    answers = []

    def ask_for_it():
        answers.append(order(url, {"leader": leader, "candidate": own_name}, 120))

    asking = threading.Thread(target=ask_for_it)
    asking.start()
    print(AWAIT_PROMOTION, file=psql.stdin, flush=True)
    while not select.select([psql.stdout], [], [], 0.1)[0]:
        if answers and answers[0][0] >= 300:
            raise Problem(answers[0][1])
    found = psql.stdout.readline().strip()
    if found != "leads":
        raise Problem(f"PostgreSQL {found or 'does not answer'}")
    say("leads")
    # Patroni looks once a second whether it is done, and logs an error if nobody waits for its
    # answer.
    asking.join()


def session():
    """A session of the superuser on this member, open and ready."""
    socket = settings["postgresql"]["parameters"]["unix_socket_directories"]
    words = ["psql", "-XqAt", "-h", socket, "-U", "postgres", "postgres"]
    psql = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    print("SELECT 'open';", file=psql.stdin, flush=True)
    if psql.stdout.readline().strip() != "open":
        raise Problem("PostgreSQL does not answer")
    return psql
