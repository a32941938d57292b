"""Runs the guard with a stall before each read of its pipe, until the time in /tmp/late.

The time is in seconds on CLOCK_BOOTTIME. The guard has looked at the time before it reads, and
knows nothing of the stall.
"""

import os
import runpy
import time

read = os.read


def late_read(file, size):
    # The guard also drains its pipe of signals, with reads that are of no interest.
    if os.path.exists("/tmp/late") and os.readlink(f"/proc/self/fd/{file}") == "/tmp/watchdog":
        with open("/tmp/late", encoding="ascii") as late:
            time.sleep(max(0, float(late.read()) - time.clock_gettime(time.CLOCK_BOOTTIME)))
    return read(file, size)


os.read = late_read
runpy.run_path(os.path.join(os.path.dirname(__file__), "guard.py"), run_name="__main__")
