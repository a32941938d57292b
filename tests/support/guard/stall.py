"""Runs Patroni with a real stall between etcd's answer to a renewal and Patroni's report of it.

Usage: stall.py PROGRAM PATRONI_YML

Once /tmp/stall is there, Patroni stops itself after its next renewal. Another process lets it go on
after as many seconds as the file says. Then Patroni reports the renewal and stops for good.
/tmp/stalled has the time of the first stop, in milliseconds on CLOCK_BOOTTIME.
"""

import os
import runpy
import signal
import subprocess
import sys
import time


def stop():
    os.kill(os.getpid(), signal.SIGSTOP)


def inject():
    # First: Patroni's modules import each other in a circle.
    import patroni.postgresql  # noqa: F401
    from patroni.dcs import AbstractDCS
    from patroni.ha import Ha

    write_status, touch_member = AbstractDCS.write_status, Ha.touch_member

    def late_write_status(self, value):
        if os.path.exists("/tmp/stall"):
            with open("/tmp/stall", encoding="ascii") as stall:
                seconds = stall.read().strip()
            with open("/tmp/stalled", "w", encoding="ascii") as stalled:
                stalled.write(f"{time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000000}\n")
            subprocess.Popen(["sh", "-c", f"sleep {seconds}; kill -CONT {os.getpid()}"])
            stop()
        return write_status(self, value)

    def last_touch_member(self):
        result = touch_member(self)
        if os.path.exists("/tmp/stalled"):
            stop()
        return result

    AbstractDCS.write_status, Ha.touch_member = late_write_status, last_touch_member


# Patroni starts PostgreSQL by way of a copy of this process, which reads this file again.
if __name__ == "__main__":
    inject()
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")
