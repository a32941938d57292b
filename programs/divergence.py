"""A standby that was killed and has more than its new leader: Patroni rewinds it only if pg_control
says so.

Not a program of its own: the programs beside it are installed together with it.

Patroni compares the minimum recovery position with the leader's history, once, before it starts
PostgreSQL (patroni/postgresql/rewind.py). WAL that was received and has reached no table is not in
it: the standby would run on its former timeline, and never stream.
"""

import os
import subprocess
import time

from disk import PLAIN

IN_RECOVERY = ("in archive recovery", "shut down in recovery")
# Until a new leader has told etcd its history, in seconds.
PATIENCE = 15


class Divergence:
    """One member's data, as far as its leader does not have it."""

    def __init__(self, disk, say):
        self.disk = disk
        self.say = say
        self.since = None

    def is_settled(self, leader, timeline, history):
        """
        Whether Patroni may start under a leader on a timeline, with Patroni's record of the
        leader's history: the leader has what is here, or Patroni will see that it has not.
        """
        if not self.is_former(timeline):
            return True
        facts = self.disk.facts()
        left = [one[1] for one in history or [] if one[0] == facts["timeline"]]
        if left and facts["last"] >= left[0]:
            self.say(f"has writes that {leader} has not, which are to be rewound")
            self.end_recovery()
        if self.since is None:
            self.since = time.monotonic()
        if left or time.monotonic() - self.since > PATIENCE:
            return True
        self.say(f"waits for the history of timeline {timeline}, on which {leader} leads")
        return False

    def is_former(self, timeline):
        """Whether the data is a standby's, on an earlier timeline."""
        if self.disk.is_empty() or self.disk.is_cut_short():
            return False
        control = self.disk.control()
        return (
            control["Database cluster state"] in IN_RECOVERY
            and self.disk.timeline(control) < timeline
        )

    def end_recovery(self):
        """Lets pg_control say what the WAL has: a single user's session ends with a checkpoint, on
        the same timeline."""
        signal = os.path.join(self.disk.data, "standby.signal")
        if os.path.exists(signal):
            os.remove(signal)
        words = [os.path.join(self.disk.binaries, "postgres"), "--single", "-D", self.disk.data]
        words += ["-c", "archive_mode=on", "-c", "archive_command=false", "template1"]
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=PLAIN, check=False
        )
        if done.returncode != 0:
            self.say(f"could not end recovery: {done.stderr.strip()}")
