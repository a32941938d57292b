"""Until when a member may lead, as Patroni reports it through a named pipe."""

import os
import stat

from boottime import now

# A helper that took longer than this to be told is told again, with the time that is left by then.
# In seconds.
STALL = 1
# How a line of Patroni's says that it does not lead.
DOES_NOT_LEAD = b"V"


class Watchdog:
    """The deadline of a leader, and what enforces it beside the guard.

    Patroni writes lines, as lease_clock.py describes: `SENT UNTIL` in nanoseconds on
    CLOCK_BOOTTIME, or `V`. The deadline is UNTIL, whenever the line is read. It is also kept in a
    file beside the pipe, for a guard that is started anew.
    """

    def __init__(self, path, helpers, say):
        self.path = path
        # Each of them acts by itself when the time is over, also while the guard does not run.
        self.helpers = helpers
        self.say = say
        self.record = path + ".until"
        if os.path.lexists(path):
            os.unlink(path)
        os.mkfifo(path, 0o600)
        # Open for both, so that it has no end when Patroni has closed it.
        self.pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        # In seconds on CLOCK_BOOTTIME, or None if the member does not lead.
        self.deadline = None
        # Whether the helpers enforce it, too.
        self.is_held = False
        # Whether the Patroni that runs now has written anything.
        self.is_heard = False

    def is_over(self):
        """Whether the time is over and Patroni has not said that the member does not lead."""
        return self.deadline is not None and now() >= self.deadline

    def seconds_left(self, at_most):
        """Seconds until the deadline, if it is ahead and not further away than `at_most`."""
        left = 0 if self.deadline is None else self.deadline - now()
        return left if 0 < left < at_most else at_most

    def admit(self, may_lead):
        """Patroni does not take the lease while it cannot write to its watchdog."""
        mode = 0o600 if may_lead else 0
        if stat.S_IMODE(os.stat(self.path).st_mode) != mode:
            os.chmod(self.path, mode)

    def hold(self, deadline):
        """The member may lead until then."""
        self.deadline = deadline
        self.is_held = True
        self.write_record()
        for helper in self.helpers:
            while True:
                start = now()
                helper.hold(max(0, deadline - start))
                # What it was told counts from when it took effect.
                if now() < min(start + STALL, deadline) or start >= deadline:
                    break

    def release(self):
        """Has the helpers let go of the member; the deadline stays."""
        self.is_held = False
        for helper in self.helpers:
            helper.release()

    def disarm(self):
        """The member does not lead, or nobody takes over from it."""
        self.deadline = None
        self.write_record()
        self.release()

    def read(self):
        """Takes what Patroni has written."""
        try:
            # All that a pipe holds; each line was written at once.
            lines = os.read(self.pipe, 1 << 20).splitlines()
        except BlockingIOError:
            return
        before = deadline = self.deadline
        for line in lines:
            was_heard, self.is_heard = self.is_heard, True
            if line == DOES_NOT_LEAD:
                deadline = None
                continue
            try:
                sent, until = (int(word) / 1e9 for word in line.split())
            except ValueError:
                self.say(f"{self.path}: a line that is not understood: {line!r}")
                continue
            # A lease that has ended is not renewed but taken anew: another member may have led in
            # between.
            if was_heard and deadline is not None and sent > deadline:
                break
            deadline = until
        if deadline is None:
            # Patroni repeats it in a paused cluster.
            if before is not None:
                self.disarm()
        elif deadline != before:
            self.hold(deadline)

    def recall(self):
        """The deadline that an earlier guard has kept, or None."""
        try:
            with open(self.record, encoding="ascii") as file:
                return int(file.read()) / 1e9
        except (OSError, ValueError):
            return None

    def write_record(self):
        try:
            if self.deadline is None:
                if os.path.lexists(self.record):
                    os.unlink(self.record)
                return
            with open(self.record + ".new", "w", encoding="ascii") as file:
                file.write(f"{int(self.deadline * 1e9)}\n")
            os.replace(file.name, self.record)
        except OSError as error:
            self.say(f"{self.record} cannot be kept: {error}")
