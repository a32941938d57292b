"""What a member's data directory says of itself while no PostgreSQL runs on it: whose data it is,
on which timeline, and where its WAL ends.

Not a program of its own: the programs beside it are installed together with it.
"""

import json
import os
import re
import struct
import subprocess

PAGE = 8192
# Programs' words are read: they have to be in English.
PLAIN = {**os.environ, "LC_ALL": "C"}


class DiskError(Exception):
    """The data directory cannot be read."""


def lsn(text):
    """An LSN as PostgreSQL writes it, as a number."""
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def lsn_text(number):
    return f"{number >> 32:X}/{number & 0xFFFFFFFF:X}"


class Disk:
    """One data directory. Nothing is changed there."""

    def __init__(self, data, binaries):
        self.data = data
        self.binaries = binaries

    def is_empty(self):
        """Whether there is no data that a PostgreSQL has ever made."""
        return not os.path.exists(os.path.join(self.data, "PG_VERSION"))

    def is_cut_short(self):
        """Whether it is a copy of a leader that has not become a standby yet: a backup has no
        postmaster.opts."""

        def has(*names):
            return os.path.exists(os.path.join(self.data, *names))

        return not has("global", "pg_control") or (
            has("backup_label") and not has("postmaster.opts")
        )

    def postmaster(self):
        """Number of the process that runs on the data; None if none does."""
        try:
            with open(os.path.join(self.data, "postmaster.pid"), encoding="utf-8") as file:
                pid = int(file.readline())
            with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
                # A number that another program has by now, after a restart of the machine, is no
                # postmaster's.
                return pid if self.data in file.read() else None
        except (OSError, ValueError):
            return None

    def dynamic_config(self):
        """Patroni's own copy of the dynamic configuration, as old as the last time that it ran
        here."""
        try:
            with open(os.path.join(self.data, "patroni.dynamic.json"), encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            return {}

    def facts(self):
        """What there is to compare with other disks; JSON can hold it."""
        if self.is_empty() or self.is_cut_short():
            return {"empty": True}
        control = self.control()
        segment = int(control["Bytes per WAL segment"])
        timeline = self.timeline(control)
        start, end = self.end_of_wal(timeline, segment, control)
        # Of no use alone, as after a pg_rewind: PostgreSQL lets nobody in before it has WAL until
        # there.
        if end < lsn(control["Minimum recovery ending location"]):
            return {"empty": True}
        note = self.dynamic_config().get("hapg") or {}
        return {
            "empty": False,
            "system": control["Database system identifier"],
            "state": control["Database cluster state"],
            "timeline": timeline,
            "history": self.history(timeline),
            "last": start,
            "end": end,
            "written": control["pg_control last modified"],
            "timelines": note.get("timelines") or {},
        }

    def system(self):
        """The system identifier: the first eight bytes of ControlFileData. None if there is
        none."""
        try:
            with open(os.path.join(self.data, "global", "pg_control"), "rb") as file:
                return str(struct.unpack("=Q", file.read(8))[0])
        except (OSError, struct.error):
            return None

    def control(self):
        """What pg_controldata prints, by its own words."""
        words = [os.path.join(self.binaries, "pg_controldata"), self.data]
        answer = run(words)
        if answer.returncode != 0:
            raise DiskError(answer.stderr.strip())
        lines = (line.partition(":") for line in answer.stdout.splitlines())
        return {name: value.strip() for name, _, value in lines}

    def timeline(self, control):
        """
        The newest timeline that the data has WAL of and descends to. pg_control has that of the
        last checkpoint only. A history without WAL is one that was only marked as taken
        (before-promote). WAL of a timeline that was left before where pg_control is was brought by
        a pg_rewind that was cut short.
        """
        reached = max(
            lsn(control["Latest checkpoint location"]),
            lsn(control["Minimum recovery ending location"]),
        )
        from_control = max(
            int(control["Latest checkpoint's TimeLineID"]),
            int(control["Min recovery ending loc's timeline"]),
        )
        for timeline in sorted({one for one, _ in self.segments()}, reverse=True):
            if timeline <= from_control:
                break
            if any(one == from_control and reached <= left for one, left in self.history(timeline)):
                return timeline
        return from_control

    def segments(self):
        """Timeline and name of each WAL segment."""
        names = os.listdir(os.path.join(self.data, "pg_wal"))
        return [(int(name[:8], 16), name) for name in names if re.fullmatch("[0-9A-F]{24}", name)]

    def history(self, timeline):
        """The timelines before one, oldest first, each with the position at which it was left."""
        try:
            path = os.path.join(self.data, "pg_wal", f"{timeline:08X}.history")
            with open(path, encoding="utf-8") as file:
                found = [re.match(r"\s*(\d+)\s+([0-9A-F]+/[0-9A-F]+)", line) for line in file]
        except OSError:
            return []
        return [[int(one[1]), lsn(one[2])] for one in found if one]

    def end_of_wal(self, timeline, size, control):
        """Where the last whole record begins, and where it ends."""
        names = sorted(name for one, name in self.segments() if one == timeline)
        names = [name for name in names if self.is_of_itself(name, timeline, size)]
        redo = lsn(control["Latest checkpoint location"])
        is_there = int(control["Latest checkpoint's TimeLineID"]) == timeline
        # The last ones may be the midst of a record that is not whole.
        for name in reversed(names):
            begin = begin_of(name, size)
            # What is before the checkpoint need not be read.
            if is_there and begin <= redo < begin + size:
                begin = redo
            found = self.last_record(begin, size, name, names[-1])
            if found is not None:
                return found
        return redo, max(redo, lsn(control["Minimum recovery ending location"]))

    def is_of_itself(self, name, timeline, size):
        """A segment that is kept for later use holds older WAL than its name says
        (XLogPageHeaderData)."""
        with open(os.path.join(self.data, "pg_wal", name), "rb") as file:
            head = file.read(16)
        if len(head) < 16:
            return False
        _, _, page_timeline, address = struct.unpack("=HHIQ", head)
        # The first segment of a timeline begins with a copy of what was before.
        return page_timeline <= timeline and address == begin_of(name, size)

    def last_record(self, begin, size, first_segment, last_segment):
        """Where the last whole record after a position begins, and where it ends; None if there is
        none."""
        # Without names pg_waldump takes the segment size from any file, one that was never written
        # to among them.
        words = [os.path.join(self.binaries, "pg_waldump"), "-p", os.path.join(self.data, "pg_wal")]
        words += ["-s", lsn_text(begin), first_segment, last_segment]
        last = None
        with subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=PLAIN
        ) as dump:
            for line in dump.stdout:
                if line.startswith("rmgr:"):
                    last = line
            complaint = dump.stderr.read().strip()
        if last is None:
            if "could not find a valid record" not in complaint:
                raise DiskError(complaint)
            return None
        found = re.search(r"len \(rec/tot\):\s*\d+/\s*(\d+),.* lsn: ([0-9A-F]+/[0-9A-F]+)", last)
        if found is None:
            raise DiskError(f"pg_waldump prints what cannot be read: {last.strip()}")
        start = lsn(found[2])
        if "desc: SWITCH" in last:
            return start, (start // size + 1) * size
        return start, end_of_record(start, int(found[1]), size)


def begin_of(name, size):
    """The position at which a WAL segment begins."""
    return (int(name[8:16], 16) << 32) + int(name[16:], 16) * size


def end_of_record(start, length, size):
    """Where a record ends: every page that it goes on to begins with a header, a segment's first
    with a longer one."""
    position = start
    while True:
        room = PAGE - position % PAGE
        if length <= room:
            end = position + length
            return end + -end % 8
        length -= room
        position += room
        position += 40 if position % size == 0 else 24


def run(words):
    return subprocess.run(words, capture_output=True, text=True, env=PLAIN, check=False)
