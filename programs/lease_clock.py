"""Runs Patroni, and has it tell the guard until when it may lead, counted from before a renewal.

Usage: lease_clock.py PATRONI_YML

Patroni writes to its watchdog when it has renewed its lease, and written other keys as well. A
watchdog that counts from when it reads that cannot know how long Patroni waited or hung in between.
So this program takes the time on CLOCK_BOOTTIME before each request that renews or grants the
lease, and before each round of questions in failsafe mode. With each keepalive Patroni then writes
when the last one that succeeded was sent, and until when the member may lead: that much later as
Patroni sets its watchdog's timeout (`ttl` less `safety_margin`). Both are in nanoseconds, in one
line: `SENT UNTIL`. A line `V` says that it does not lead, or that the cluster is paused.

It replaces parts of Patroni's own and was checked with Patroni 3.2 to 4.1. It does not start one
that it does not know.
"""

import functools
import os
import sys
import threading
import time

# When the last renewal that succeeded was sent. By thread: the one that renews the leader's lease
# writes to the watchdog.
renewal = threading.local()


def timed(call):
    """A call that notes when it began, if it succeeds."""

    @functools.wraps(call)
    def wrapped(*args, **kwargs):
        sent = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        result = call(*args, **kwargs)
        if result:
            renewal.sent = sent
        return result

    return wrapped


def lease_device(base, watchdog_error):
    """Patroni's driver `testing`, a pipe, with lines that say when instead of bytes."""

    class LeaseDevice(base):
        # Whether the guard knows already that this member does not lead.
        is_quiet = False

        def set_timeout(self, timeout):
            self.timeout = timeout
            self.keepalive()

        def keepalive(self):
            if self._fd is None:
                raise watchdog_error("Watchdog device is closed")
            sent = getattr(renewal, "sent", None)
            if sent is None:
                raise watchdog_error("No lease was renewed: it is not known how long it lasts")
            self.is_quiet = False
            self.write(f"{sent} {sent + int(self.timeout * 1e9)}\n")

        def close(self):
            """Tells the guard even if this Patroni has never led: the one before it may have."""
            if self._fd is None:
                if self.is_quiet:
                    return
                self.is_quiet = True
                self.open()
            try:
                self.write("V\n")
            finally:
                os.close(self._fd)
                self._fd = None
            self.is_quiet = True

        def write(self, line):
            try:
                os.write(self._fd, line.encode())
            except OSError as error:
                raise watchdog_error(f"Could not write to {self.device}: {error}") from error

    return LeaseDevice


def ending_sooner(keepalive, device):
    """Keepalive under a shorter `ttl`: Patroni has renewed by it, but sets the timeout later."""

    @functools.wraps(keepalive)
    def wrapped(watchdog):
        if isinstance(watchdog.impl, device):
            watchdog.impl.timeout = min(watchdog.impl.timeout, watchdog.config.timeout)
        return keepalive(watchdog)

    return wrapped


def expect(function, *names):
    """Checks that a function of Patroni's uses what this program replaces."""
    missing = [name for name in names if name not in function.__code__.co_names]
    if missing:
        raise AttributeError(f"{function.__qualname__} does not use {', '.join(missing)}")


def install():
    """Puts the clock into Patroni.
    Raises ImportError or AttributeError if Patroni is not as expected."""
    # First: Patroni's modules import each other in a circle, and this is where it can be entered.
    import patroni.postgresql  # noqa: F401
    from patroni.dcs.etcd3 import Etcd3, PatroniEtcd3Client
    from patroni.ha import Ha
    from patroni.watchdog import linux
    from patroni.watchdog.base import Watchdog, WatchdogConfig, WatchdogError

    expect(Etcd3._do_refresh_lease, "lease_keepalive", "lease_grant")
    expect(Ha.update_lock, "update_leader", "watchdog", "keepalive")
    expect(Ha._handle_dcs_error, "check_failsafe_topology", "watchdog", "keepalive")
    expect(WatchdogConfig.get_impl, "TestingWatchdogDevice")
    expect(linux.LinuxWatchdogDevice.open, "_fd", "device")
    if not isinstance(WatchdogConfig.timeout, property):
        raise AttributeError("WatchdogConfig.timeout is not a property")
    for owner, name in (
        (PatroniEtcd3Client, "lease_keepalive"),
        (PatroniEtcd3Client, "lease_grant"),
        (Ha, "check_failsafe_topology"),
    ):
        setattr(owner, name, timed(getattr(owner, name)))
    device = lease_device(linux.TestingWatchdogDevice, WatchdogError)
    linux.TestingWatchdogDevice = device
    Watchdog.keepalive = ending_sooner(Watchdog.keepalive, device)


def main():
    try:
        install()
    except (ImportError, AttributeError) as error:
        sys.exit(
            f"lease_clock: this Patroni is not supported: {error}. "
            "Install Patroni 3.2 to 4.1, or a version of this program that knows yours."
        )
    # What `ps` and `pgrep` show.
    with open("/proc/self/comm", "w", encoding="ascii") as file:
        file.write("patroni")
    from patroni.__main__ import main as patroni

    return patroni()


# Patroni starts PostgreSQL by way of a copy of this process, which reads this file again.
if __name__ == "__main__":
    sys.exit(main())
