"""What members say of themselves during a start: over Patroni's REST API while it runs, and in etcd
before.

Not a program of its own: the programs beside it are installed together with it.
"""

import json
import ssl
import sys
import threading
import time
import urllib.request
from http.client import HTTPException

from etcd import EtcdError

# A member that is not heard of for so long does not count as present, in seconds.
PRESENCE = 20
# Longest wait for another member's answer, in seconds.
PATIENCE = 2


class Members:
    """All members, as one of them sees them."""

    def __init__(self, name, etcd, authority):
        """`authority`: file of the CAs that vouch for Patroni's REST API."""
        self.name = name
        self.etcd = etcd
        self.authority = authority
        # What was published last, under which lease, and when.
        self.facts = self.lease = None
        self.published = 0.0
        # Whether etcd has something of this member, of an earlier start perhaps that was killed.
        self.is_heard_of = False

    def ask(self, plan, name, path):
        """What a member's REST API answers, if it is well; None otherwise."""
        url = plan["members"].get(name, {}).get("url")
        if url is None:
            return None
        try:
            # Made anew each time: the CAs may have been changed since.
            trust = ssl.create_default_context(cafile=self.authority)
            with urllib.request.urlopen(f"{url}/{path}", timeout=PATIENCE, context=trust) as answer:
                return json.load(answer)
        except (OSError, HTTPException, ValueError):
            return None

    def states(self, plan):
        """What PostgreSQL does under the other members' Patronis, as far as these answer."""
        found = {}

        def look(name):
            answer = self.ask(plan, name, "patroni")
            if answer is not None:
                found[name] = answer.get("state")

        others = [one for one in plan["members"] if one != self.name]
        looks = [threading.Thread(target=look, args=(one,), daemon=True) for one in others]
        for one in looks:
            one.start()
        for one in looks:
            one.join()
        return found

    def publish(self, facts):
        """Says what the disk holds, for as long as this program runs."""
        if time.monotonic() - self.published < PRESENCE / 4:
            return
        # A key that stays as it is leaves the others' decisions valid (Etcd.put_unless_changed).
        if facts != self.facts or not self.etcd.keep(self.lease):
            self.lease = self.etcd.lease(PRESENCE)
            self.etcd.put(f"start/{self.name}", json.dumps(facts), self.lease)
        self.facts = facts
        self.published = time.monotonic()

    def leave(self):
        """Says that what was published of the disk holds no longer, as Patroni starts."""
        try:
            if self.published or self.is_heard_of:
                started = json.dumps({"empty": False, "started": True})
                self.etcd.put(f"start/{self.name}", started, self.etcd.lease(PRESENCE))
        except EtcdError as error:
            print(
                f"{self.name}: could not say that it starts: {error}", file=sys.stderr, flush=True
            )


def presences(keys):
    """What members have said of their disks, by name."""
    return {
        key[len("start/") :]: json.loads(one)
        for key, one in keys.items()
        if key.startswith("start/")
    }
