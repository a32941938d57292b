#!/usr/bin/env python3
"""Changes a running cluster in the order that it has to have, from inside one of its members.

    cluster.py patch DYNAMIC-CONFIGURATION-AS-JSON MEMBER...
        Makes the cluster's dynamic configuration what the stack file says. Keys that it does not own are
        left alone; parameters that it owned once and names no more are removed. The members are those of
        the stack file: if another one leads, it is about to be removed, and one of these takes over.
    cluster.py settle DYNAMIC-CONFIGURATION-AS-JSON MEMBER...
        The same, and restarts what waits for a restart: standbys one at a time, each streaming again before
        the next, then the leader, once another member has taken over.
    cluster.py note NOTE-AS-JSON
        Adds to what the program notes in the cluster's dynamic configuration.
    cluster.py hand-over MEMBER MEMBER...
        Lets another member lead if this one does. The members are those of the cluster, in the order in
        which they are changed: one that has been changed already is preferred.
    cluster.py take-over LEADER
        Lets the member that it runs in lead instead of the one that does. Says `ready`, and asks once it reads a line;
        says `leads` when PostgreSQL takes writes here.
    cluster.py forget MEMBER...
        Has Patroni drop the replication slots of those of the members that have left the stack file and are
        gone. By itself it keeps them for member_slots_ttl: it cannot know who comes back.

All of it goes through Patroni's REST API. Each step is printed. Running it again goes on where it ended.
"""

import base64
import itertools
import json
import select
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import yaml

CONFIG = "/etc/patroni/patroni.yml"

# What the program notes in the dynamic configuration; Patroni passes over keys that it does not know.
NOTE = "hapg"


class Problem(Exception):
    """Something that the user has to know of."""


with open(CONFIG, encoding="utf-8") as file:
    settings = yaml.safe_load(file)

own_name = settings["name"]
own_url = "https://" + settings["restapi"]["connect_address"]
login = settings["restapi"]["authentication"]
trust = ssl.create_default_context(cafile=settings["ctl"]["cacert"])


# A member that was told of another password takes it with the next round of its loop.
ROUND = 30


def call(url, method="GET", body=None, timeout=10):
    """Answers with status and content, decoded if it is JSON. OSError: nobody answers."""
    deadline = time.time() + ROUND
    while True:
        status, answer = call_once(url, method, body, timeout)
        if status != 401 or time.time() > deadline:
            return status, answer
        time.sleep(0.3)


def call_once(url, method, body, timeout):
    request = urllib.request.Request(url, method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    if method != "GET":
        token = base64.b64encode(f"{login['username']}:{login['password']}".encode()).decode()
        request.add_header("Authorization", "Basic " + token)
    try:
        with urllib.request.urlopen(request, timeout=timeout, context=trust) as answer:
            return answer.status, decoded(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, decoded(error.read())


def decoded(content):
    text = content.decode(errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()


def must(url, method, body, timeout):
    status, answer = call(url, method, body, timeout)
    if status >= 300:
        raise Problem(f"{method} {url} answers {status}: {answer}")
    return answer


def members():
    """The members as the cluster knows them, by name."""
    status, answer = call(own_url + "/cluster")
    if status != 200:
        raise Problem(f"{own_url}/cluster answers {status}: {answer}")
    return {member["name"]: member for member in answer["members"]}


def api(member):
    """Where a member's REST API is."""
    return member["api_url"].rsplit("/", 1)[0]


def is_leader(member):
    return member["role"] in ("leader", "standby_leader")


def leader_of(all_members):
    return next((member for member in all_members.values() if is_leader(member)), None)


def wait_for(what, seconds, check):
    """Waits until a check answers with something, and returns that."""
    deadline = time.time() + seconds
    while True:
        try:
            found = check()
        except (OSError, Problem):
            found = None
        if found:
            return found
        if time.time() > deadline:
            raise Problem(f"{what} did not happen within {seconds} s")
        time.sleep(0.3)


def say(text):
    print(text, flush=True)


# patch


def flat(config, path=()):
    """A configuration as values by path; lists are values."""
    for key, value in config.items():
        if isinstance(value, dict):
            yield from flat(value, path + (key,))
        else:
            yield path + (key,), value


def nested(values):
    """The reverse of `flat`."""
    config = {}
    for path, value in values.items():
        part = config
        for key in path[:-1]:
            part = part.setdefault(key, {})
        part[path[-1]] = value
    return config


def patch(wanted, stay):
    status, current = call(own_url + "/config")
    if status == 404:
        sys.exit()  # the cluster is about to be founded, with this configuration
    if status != 200:
        raise Problem(f"{own_url}/config answers {status}: {current}")
    now = dict(flat(current))
    changes = {path: value for path, value in flat(wanted) if now.get(path) != value}
    names = sorted(wanted["postgresql"]["parameters"])
    note = current.get(NOTE) or {}
    for name in set(note.get("parameters", [])) - set(names):
        path = ("postgresql", "parameters", name)
        if path in now:
            changes[path] = None
    for path, value in changes.items():
        before = json.dumps(now[path]) if path in now else "unset"
        after = "unset" if value is None else json.dumps(value)
        say(f"{'.'.join(path)}: {before} -> {after}")
    if not changes and note.get("parameters") == names and note.get("members") == stay:
        return
    body = nested(changes)
    body.setdefault(NOTE, {}).update(parameters=names, members=stay)
    changed = [path[-1] for path in changes if path[:2] == ("postgresql", "parameters")]
    if need_restart(changed):
        body[NOTE]["restart_after"] = time.time()
    must(own_url + "/config", "PATCH", body, 10)


def need_restart(parameters):
    """Whether one of the parameters takes effect at a start of PostgreSQL only."""
    if not parameters:
        return False
    known = ask("SELECT name FROM pg_settings WHERE context = 'postmaster'")
    return any(name in known for name in parameters)


def ask(query):
    """A column of what this member's PostgreSQL answers."""
    socket = settings["postgresql"]["parameters"]["unix_socket_directories"]
    words = ["psql", "-XqAt", "-h", socket, "-U", "postgres", "-c", query, "postgres"]
    answer = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if answer.returncode != 0:
        raise Problem(f"PostgreSQL does not answer: {answer.stderr.strip()}")
    return answer.stdout.split()


# settle


def settle():
    status, config = call(own_url + "/config")
    if status != 200:
        raise Problem(f"{own_url}/config answers {status}: {config}")
    since = (config.get(NOTE) or {}).get("restart_after")
    waiting = await_marks(since, config["loop_wait"])
    # A standby goes on with the higher of two values until the leader has the lower one: then once more.
    for _ in range(2):
        if not waiting:
            break
        restart_all(waiting)
        waiting = await_marks(None, 0)
    if waiting:
        say(f"Still to be restarted: {', '.join(sorted(waiting))}. The next `up` tries again.")
    elif since is not None:
        must(own_url + "/config", "PATCH", {NOTE: {"restart_after": None}}, 10)


def let_one_of_these_lead(stay):
    leader = leader_of(members())
    if leader is None or leader["name"] in stay:
        return
    if not switch_over(leader["name"], stay):
        raise Problem(
            f"{leader['name']} leads and is no longer wanted, and none of {', '.join(stay)} can take over"
        )


def pending(member):
    """What a member waits for a restart for, as it says itself: what others know of it is a round old."""
    try:
        _, state = call(member["api_url"])
    except OSError:
        return None
    if not state.get("pending_restart"):
        return None
    return state.get("pending_restart_reason") or {"": {}}


def await_marks(since, loop_wait):
    """Members that wait for a restart and why, once all that may have to have said so: a round of their loop."""
    deadline = time.time() + (0 if since is None else 2 * loop_wait + 3)
    while True:
        current = members()
        waiting = {name: why for name, one in current.items() if (why := pending(one))}
        old = {name for name, one in current.items() if is_older(one, since)}
        if old <= waiting.keys() or time.time() > deadline:
            return waiting
        time.sleep(0.3)


def is_older(member, since):
    """Whether a member's PostgreSQL was started before a time."""
    if since is None or member["state"] not in ("running", "streaming", "in archive recovery"):
        return False
    _, state = call(member["api_url"])
    started = state.get("postmaster_start_time", "")
    return started != "" and parse_time(started) < since


def parse_time(text):
    from datetime import datetime

    return datetime.fromisoformat(text.replace("+00:00", "+0000").replace("+0000", "+00:00")).timestamp()


# A standby needs at least as much of these as the leader has (PostgreSQL's documentation, "Hot Standby").
ORDERED = {
    "max_connections",
    "max_locks_per_transaction",
    "max_prepared_transactions",
    "max_wal_senders",
    "max_worker_processes",
}


def goes_down(reasons):
    """Whether a parameter that standbys must not have less of is lowered."""
    return any(
        name in ORDERED and int(values["new_value"]) < int(values["old_value"])
        for name, values in reasons.items()
    )


def restart_all(waiting):
    """Restarts members. `waiting`: why, by name."""
    leader = leader_of(members())
    name = leader["name"] if leader else None
    standbys = sorted(set(waiting) - {name})
    if name in waiting and goes_down(waiting[name]):
        # Until the leader has the lower value, a standby's restart changes nothing.
        restart(name)
        for standby in standbys:
            # It has to have heard of the lower value, which is in the WAL.
            wait_for(f"{standby}'s streaming", 60, lambda: is_back(standby))
            restart(standby)
        return
    for standby in standbys:
        restart(standby)
    if name in waiting:
        if not switch_over(name, [other for other in members() if other != name]):
            say(f"{name} leads and nobody can take over: it restarts in its place")
        # A former leader starts again as a standby: by itself, and with the new values.
        wait_for(f"{name}'s return", 300, lambda: is_back(name))
        if pending(members()[name]):
            restart(name)


def restart(name):
    say(f"{name}: restarting")
    started = time.time()
    url = api(members()[name])
    status, answer = call(url + "/restart", "POST", {"restart_pending": True}, 600)
    if status == 503 and "conditions are not satisfied" in str(answer):
        say(f"{name}: has been restarted meanwhile")
        return
    if status >= 300:
        raise Problem(f"{name} cannot be restarted: {answer}")
    wait_for(f"{name}'s return", 300, lambda: is_back(name))
    say(f"{name}: back after {time.time() - started:.1f} s")


def is_back(name):
    """A leader that leads, or a standby that streams, as it says itself."""
    _, state = call(members()[name]["api_url"])
    if state.get("state") != "running":
        return False
    return state["role"] in ("primary", "master") or state.get("replication_state") == "streaming"


# hand-over


def hand_over(order):
    try:
        current = members()
    except (OSError, Problem) as problem:
        say(f"{own_name}: nothing to hand over ({problem})")
        return
    leader = leader_of(current)
    if leader is None or leader["name"] != own_name:
        return
    at = order.index(own_name) if own_name in order else 0
    preferred = order[:at] + order[at + 1 :][::-1]
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
        status, answer = call(
            own_url + "/switchover", "POST", {"leader": leader, "candidate": name}, 120
        )
        if status >= 300:
            say(f"{name} does not take over: {answer}")
            continue
        wait_for(f"{name}'s lead", 60, lambda: takes_writes(name))
        say(f"{leader} -> {name}: switched over in {time.time() - started:.1f} s")
        return True
    return False


def can_lead(member):
    tags = member.get("tags") or {}
    if tags.get("nofailover") or tags.get("failover_priority") == 0:
        return False
    return member["state"] in ("running", "streaming") and not is_leader(member)


def takes_writes(name):
    status, _ = call(api(members()[name]) + "/primary")
    return status == 200


# take-over

# Looks by itself, many times a second: to ask Patroni as often would take the processor from what is waited for.
AWAIT_PROMOTION = """
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
        try:
            answers.append(call(url, "POST", {"leader": leader, "candidate": own_name}, 120))
        except OSError as error:
            answers.append((503, f"{leader} does not answer: {error}"))

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
    # Patroni looks once a second whether it is done, and logs an error if nobody waits for its answer.
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


# forget


def forget(names):
    left = set()
    try:
        config = must(own_url + "/config", "GET", None, 10)
        stay = set((config.get(NOTE) or {}).get("members", names))
        left = set(names) - stay
        if left:
            drop_slots(left, stay, config)
    except (OSError, Problem) as problem:
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
    Makes the slots of all absent members too old for a moment. The leader forgets in one round of its loop what is too
    old, and all drop in the next one what it has forgotten: a changed configuration begins a round.
    """
    ttl = config.get("member_slots_ttl")
    deadline = time.time() + 3 * config["loop_wait"] + 10
    try:
        for short in itertools.cycle((1, 2)):
            must(own_url + "/config", "PATCH", {"member_slots_ttl": short}, 10)
            time.sleep(1)
            if not names & slots():
                return
            if time.time() > deadline:
                raise Problem("Patroni does not drop them")
    finally:
        must(own_url + "/config", "PATCH", {"member_slots_ttl": ttl}, 10)


def slots():
    """Names of the replication slots on this member: a standby has those of all members, too."""
    return set(ask("SELECT slot_name FROM pg_replication_slots WHERE slot_type = 'physical'"))


def main(words):
    command, rest = words[0] if words else "", words[1:]
    if command in ("patch", "settle"):
        patch(json.loads(rest[0]), rest[1:])
        let_one_of_these_lead(rest[1:])
        if command == "settle":
            settle()
    elif command == "note":
        must(own_url + "/config", "PATCH", {NOTE: json.loads(rest[0])}, 10)
    elif command == "hand-over":
        hand_over(rest)
    elif command == "take-over":
        take_over(rest[0])
    elif command == "forget":
        forget(rest)
    else:
        raise Problem(__doc__)


try:
    main(sys.argv[1:])
except (OSError, Problem) as problem:
    sys.exit(f"{own_name}: {problem}")
