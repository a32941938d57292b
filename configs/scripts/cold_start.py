#!/usr/bin/env python3
"""Starts Patroni once it is sure that the right member will lead.

Usage: cold_start.py COMMAND...

While somebody leads, or PostgreSQL runs here, COMMAND takes this program's place at once. Where nobody does, as after
a power cut of all hosts or on data that was kept, Patroni would let whoever comes first lead, and what only the others
have would be lost. So each member says in etcd what its disk holds, and waits until it is known whose history is the
cluster's (verdict.py). That member starts first; the others follow once it takes writes. If that disk is not here,
all wait for it: for as long as the settings say, then until somebody decides.

A member without data founds a cluster only with the permission of an update, a file that is used up by that.

What it waits for is in its log. If it waits for a person, the reason is in the file `start-stopped` too.
"""

import json
import os
import signal
import ssl
import sys
import threading
import time
import urllib.request

import yaml

from disk import Disk, DiskError, lsn_text
from etcd import Etcd, EtcdError
from verdict import decide

CONFIG = os.environ.get("HAPG_PATRONI_YML", "/etc/patroni/patroni.yml")
# Members, whether each may lead, where its REST API is, and what to do about missing data; read again in each round.
PLAN = os.environ.get("HAPG_START_JSON", "/etc/patroni/start.json")
STOPPED = "start-stopped"
PERMISSION = "founding-permitted"
# There from the first step of a founding until PostgreSQL has been set up.
FOUNDING = "founding"

# Between two looks at etcd, in seconds.
ROUND = 1
# A member that is not heard of for so long does not count as present, in seconds.
PRESENCE = 20
# Longest wait for another member's answer, in seconds.
PATIENCE = 2


def read_yaml(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


class Start:
    """One member on its way to Patroni."""

    def __init__(self):
        config = read_yaml(CONFIG)
        postgres = config["postgresql"]
        self.name = config["name"]
        self.etcd = Etcd(config)
        self.trust = ssl.create_default_context(cafile=config["ctl"]["cacert"])
        self.disk = Disk(postgres["data_dir"], postgres["bin_dir"])
        self.home = os.path.dirname(os.path.dirname(postgres["data_dir"]))
        sockets = postgres["parameters"]["unix_socket_directories"]
        self.stopped_file = os.path.join(sockets, STOPPED)
        self.since = time.monotonic()
        self.seen_leader = None
        self.published = 0.0
        self.known_facts = None
        self.said = None

    def say(self, text):
        """Says something once, until there is something else to say."""
        if text != self.said:
            print(f"{self.name}: {text}", file=sys.stderr, flush=True)
        self.said = text

    def wait_until_ready(self):
        while True:
            try:
                if self.may_start():
                    break
            except (EtcdError, DiskError) as error:
                self.say(f"waits: {error}")
            time.sleep(ROUND)
        self.stop(None)

    def may_start(self):
        with open(PLAN, encoding="utf-8") as file:
            plan = json.load(file)
        keys = self.etcd.all()
        config = json.loads(keys["config"]) if keys.get("config") else None
        leader = keys.get("leader")
        if leader == self.name and not self.disk.is_empty():
            return True
        if leader not in (None, self.name):
            return self.is_led(leader, plan, keys, config)
        self.seen_leader = None
        if (config or {}).get("pause") and not self.disk.is_empty():
            return True
        if not keys.get("initialize") and (self.disk.is_empty() or self.is_half_founded()):
            return self.may_found(keys)
        facts = self.facts()
        initialize = keys.get("initialize")
        if not facts["empty"] and initialize and facts["system"] != initialize:
            self.stop(
                f"its data is another cluster's (system identifier {facts['system']}, this one's is {initialize}). It is left "
                "as it is: move it away, and run the update again"
            )
            return False
        return self.is_chosen(plan, keys, config, facts)

    # While somebody leads

    def is_led(self, leader, plan, keys, config):
        """A leader that answers, or whose lease is renewed, leads; one whose host is gone does until its lease ends."""
        if self.ask(plan, leader, "primary") is not None:
            if "cold_start" in keys:
                self.etcd.delete("cold_start")
            return True
        if self.seen_leader is None or self.seen_leader[0] != leader:
            self.seen_leader = (leader, time.monotonic())
        if time.monotonic() - self.seen_leader[1] > (config or {}).get("ttl", 30) + 10:
            return True
        if not self.disk.is_empty():
            self.publish(self.facts())
        self.say(f"waits: {leader} led last and does not answer; its lease has not ended yet")
        return False

    def ask(self, plan, name, path):
        """What a member's REST API answers, if it is well; None otherwise."""
        url = plan["members"].get(name, {}).get("url")
        if url is None:
            return None
        try:
            with urllib.request.urlopen(f"{url}/{path}", timeout=PATIENCE, context=self.trust) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return None

    def running(self, plan):
        """Other members whose PostgreSQL runs under Patroni."""
        found = set()

        def look(name):
            answer = self.ask(plan, name, "patroni") or {}
            if answer.get("state") == "running":
                found.add(name)

        others = [threading.Thread(target=look, args=(one,)) for one in plan["members"] if one != self.name]
        for one in others:
            one.start()
        for one in others:
            one.join()
        return found

    # Where there is no cluster yet

    def is_half_founded(self):
        return os.path.exists(os.path.join(self.home, FOUNDING))

    def may_found(self, keys):
        permission = os.path.join(self.home, PERMISSION)
        if not os.path.exists(permission):
            self.stop(None)
            self.say("waits: there is no cluster, and no update has permitted this member to found one")
            self.publish({"empty": True})
            return False
        if not self.disk.is_empty():
            aside = f"{self.disk.data}.half-founded-{int(time.time())}"
            os.rename(self.disk.data, aside)
            self.say(f"a founding was interrupted before it was done; what it left is in {aside}")
        if "initialize" in keys:
            self.etcd.delete("initialize")
        with open(os.path.join(self.home, FOUNDING), "w", encoding="utf-8"):
            pass
        os.remove(permission)
        sync(self.home)
        self.say("founds the cluster")
        return True

    # Where there is one and nobody leads

    def facts(self):
        """What the disk holds: nothing changes there before Patroni starts."""
        if self.known_facts is None:
            self.known_facts = self.disk.facts()
        return self.known_facts

    def publish(self, facts):
        if time.monotonic() - self.published < PRESENCE / 4:
            return
        self.etcd.put(f"start/{self.name}", json.dumps(facts), self.etcd.lease(PRESENCE))
        self.published = time.monotonic()

    def is_chosen(self, plan, keys, config, facts):
        self.publish(facts)
        chosen = json.loads(keys["cold_start"])["leader"] if "cold_start" in keys else None
        running = self.running(plan)
        if running - {chosen}:
            self.say(f"{', '.join(sorted(running))} runs: starts beside it")
            return True
        if chosen in running:
            self.say(f"waits: {chosen} is about to lead")
            return False
        disks = {self.name: facts}
        for key, value in keys.items():
            if key.startswith("start/"):
                disks.setdefault(key[len("start/") :], json.loads(value))
        record = record_of(keys, config)
        members = {name: one["mayLead"] for name, one in plan["members"].items()}
        verdict = decide(members, disks, record)
        leader = verdict.leader or self.decided(plan, verdict)
        if leader is None:
            return False
        self.stop(None)
        if leader != self.name:
            self.say(f"waits: {leader} is to lead ({verdict.reason})")
            return False
        return self.lead(keys, facts, record, config, verdict)

    def decided(self, plan, verdict):
        """Who leads although something is missing, if the settings say so."""
        accept = verdict.accept or []
        if plan["lead"] in accept:
            self.say(f"patroni.coldStart.lead says to go on: {verdict.reason}")
            return plan["lead"].split(" at ")[0]
        waited = time.monotonic() - self.since
        is_over = not verdict.missing or waited >= plan["waitSeconds"]
        if not is_over:
            self.say(f"waits for up to {plan['waitSeconds']} s: {verdict.reason}")
            return None
        if verdict.missing and len(accept) == 1 and plan["whenDataIsMissing"] == "continue":
            self.say(f"goes on after {plan['waitSeconds']} s, as the settings say: {verdict.reason}{lost(verdict)}")
            return accept[0].split(" at ")[0]
        choice = " or ".join(f'"{one}"' for one in accept)
        remedy = f". To go on all the same, set patroni.coldStart.lead to {choice}{lost(verdict)}" if accept else ""
        self.stop(f"{verdict.reason}{remedy}")
        return None

    def lead(self, keys, facts, record, config, verdict):
        """Takes out of the way what would keep Patroni from letting this member lead, and notes the choice for the others."""
        note = json.dumps({"leader": self.name, "reason": verdict.reason})
        former = keys.get("cold_start")
        if former is None:
            self.etcd.put("cold_start", note)
        elif not self.etcd.replace("cold_start", former, note):
            return False
        sync_key = record["sync"] or {}
        standbys = (sync_key.get("sync_standby") or "").split(",")
        if sync_key.get("leader") and self.name not in [sync_key["leader"], *standbys]:
            print(f"{self.name}: gives up what only {keys['sync']} may have", file=sys.stderr, flush=True)
            self.etcd.delete("sync")
        behind = (record["position"] or 0) - facts["end"]
        if behind > (config or {}).get("maximum_lag_on_failover", 1048576):
            status = {**json.loads(keys["status"]), "optime": facts["end"]}
            print(
                f"{self.name}: gives up {behind} bytes after {lsn_text(facts['end'])}", file=sys.stderr, flush=True
            )
            self.etcd.put("status", json.dumps(status))
        self.say(f"is to lead: {verdict.reason}")
        return True

    def stop(self, reason):
        """Notes what a person has to do, or that nobody has to do anything."""
        if reason is None:
            if os.path.exists(self.stopped_file):
                os.remove(self.stopped_file)
            return
        self.say(f"stopped: {reason}")
        with open(self.stopped_file + ".new", "w", encoding="utf-8") as file:
            file.write(f"{reason}\n")
        os.replace(self.stopped_file + ".new", self.stopped_file)


def lost(verdict):
    """What going on gives up, as far as it is known."""
    if verdict.behind is None:
        return ""
    return f"; that gives up at least {verdict.behind} bytes of WAL" if verdict.behind else ""


def record_of(keys, config):
    """What etcd has recorded of who led, for `decide`."""

    def value(key):
        return json.loads(keys[key]) if keys.get(key) else None

    status = value("status") or {}
    return {
        "config": config,
        "history": value("history"),
        "sync": value("sync"),
        "position": status.get("optime"),
    }


def sync(directory):
    """Makes what was made and removed in a directory outlive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def main(command):
    # A changed file is read in the next round; to end is what both others ask for.
    signal.signal(signal.SIGHUP, lambda number, frame: None)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    start = Start()
    if start.disk.postmaster() is None:
        start.wait_until_ready()
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    # Python ignores these two, and what it starts would, too.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
