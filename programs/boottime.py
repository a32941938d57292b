"""The clock of leases: time since the machine started, suspension included. Nobody can set it."""

import time


def now():
    """Seconds on CLOCK_BOOTTIME."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
