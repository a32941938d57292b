"""The kernel's watchdog: resets the machine when not even the guard runs any more."""

import fcntl
import os
import struct

# linux/watchdog.h
WDIOC_SETTIMEOUT = 0xC0045706
# The kernel acts this much later than the guard, in seconds.
KERNEL_DELAY = 2


class KernelWatchdog:
    """The watchdog of a device, or none where there is no device."""

    def __init__(self, device, is_required, say):
        """`device` is its path, or None for no watchdog; `say` reports a problem in one line."""
        self.device = device
        self.is_required = is_required
        self.say = say
        self.file = None
        self.has_failed = False

    def is_usable(self):
        """False if a watchdog is required and none works: then this member must not lead."""
        return not self.is_required or (not self.has_failed and os.access(self.device, os.W_OK))

    def hold(self, seconds):
        """The machine is reset after so many seconds and KERNEL_DELAY, rounded down."""
        if self.device is None or self.has_failed or not os.path.exists(self.device):
            self.has_failed = self.has_failed or self.is_required
            return
        try:
            # Open for as long as the watchdog runs.
            self.file = self.file or open(self.device, "wb", buffering=0)  # noqa: SIM115
            timeout = struct.pack("i", max(1, int(seconds + KERNEL_DELAY)))
            fcntl.ioctl(self.file, WDIOC_SETTIMEOUT, timeout)
            self.file.write(b"1")
        except OSError as error:
            self.say(f"{self.device} is not used: {error}")
            self.has_failed = True
            self.stop()

    def take_over(self):
        """Opens the device that a killed guard has left running, so that it can be stopped."""
        try:
            if self.device is not None and os.path.exists(self.device):
                self.file = open(self.device, "wb", buffering=0)  # noqa: SIM115
        except OSError as error:
            self.say(f"{self.device} cannot be taken over: {error}")

    def release(self):
        """Stops the watchdog. One that has failed is tried again later, unless it is required."""
        self.stop()
        self.has_failed = self.has_failed and self.is_required

    def stop(self):
        if self.file is None:
            return
        try:
            self.file.write(b"V")
            self.file.close()
        except OSError as error:
            self.say(f"{self.device} cannot be stopped: {error}")
        self.file = None
