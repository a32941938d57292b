"""Does what a client does, each second and through each endpoint, and shows it as metrics.

    python3 probe.py

It keeps a connection for each endpoint, and opens another one when that fails, as a pool of an
application does. A write is a message in the WAL: it needs no table, and is committed as any other
transaction, with the confirmation of standbys where the cluster asks for it.
"""

import json
import os
import signal
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import psycopg2  # noqa: E402

from exposition import Server, Text  # noqa: E402

INTERVAL_SECONDS = 1
# From one success to the next. More than that is an outage.
LONGEST_SECONDS = 2
QUESTIONS = {
    "write": "SELECT pg_logical_emit_message(true, 'hapg', 'probe')",
    "read": "SELECT 1",
}


class Endpoint:
    """One endpoint, and what was found there. Times are of the monotonic clock."""

    def __init__(self, name, action, conninfo):
        self.name = name
        self.question = QUESTIONS[action]
        self.conninfo = conninfo
        self.connection = None
        self.succeeded = time.monotonic()
        self.latency = None
        self.successes = 0
        self.failures = 0
        # Of outages that have ended.
        self.outage = 0.0
        self.told = None

    def run(self):
        while True:
            started = time.monotonic()
            self.attempt()
            time.sleep(max(0.0, INTERVAL_SECONDS - (time.monotonic() - started)))

    def attempt(self):
        started = time.monotonic()
        try:
            if self.connection is None:
                self.connection = psycopg2.connect(self.conninfo)
                self.connection.autocommit = True
            with self.connection.cursor() as cursor:
                cursor.execute(self.question)
                cursor.fetchall()
        except psycopg2.Error as error:
            self.failures += 1
            self.close()
            self.tell(str(error).strip().splitlines()[:1])
            return
        ended = time.monotonic()
        self.latency = ended - started
        self.outage += outage(ended - self.succeeded)
        self.succeeded = ended
        self.successes += 1
        self.tell(None)

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def tell(self, problem):
        """One line when it begins to fail, and one when it works again."""
        if (problem is None) != (self.told is None):
            words = ["works again"] if problem is None else ["fails:", *problem]
            print(f"{self.name}", *words, flush=True)
        self.told = problem

    def age(self):
        return time.monotonic() - self.succeeded


def outage(gap):
    """How long an endpoint was out, by the time from one success to the next."""
    return gap - INTERVAL_SECONDS if gap > LONGEST_SECONDS else 0.0


def rendered(endpoints):
    text = Text("hapg_probe")
    ages = {one.name: one.age() for one in endpoints}
    each = {
        "success_age_seconds": (
            "gauge",
            "Time since the last success",
            lambda one: ages[one.name],
        ),
        "latency_seconds": (
            "gauge",
            "How long the last success took, with its connection if it needed one",
            lambda one: one.latency,
        ),
        "outage_seconds_total": (
            "counter",
            "Time in which nothing succeeded for more than two seconds",
            lambda one: one.outage + outage(ages[one.name]),
        ),
        "successes_total": ("counter", "Attempts that succeeded", lambda one: one.successes),
        "failures_total": ("counter", "Attempts that failed", lambda one: one.failures),
    }
    for name, (kind, words, value) in each.items():
        for one in endpoints:
            text.show(name, words, value(one), kind, endpoint=one.name)
    is_working = all(one.successes > 0 and one.age() < 5 for one in endpoints)
    text.show("working", "Whether all endpoints work", is_working)
    return text


def main():
    with open(os.path.join(HERE, "probe.json"), encoding="utf-8") as file:
        plan = json.load(file)
    # An end is as good as another: it holds nothing.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    endpoints = [Endpoint(one["name"], one["action"], one["conninfo"]) for one in plan["endpoints"]]
    server = Server(
        HERE, plan["port"], plan["version"], plan["clients"], lambda: rendered(endpoints)
    )
    for endpoint in endpoints:
        threading.Thread(target=endpoint.run, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
