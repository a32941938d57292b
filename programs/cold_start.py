#!/usr/bin/env python3
"""Starts Patroni once it is sure that the right member will lead.

Usage: cold_start.py COMMAND...

While somebody leads, or PostgreSQL runs here, COMMAND takes this program's place at once. Where
nobody does, as after a power cut of all hosts or on data that was kept, Patroni would let whoever
comes first lead, and what only the others have would be lost. So each member says in etcd what its
disk holds, and waits until it is known whose history is the cluster's (verdict.py). That member
starts first; the others follow once it takes writes. If that disk is not here, all wait for it: for
as long as the settings say, then until somebody decides.

A member without data founds a cluster only with the permission of an update, a file that is used up
by that.

What it waits for is in its log. If it waits for a person, the reason is in the file `start-stopped`
too.
"""

import json
import os
import signal
import sys
import time

import yaml

from disk import Disk, DiskError
from divergence import Divergence
from etcd import Etcd, EtcdError
from founding import Founding
from notice import Notice
from obstacles import obstacles
from patronictl import configure
from peers import Members, presences
from record import chosen_in, mark_of, record_of
from restoring import Restoring
from verdict import decide

CONFIG = os.environ.get("HAPG_PATRONI_YML", "/etc/patroni/patroni.yml")
# Members, whether each may lead, where its REST API is, and what to do about missing data; read
# again in each round.
PLAN = os.environ.get("HAPG_START_JSON", "/etc/patroni/start.json")

# Between two looks at etcd, in seconds.
ROUND = 1
# A member that is to lead and whose PostgreSQL has run for so long without leading needs help, in
# seconds.
HESITATION = 60


class Start:
    """One member on its way to Patroni."""

    def __init__(self):
        with open(CONFIG, encoding="utf-8") as file:
            # The loader in C, if there is one: others wait for this program.
            config = yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        postgres = config["postgresql"]
        self.name = config["name"]
        notice = Notice(self.name, postgres["parameters"]["unix_socket_directories"])
        self.say, self.stop = notice.say, notice.stop
        self.etcd = Etcd(config)
        self.members = Members(self.name, self.etcd, config["ctl"]["cacert"])
        self.disk = Disk(postgres["data_dir"], postgres["bin_dir"])
        self.divergence = Divergence(self.disk, self.say)
        home = os.path.dirname(os.path.dirname(postgres["data_dir"]))
        configure(os.path.expanduser("~"), CONFIG)
        self.founding = Founding(home, self.disk.data, self.say)
        self.restoring = Restoring(home, self.disk.data, self.say)
        # Since when data is missing, and since when another is leader or is to lead.
        self.missing_since = None
        self.seen_leader = None
        self.seen_chosen = None
        self.known_facts = None

    def wait_until_ready(self):
        while True:
            try:
                if self.may_start():
                    break
            except EtcdError as error:
                # Leases live on from when etcd is back, and so do members that were waited for.
                self.missing_since = self.seen_leader = self.seen_chosen = None
                self.say(f"waits: {error}")
            except DiskError as error:
                self.stop(f"its data cannot be read: {error}")
            except (OSError, ValueError) as error:
                self.say(f"waits: {error}")
            time.sleep(ROUND)
        self.stop(None)
        self.members.leave()

    def may_start(self):
        with open(PLAN, encoding="utf-8") as file:
            plan = json.load(file)
        if not self.restoring.is_done(self.name, self.etcd):
            return False
        keys = self.etcd.all()
        self.members.is_heard_of = f"start/{self.name}" in keys
        config = json.loads(keys["config"]) if keys.get("config") else None
        leader, initialize = keys.get("leader"), keys.get("initialize")
        if (
            leader in (None, self.name)
            and not initialize
            and (self.disk.is_empty() or self.founding.is_half_done())
        ):
            return self.may_found(keys)
        if not self.is_of_cluster(initialize):
            return False
        if leader not in (None, self.name):
            return self.is_led(leader, plan, keys, config)
        self.seen_leader = None
        facts = self.facts()
        if leader == self.name and not facts["empty"]:
            return self.is_current(keys, facts)
        return self.is_chosen(plan, keys, config, facts)

    # While somebody leads

    def is_led(self, leader, plan, keys, config):
        """A leader that answers, or whose lease is renewed, leads; one whose host is gone does
        until its lease ends."""
        self.missing_since = None
        answer = self.members.ask(plan, leader, "primary")
        if answer is not None:
            if "cold_start" in keys:
                self.etcd.delete("cold_start")
            return self.divergence.is_settled(
                leader, answer.get("timeline", 0), record_of(keys, None)["history"]
            )
        # When etcd's own leader changes all leases begin anew.
        if self.seen_leader is None or self.seen_leader[:2] != (leader, self.etcd.term):
            self.seen_leader = (leader, self.etcd.term, time.monotonic())
        if time.monotonic() - self.seen_leader[2] > (config or {}).get("ttl", 30) + 10:
            return True
        if not self.disk.is_empty():
            self.members.publish(self.facts())
        self.say(f"waits: {leader} led last and does not answer; its lease has not ended yet")
        return False

    def is_current(self, keys, facts):
        """Whether the leader's own disk, after a restart within its lease, is not an older copy."""
        position = record_of(keys, None)["position"] or 0
        if facts["end"] >= position:
            return True
        self.members.publish(facts)
        self.say(
            "waits: its disk is older than what it wrote as the leader; its lease has not ended yet"
        )
        return False

    # Where there is no cluster yet

    def may_found(self, keys):
        holders = [
            name
            for name, disk in presences(keys).items()
            if name != self.name and not disk["empty"]
        ]
        if holders:
            self.members.publish({"empty": True})
            self.say(
                f"waits: {', '.join(sorted(holders))} has data, so that nobody founds a cluster"
            )
            return False
        if not self.founding.is_permitted():
            self.stop(None)
            self.say(
                "waits: there is no cluster, and no update has permitted this member to found one"
            )
            self.members.publish({"empty": True})
            return False
        self.founding.move_aside()
        if "initialize" in keys:
            self.etcd.delete("initialize")
        self.founding.begin()
        self.say("founds the cluster")
        return True

    # Where there is one

    def is_of_cluster(self, initialize):
        """Whether what is on the disk, if anything, is this cluster's. What is not is left
        alone."""
        # A permission that was not used is not for a later day.
        self.founding.forbid()
        system = None if self.disk.is_empty() else self.disk.system()
        if initialize and self.founding.is_half_done():
            if system != initialize:
                self.founding.move_aside()
            self.founding.end()
            return True
        if not initialize or system in (None, initialize):
            return True
        self.stop(
            f"its data is another cluster's (system identifier {system}, "
            f"this one's is {initialize}). "
            "It is left as it is: move it away, and run the update again"
        )
        return False

    # Where nobody leads

    def facts(self):
        """What the disk holds: nothing changes there before Patroni starts."""
        if self.known_facts is None:
            self.known_facts = self.disk.facts()
        return self.known_facts

    def is_chosen(self, plan, keys, config, facts):
        self.members.publish(facts)
        record = record_of(keys, config)
        chosen = chosen_in(keys, record)
        states = self.members.states(plan)
        running = {name for name, state in states.items() if state == "running"} - {chosen}
        if running:
            self.say(f"{', '.join(sorted(running))} runs: starts beside it")
            return True
        disks = presences(keys)
        started = {name for name, disk in disks.items() if disk.get("started")}
        if chosen != self.name and chosen in {*states, *started}:
            return self.await_chosen(chosen, states.get(chosen))
        self.seen_chosen = None
        disks = {name: disk for name, disk in disks.items() if name not in started}
        disks[self.name] = facts
        members = {name: one["mayLead"] for name, one in plan["members"].items()}
        verdict = decide(members, disks, record)
        leader = verdict.leader or self.decided(plan, verdict)
        if leader is None:
            return False
        self.stop(None)
        if leader != self.name:
            self.say(f"waits: {leader} is to lead ({verdict.reason})")
            return False
        return self.lead(keys, facts, record, verdict)

    def await_chosen(self, chosen, state):
        """Another is on its way to lead, perhaps after hours of crash recovery."""
        if state not in ("running", "start failed") or self.seen_chosen is None:
            self.seen_chosen = time.monotonic()
        waited = time.monotonic() - self.seen_chosen
        if waited > HESITATION:
            self.stop(
                f"{chosen} is to lead and does not ({state}): its log says why. "
                "Stop it if another is to lead"
            )
        else:
            self.say(f"waits: {chosen} is about to lead")
        return False

    def decided(self, plan, verdict):
        """Who leads although something is missing, if the settings say so."""
        accept = verdict.accept or []
        if plan["lead"] in accept:
            self.say(f"patroni.coldStart.lead says to go on: {verdict.reason}")
            return plan["lead"].split(" at ")[0]
        if self.missing_since is None:
            self.missing_since = time.monotonic()
        waited = time.monotonic() - self.missing_since
        is_over = not verdict.missing or waited >= plan["waitSeconds"]
        if not is_over:
            self.say(f"waits for up to {plan['waitSeconds']} s: {verdict.reason}")
            return None
        if verdict.missing and len(accept) == 1 and plan["whenDataIsMissing"] == "continue":
            self.say(
                f"goes on after {plan['waitSeconds']} s, as the settings say: "
                f"{verdict.reason}{lost(verdict)}"
            )
            return accept[0].split(" at ")[0]
        choice = " or ".join(f'"{one}"' for one in accept)
        remedy = (
            f". To go on all the same, set patroni.coldStart.lead to {choice}{lost(verdict)}"
            if accept
            else ""
        )
        self.stop(f"{verdict.reason}{remedy}")
        return None

    def lead(self, keys, facts, record, verdict):
        """Notes the choice for the others, unless anything has changed, and clears the way to the
        leader's lease."""
        note = {"leader": self.name, "reason": verdict.reason, "record": mark_of(record)}
        if not self.etcd.put_unless_changed("cold_start", json.dumps(note), "start/", "leader"):
            return False
        for key, value, text in obstacles(self.name, keys, facts["end"]):
            self.say(text)
            if value is None:
                self.etcd.delete(key)
            else:
                self.etcd.put(key, value)
        self.say(f"is to lead: {verdict.reason}")
        return True


def lost(verdict):
    """What going on gives up, as far as it is known."""
    return f"; that gives up at least {verdict.behind} bytes of WAL" if verdict.behind else ""


def main(command):
    # A changed file is read in the next round; to end is what both others ask for.
    signal.signal(signal.SIGHUP, lambda number, frame: None)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    start = Start()
    if start.disk.postmaster() is None:
        start.wait_until_ready()
    # It stays so until Patroni takes it.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # Python ignores these two, and what it starts would, too.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
