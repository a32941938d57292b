"""Runs Patroni, and ends PostgreSQL before the leader's lease does when Patroni fails to.

Usage: guard.py WATCHDOG [--kernel DEVICE] [--fence PORT,API_PORT] -- COMMAND...

A member may take writes for as long as its lease lives, and it is Patroni that stops them. If Patroni hangs, or waits for an
answer that does not come, nobody does. For that case Patroni speaks to a watchdog: it opens the file WATCHDOG when it
begins to lead, says within how many seconds it will be heard of again, and writes there each time it has renewed the lease.
This program is that watchdog. When the time is over it kills PostgreSQL and Patroni, and starts Patroni anew.

WATCHDOG is a named pipe, and what is written there is what Patroni's driver `testing` writes (patroni/watchdog/linux.py):
`Ctimeout=SECONDS\\n`, then a `1` each time, and a `V` before it is closed on purpose.

With --kernel all that is passed on to a watchdog of the kernel, if there is one: it resets the machine when even this
program does not run any more.

With --fence the kernel lets no packet leave from PostgreSQL's port once the time is over, and refuses connections to Patroni's REST
API. The time is the kernel's, which goes on while no program runs: after a stall of the whole machine, whoever runs first, no client
of PostgreSQL is told anything. And the other members, who ask this one before one of them leads, do not wait for an answer.

SIGTERM and SIGHUP go on to Patroni. If Patroni ends by itself while PostgreSQL runs, it is started anew at once, so that
PostgreSQL need not be; otherwise this program ends with its status, and leaves the rest to who started it.
"""

import ctypes
import fcntl
import os
import select
import signal
import struct
import sys
import time

# How often the time is looked at: a machine that was suspended goes on where it was, seconds later. In seconds.
TICK = 0.5
# Until Patroni is heard of, if PostgreSQL runs already when this program starts. Half of the shortest lease, in seconds.
FIRST = 10
# By so much later the kernel acts, in seconds.
KERNEL_DELAY = 2
# A Patroni that lived for less than this is started anew after a pause of as long, in seconds.
SHORT_LIFE = 2

# linux/watchdog.h
WDIOC_SETTIMEOUT = 0xC0045706
# linux/prctl.h
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
# linux/capability.h
LINUX_CAPABILITY_VERSION_3 = 0x20080522

# Declared first, so that there is one to delete.
NO_FENCE = """
table inet hapg_fence
delete table inet hapg_fence
"""
# The fence: a table of nftables of its own, in which a port is a member of a set for as long as it may answer.
# A reset and not a drop: of what PostgreSQL sends it discards what the connection holds, which would be sent again after the fence
# is gone; to who calls Patroni it says no at once.
FENCE = NO_FENCE + """
table inet hapg_fence {
  set lease { type inet_service; flags timeout; elements = { LEASES } }
  chain replies {
    type filter hook output priority filter; policy accept;
    tcp sport POSTGRES tcp sport != @lease reject with tcp reset
  }
  chain calls {
    type filter hook input priority filter; policy accept;
    tcp dport API tcp dport != @lease reject with tcp reset
  }
}
"""
RENEWAL = """
flush set inet hapg_fence lease
add element inet hapg_fence lease { LEASES }
"""

libc = ctypes.CDLL(None, use_errno=True)


def say(text):
    print(f"guard: {text}", file=sys.stderr, flush=True)


def now():
    """Seconds on a clock that nobody sets and that goes on while the machine is suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Kernel:
    """The kernel's watchdog, or none."""

    def __init__(self, device):
        self.device = device
        self.file = None

    def arm(self, timeout):
        if self.device is None or not os.path.exists(self.device):
            return
        try:
            self.file = self.file or open(self.device, "wb", buffering=0)
            fcntl.ioctl(self.file, WDIOC_SETTIMEOUT, struct.pack("i", int(timeout + KERNEL_DELAY)))
        except OSError as error:
            say(f"{self.device} is not used: {error}")
            self.disarm()

    def renew(self):
        if self.file is not None:
            self.file.write(b"1")

    def disarm(self):
        if self.file is not None:
            self.file.write(b"V")
            self.file.close()
            self.file = None


class Fence:
    """Ends what a member says over the network when its time is over, or nothing, where the kernel does not let us."""

    def __init__(self, ports):
        self.ports = [] if ports is None else ports.split(",")
        self.timeout = None
        self.complaint = None
        self.library = None
        if not self.ports:
            return
        try:
            self.library = ctypes.CDLL("libnftables.so.1")
        except OSError as error:
            self.complain(error)
            return
        self.library.nft_ctx_new.restype = ctypes.c_void_p
        self.context = ctypes.c_void_p(self.library.nft_ctx_new(0))
        # What goes wrong is told here, in a line.
        self.library.nft_ctx_buffer_error(self.context)
        self.library.nft_ctx_get_error_buffer.restype = ctypes.c_char_p

    def arm(self, timeout):
        self.timeout = timeout
        self.run(FENCE)

    def renew(self):
        # Another program may have flushed all tables.
        if not self.done(RENEWAL):
            self.run(FENCE)

    def disarm(self):
        self.run(NO_FENCE)

    def run(self, commands):
        """Never gives up: a fence that is there and not renewed would shut out the clients of a leader that is well."""
        if self.done(commands):
            self.complaint = None
        else:
            self.complain(self.library.nft_ctx_get_error_buffer(self.context).decode().strip())

    def done(self, commands):
        if self.library is None:
            return True
        postgres, api = self.ports
        leases = ", ".join(f"{port} timeout {self.timeout}s" for port in self.ports)
        text = commands.replace("POSTGRES", postgres).replace("API", api).replace("LEASES", leases)
        return self.library.nft_run_cmd_from_buffer(self.context, text.encode()) == 0

    def complain(self, error):
        """Says what is wrong once, not with each renewal."""
        if str(error) != self.complaint:
            say(f"there is no fence: {error}")
        self.complaint = str(error)


class Watchdog:
    """When Patroni is to be heard of again."""

    def __init__(self, path, *helpers):
        # Each of them does something by itself when the time is over.
        self.helpers = helpers
        if os.path.lexists(path):
            os.unlink(path)
        os.mkfifo(path, 0o600)
        # Open for both, so that it has no end when Patroni has closed it.
        self.pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self.timeout = FIRST
        self.deadline = None
        self.rest = b""

    def arm(self):
        self.deadline = now() + self.timeout
        for helper in self.helpers:
            helper.arm(self.timeout)

    def disarm(self):
        self.deadline = None
        for helper in self.helpers:
            helper.disarm()

    def renew(self):
        self.deadline = now() + self.timeout
        for helper in self.helpers:
            helper.renew()

    def is_over(self):
        return self.deadline is not None and now() >= self.deadline

    def read(self):
        """Takes what Patroni has written."""
        try:
            self.rest += os.read(self.pipe, 65536)
        except BlockingIOError:
            return
        while self.rest:
            if self.rest.startswith(b"C"):
                line, end, after = self.rest.partition(b"\n")
                if not end:
                    return
                self.timeout = int(line.split(b"=")[1])
                self.rest = after
                self.arm()
            else:
                if self.rest.startswith(b"V"):
                    self.disarm()
                else:
                    self.renew()
                self.rest = self.rest[1:]

    def forget(self):
        """Drops what was written by a Patroni that is gone."""
        self.rest = b""
        drain(self.pipe)
        self.disarm()


class Guard:
    """Patroni as a child of this process, and the watchdog over it."""

    def __init__(self, watchdog, command):
        self.watchdog = watchdog
        self.command = command
        self.patroni = None
        # When Patroni was started, or is to be.
        self.start_at = 0.0
        self.is_stopping = False

    def run(self):
        """Goes on until Patroni ends and nothing is left to look after. Answers with its exit status."""
        wakeup = wakeup_pipe()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.pass_on)
        while True:
            if self.patroni is None and now() >= self.start_at:
                self.start()
            select.select([self.watchdog.pipe, wakeup], [], [], TICK)
            drain(wakeup)
            # First: what was written before a machine was paused says nothing of now.
            if self.watchdog.is_over():
                self.fence()
            self.watchdog.read()
            status = reap().get(self.patroni)
            if status is None:
                continue
            self.patroni = None
            if self.is_stopping or not has_children():
                return status
            say(f"Patroni ended with status {status}, and PostgreSQL runs: starting it anew")
            self.start_at = max(now(), self.start_at + SHORT_LIFE)

    def start(self):
        self.start_at = now()
        # Not by `subprocess`, which may take note of a child's end in this program's place.
        self.patroni = os.fork()
        if self.patroni == 0:
            become(self.command)

    def pass_on(self, number, _frame):
        self.is_stopping = self.is_stopping or number != signal.SIGHUP
        if self.patroni is not None:
            os.kill(self.patroni, number)

    def fence(self):
        """Ends a member that may not lead any more."""
        kill_all()
        say(f"Patroni was not heard of for {self.watchdog.timeout} s while it led: PostgreSQL is killed")
        self.watchdog.forget()
        reap()
        self.patroni = None
        if self.is_stopping:
            sys.exit(1)
        self.start_at = now()


def kill_all():
    """Kills PostgreSQL and Patroni at once, also what hangs or is stopped."""
    if os.getpid() == 1:
        # A container: one call for everything else in it.
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
        return
    while True:
        remaining = others()
        if not remaining:
            return
        for pid in remaining:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        reap()
        time.sleep(0.01)


def others():
    """The other processes of this unit: those of its control group."""
    with open("/proc/self/cgroup", encoding="ascii") as file:
        path = next(line.split("::")[1].strip() for line in file if line.startswith("0::"))
    with open(f"/sys/fs/cgroup{path}/cgroup.procs", encoding="ascii") as file:
        return [pid for pid in map(int, file.read().split()) if pid != os.getpid()]


def reap():
    """Exit statuses of children that have ended, by number. PostgreSQL becomes a child once who started it has ended."""
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


def has_children():
    """Whether something of what Patroni has started runs: PostgreSQL."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return True
    except ChildProcessError:
        return False


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
    (path, *options), command = words[:end], words[end + 1 :]
    given = dict(zip(options[::2], options[1::2], strict=True))
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    watchdog = Watchdog(path, Kernel(given.get("--kernel")), Fence(given.get("--fence")))
    if os.getpid() != 1 and others():
        say(f"PostgreSQL runs: Patroni has {FIRST} s to say that it leads, or that it does not")
        watchdog.arm()
    else:
        watchdog.disarm()
    return Guard(watchdog, command).run()


sys.exit(main(sys.argv[1:]))
