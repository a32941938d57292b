"""
Prints what a PostgreSQL logs to files of its own: one line each, `TIME TEXT`, with the time in UTC.
Prints nothing where it logs to its service's log. Changes nothing.

Usage: postgres_log.py DATA_DIRECTORY BINARIES SECONDS [--follow]

SECONDS is the age of the oldest line. With --follow it goes on until its input ends.
"""

import os
import re
import select
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# The first one of a line: the prefix has it, the first field of CSV, or the first member of JSON.
TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)(?: ?(Z|[A-Z]{2,5}|[+-]\d\d(?::?\d\d)?)\b)?"
)
# Bytes of a line in which it is.
HEAD = 120
# Bytes below which a part of a file is read through.
SMALL = 1 << 20
# Between two looks at files that grow, in seconds.
ROUND = 0.3


class Clock:
    """Reads times of log lines."""

    def __init__(self, data, binaries):
        self.postgres = [os.path.join(binaries, "postgres"), "-C", "log_timezone", "-D", data]
        self.zone = None

    def read(self, line):
        """The time of a line, in UTC; None if it has none, as the second line of a statement."""
        if line.startswith(b"\t"):
            return None
        found = TIME.search(line[:HEAD].decode("utf-8", "replace"))
        if found is None:
            return None
        day, hour, zone = found.groups()
        moment = datetime.fromisoformat(f"{day}T{hour[:15].ljust(8)}")
        if zone in (None, "Z", "UTC", "GMT"):
            return moment.replace(tzinfo=UTC)
        if zone[0] in "+-":
            digits = zone[1:].replace(":", "").ljust(4, "0")
            offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
            moment -= offset if zone[0] == "+" else -offset
            return moment.replace(tzinfo=UTC)
        # Of the hour that a change of the clock repeats, the abbreviation tells which.
        local = [moment.replace(tzinfo=self.log_zone(), fold=fold) for fold in (0, 1)]
        return next((one for one in local if one.tzname() == zone), local[0]).astimezone(UTC)

    def log_zone(self):
        if self.zone is None:
            try:
                self.zone = ZoneInfo(subprocess.check_output(self.postgres, text=True).strip())
            except (OSError, ValueError, subprocess.SubprocessError, KeyError):
                self.zone = UTC
        return self.zone


class Printer:
    """Prints the lines of one file that are not older than a time."""

    def __init__(self, path, clock, since):
        self.path = path
        self.clock = clock
        self.since = since
        self.at = None
        self.time = None
        self.rest = b""

    def print_new(self):
        """What was added since the last time."""
        try:
            file = open(self.path, "rb")  # noqa: SIM115
        except OSError:
            return
        with file:
            if self.at is None:
                self.at = self.begin(file)
            elif os.fstat(file.fileno()).st_size < self.at:
                # Begun anew under the same name.
                self.at, self.rest = 0, b""
            file.seek(self.at)
            for line in file:
                self.at += len(line)
                self.rest += line
                if self.rest.endswith(b"\n"):
                    self.print_line(self.rest.rstrip(b"\r\n"))
                    self.rest = b""

    def print_line(self, line):
        self.time = self.clock.read(line) or self.time
        moment = self.time or datetime.fromtimestamp(os.path.getmtime(self.path), UTC)
        if moment < self.since:
            return
        stamp = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        print(stamp, line.decode("utf-8", "replace"))

    def begin(self, file):
        """Where lines begin that are new enough, or shortly before."""
        low, high = 0, os.fstat(file.fileno()).st_size
        while high - low > SMALL:
            middle = (low + high) // 2
            file.seek(middle)
            file.readline()
            moment = None
            while moment is None and file.tell() < high:
                moment = self.clock.read(file.readline())
            if moment is not None and moment < self.since:
                low = middle
            else:
                high = middle
        if low > 0:
            file.seek(low)
            low += len(file.readline())
        return low


def current(data):
    """The file that PostgreSQL writes now; None if it writes none. Of several formats the first."""
    try:
        with open(os.path.join(data, "current_logfiles"), encoding="utf-8") as file:
            return os.path.join(data, file.readline().split(None, 1)[1].rstrip("\n"))
    except (OSError, IndexError):
        return None


def former(path, since):
    """Files of the same format beside it that were written since a time, the oldest first."""
    ending = os.path.splitext(path)[1]
    with os.scandir(os.path.dirname(path)) as entries:
        found = [
            (entry.stat().st_mtime, entry.path)
            for entry in entries
            if entry.name.endswith(ending) and entry.is_file()
        ]
    return [one for written, one in sorted(found) if written >= since and one != path]


def has_ended(stream):
    return bool(select.select([stream], [], [], ROUND)[0]) and not os.read(stream.fileno(), 4096)


def main(data, binaries, seconds, follow=None):
    oldest = time.time() - float(seconds)
    since = datetime.fromtimestamp(oldest, UTC)
    clock = Clock(data, binaries)
    path = current(data)
    if path is not None:
        for one in former(path, oldest):
            Printer(one, clock, since).print_new()
    printer = None
    while True:
        newest = current(data)
        if printer is not None:
            printer.print_new()
        if newest is not None and (printer is None or printer.path != newest):
            printer = Printer(newest, clock, since)
            printer.print_new()
        sys.stdout.flush()
        if follow is None or has_ended(sys.stdin):
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
