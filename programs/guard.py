"""Runs Patroni, and ends PostgreSQL before the leader's lease does when Patroni fails to.

Usage: guard.py WATCHDOG DATA [--kernel DEVICE [--required]] [--fence PORT,API_PORT] -- COMMAND...

A member may take writes for as long as its lease lives, and it is Patroni that stops them. If
Patroni hangs, or waits for an answer that does not come, nobody does. For that case Patroni reports
to a watchdog each time it has renewed the lease. This program is that watchdog: when the time is
over it kills PostgreSQL and Patroni, and starts Patroni anew.

WATCHDOG is a named pipe, and COMMAND runs Patroni under lease_clock.py, which writes there until
when the member may lead. DATA is PostgreSQL's data directory; it tells the postmaster from other
processes.

With --kernel a watchdog of the kernel, if there is one, resets the machine when not even this
program runs any more. With --required Patroni cannot lead without one.

With --fence the kernel lets no packet leave from PostgreSQL's port once the time is over, and
refuses connections to Patroni's REST API. The kernel's clock goes on while no program runs: after a
stall of the whole machine no client of PostgreSQL gets an answer, and the other members, who ask
this one before one of them leads, do not wait for one.

If PostgreSQL runs already when Patroni starts, an earlier Patroni has started it. The deadline of
that one holds until the new one reports. A standby, and a primary of a paused cluster, are left
alone.

SIGTERM and SIGHUP go on to Patroni. If Patroni ends by itself while PostgreSQL runs, it is started
anew at once, so that PostgreSQL need not be; otherwise this program ends with its status, and
leaves the rest to whoever started it.
"""

import argparse
import contextlib
import ctypes
import os
import select
import signal
import sys
import time

# No compiled copies beside the configuration.
sys.dont_write_bytecode = True

from boottime import now  # noqa: E402
from fence import Fence  # noqa: E402
from kernel_watchdog import KernelWatchdog  # noqa: E402
from postmaster import Postmaster  # noqa: E402
from watchdog import Watchdog  # noqa: E402

# How often the time is looked at: a machine that was suspended goes on where it was, seconds later.
# In seconds.
TICK = 0.5
# Until Patroni must report on a primary of which no deadline is known. Half of the shortest lease,
# in seconds.
FIRST = 10
# A Patroni that lived for less than this is started anew after a pause of as long, in seconds.
SHORT_LIFE = 2

# linux/prctl.h
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
# linux/capability.h
LINUX_CAPABILITY_VERSION_3 = 0x20080522

libc = ctypes.CDLL(None, use_errno=True)


def say(text):
    print(f"guard: {text}", file=sys.stderr, flush=True)


class Guard:
    """Patroni as a child of this process, and the watchdog over it."""

    def __init__(self, watchdog, kernel, server, command):
        self.watchdog = watchdog
        self.kernel = kernel
        self.server = server
        self.command = command
        self.patroni = None
        # The postmaster that ran before Patroni did, until Patroni reports.
        self.inherited = None
        # When Patroni was started, or is to be.
        self.start_at = 0.0
        self.is_stopping = False

    def run(self):
        """Goes on until Patroni ends and PostgreSQL does not run. Returns Patroni's exit status."""
        wakeup = wakeup_pipe()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.pass_on)
        self.recall()
        while True:
            self.watchdog.admit(self.kernel.is_usable())
            if self.patroni is None and now() >= self.start_at:
                self.start()
            select.select([self.watchdog.pipe, wakeup], [], [], self.watchdog.seconds_left(TICK))
            drain(wakeup)
            self.watchdog.read()
            if self.watchdog.is_heard:
                self.inherited = None
            if self.inherited is not None:
                self.look_after_inherited()
            elif self.watchdog.is_over():
                self.fence("the leader's lease is about to end and Patroni has not renewed it")
            elif self.watchdog.deadline is not None and not self.kernel.is_usable():
                self.fence(f"{self.kernel.device} is required and does not work")
            status = reap().get(self.patroni)
            if status is None:
                continue
            self.patroni = None
            if self.is_stopping or self.server.pid() is None:
                return status
            say(f"Patroni ended with status {status}, and PostgreSQL runs: starting it anew")
            self.start_at = max(now(), self.start_at + SHORT_LIFE)

    def recall(self):
        """Takes over the deadline of an earlier guard, if PostgreSQL has outlived it."""
        deadline = self.watchdog.recall()
        if deadline is not None:
            self.kernel.take_over()
        if deadline is None or self.server.pid() is None:
            self.watchdog.disarm()
        elif self.server.is_standby() or self.server.is_paused():
            self.watchdog.deadline = deadline
            self.watchdog.release()
        else:
            self.watchdog.hold(deadline)

    def start(self):
        self.start_at = now()
        self.inherited = self.server.pid()
        # What the Patroni before has written last.
        self.watchdog.read()
        self.watchdog.is_heard = False
        # Not by `subprocess`, which may take note of a child's end in this program's place.
        self.patroni = os.fork()
        if self.patroni == 0:
            become(self.command)

    def pass_on(self, number, _frame):
        self.is_stopping = self.is_stopping or number != signal.SIGHUP
        if self.patroni is not None:
            os.kill(self.patroni, number)

    def look_after_inherited(self):
        """Decides on a PostgreSQL of which Patroni has said nothing yet."""
        if self.server.pid() != self.inherited:
            # Patroni has stopped it. What runs now, if anything, it has started itself.
            self.inherited = None
            self.watchdog.disarm()
        elif self.server.is_paused():
            if self.watchdog.deadline is not None:
                self.watchdog.disarm()
        elif self.server.is_standby():
            # The deadline stays: it may be about to be promoted.
            if self.watchdog.is_over() and self.watchdog.is_held:
                self.watchdog.release()
        elif self.watchdog.deadline is None:
            say(f"PostgreSQL is a primary: Patroni has {FIRST} s to report that it leads")
            self.watchdog.hold(now() + FIRST)
        elif self.watchdog.is_over():
            self.fence("an earlier Patroni's lease is about to end and Patroni has not reported")

    def fence(self, reason):
        """Ends a member that may not lead any more."""
        kill_all(self.server, self.patroni)
        say(f"{reason}: PostgreSQL is killed")
        # What was written by a Patroni that is gone counts no more.
        drain(self.watchdog.pipe)
        self.watchdog.disarm()
        reap()
        self.patroni = None
        self.inherited = None
        if self.is_stopping:
            sys.exit(1)
        self.start_at = now()


def kill_all(server, patroni):
    """Kills PostgreSQL and Patroni at once, also what hangs or is stopped."""
    if os.getpid() == 1:
        # A container: one call for everything else in it.
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        return
    ended = {}
    while True:
        # PostgreSQL may have been started by hand, outside of this unit.
        remaining = {*others(), *server.processes()}
        if patroni is not None and patroni not in ended:
            remaining.add(patroni)
        if not remaining:
            return
        for pid in remaining:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        ended.update(reap())
        time.sleep(0.01)


def others():
    """The other processes of this unit: those of its control group, if it has one of its own."""
    try:
        with open("/proc/self/cgroup", encoding="ascii") as file:
            paths = [line.split("::")[1].strip() for line in file if line.startswith("0::")]
        path = paths[0] if paths else "/"
        if path == "/":
            return []
        with open(f"/sys/fs/cgroup{path}/cgroup.procs", encoding="ascii") as file:
            return [pid for pid in map(int, file.read().split()) if pid != os.getpid()]
    except OSError:
        return []


def reap():
    """Exit statuses of children that have ended, by number.

    PostgreSQL becomes a child once its parent has ended.
    """
    ended = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        code = os.waitstatus_to_exitcode(status)
        ended[pid] = code if code >= 0 else 128 - code


def wakeup_pipe():
    """A pipe that can be read from whenever a signal has come, the end of a child among them."""
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    return reading


def drain(pipe):
    try:
        while os.read(pipe, 65536):
            pass
    except BlockingIOError:
        pass


def become(command):
    """Runs a command in place of this process, a child. It ends with its parent."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # Capabilities are for the fence, which is the guard's alone.
    libc.capset((ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)())
    # Python ignores these two, and what it runs would, too.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        say(f"{command[0]}: {error}")
        os._exit(127)


def main(words):
    end = words.index("--")
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("watchdog")
    parser.add_argument("data")
    parser.add_argument("--kernel")
    parser.add_argument("--required", action="store_true")
    parser.add_argument("--fence")
    given = parser.parse_args(words[:end])
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    kernel = KernelWatchdog(given.kernel, given.required, say)
    watchdog = Watchdog(given.watchdog, [kernel, Fence(given.fence, say)], say)
    return Guard(watchdog, kernel, Postmaster(given.data), words[end + 1 :]).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
