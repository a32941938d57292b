"""pgBackRest's repository of one cluster: its backups, its archive and how to call it."""

import itertools
import json
import os
import re
import shutil
import subprocess

from members_sql import Unknown, system_identifier

# The code of a status of pgBackRest: it could not read that place.
UNREADABLE = 99
WAL = re.compile(r"^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})-")


class Repository:
    """The repository that the plan names."""

    def __init__(self, plan):
        self.plan = plan
        self._stanza = None
        self._exists = False

    def stanza(self):
        """The cluster's part: its name ends with the system identifier. While no member answers it
        is the only one that there is."""
        if self._stanza is None:
            prefix = self.plan["stanzaPrefix"]
            try:
                self._stanza = prefix + system_identifier(self.plan)
            except Unknown:
                kept = self.stanzas()
                if len(kept) != 1:
                    raise
                return kept[0]
        return self._stanza

    def stanzas(self):
        """All of this cluster's name: the system identifier of a cluster that is founded anew
        differs."""
        pattern = re.compile(re.escape(self.plan["stanzaPrefix"]) + r"\d+")
        return sorted(one for one in self.names("archive") if pattern.fullmatch(one))

    def exists(self):
        """Whether the stanza has been made."""
        # Elsewhere each look costs a request.
        if not (self._exists and self.plan["isRemote"]):
            self._exists = "archive.info" in self.names(f"archive/{self.stanza()}")
        return self._exists

    def names(self, folder):
        """The names in a folder of the repository."""
        if self.plan["isRemote"]:
            return [one for one in self.listed(folder) if one != "."]
        path = os.path.join(self.plan["data"], folder)
        return os.listdir(path) if os.path.isdir(path) else []

    def files(self):
        """The names of all files in the stanza's archive."""
        folder = f"archive/{self.stanza()}"
        if self.plan["isRemote"]:
            return [os.path.basename(one) for one in self.listed(folder, "--recurse")]
        below = os.walk(os.path.join(self.plan["data"], folder))
        return [file for _, _, files in below for file in files]

    def listed(self, folder, *words):
        return json.loads(self.output("repo-ls", folder, "--output=json", *words))

    def command(self, name, *words):
        """The command line of one of pgBackRest's commands."""
        stanza = [] if name in ("server", "repo-ls") else [f"--stanza={self.stanza()}"]
        return ["pgbackrest", f"--config={self.plan['config']}", *stanza, name, *words]

    def environment(self):
        """The environment of these commands: it names the members."""
        return {**os.environ, **self.plan["options"]}

    def start(self, name, *words, **how):
        """Starts one, in a process group of its own: pgBackRest ends its own children."""
        return subprocess.Popen(self.command(name, *words), env=self.environment(), **how)

    def output(self, name, *words, timeout=30):
        """The output of one. Raises RuntimeError with what it says."""
        ending = subprocess.run(
            self.command(name, *words),
            env={**self.environment(), "PGBACKREST_LOG_LEVEL_CONSOLE": "error"},
            timeout=timeout,
            capture_output=True,
            text=True,
            # With another key it quotes what it has read: any bytes.
            errors="replace",
            check=False,
        )
        if ending.returncode != 0:
            raise RuntimeError((ending.stdout + ending.stderr).strip())
        return ending.stdout

    def info(self):
        """What pgBackRest says about the stanza; None before there is one. Raises RuntimeError if
        it cannot read it: with another key it says so, and ends well."""
        if not self.exists():
            return None
        # Its messages can hold control characters, which JSON does not allow: what it has read with
        # another key.
        found = json.loads(self.output("info", "--output=json"), strict=False)
        if not found:
            return None
        places = [one["status"] for one in found[0].get("repo", [])]
        problems = [one["message"] for one in places if one["code"] == UNREADABLE]
        if problems:
            raise RuntimeError(" ".join(problems[0].split()))
        return found[0]

    def backups(self):
        """All complete backups, the oldest first."""
        return [facts(one) for one in (self.info() or {}).get("backup", [])]

    def gaps(self, backups):
        """Missing WAL after the oldest backup: pairs of file names, before and after each gap."""
        first = backups[0]["walStart"] if backups else None
        archived = (file[:24] for file in self.files() if WAL.match(file))
        return [] if first is None else gaps(archived, first, self.plan["walSegmentBytes"])

    def disk(self):
        """Bytes of the service's file system, which also holds the repository unless it is
        remote."""
        usage = shutil.disk_usage(self.plan["data"])
        return {"bytes": usage.total, "freeBytes": usage.free}


def facts(backup):
    """What matters of one of pgBackRest's backups."""
    size = backup["info"]
    return {
        "label": backup["label"],
        "type": backup["type"],
        "start": backup["timestamp"]["start"],
        "stop": backup["timestamp"]["stop"],
        "walStart": backup["archive"]["start"],
        "walStop": backup["archive"]["stop"],
        "lsnStop": backup.get("lsn", {}).get("stop"),
        "bytes": size["size"],
        "repositoryBytes": size["repository"].get("size") or size["repository"]["delta"],
        "changedBytes": size["repository"]["delta"],
        "hasError": bool(backup.get("error")),
    }


def gaps(files, first, segment_bytes):
    """Where files of WAL are missing since `first`: on a timeline, or before the first file of the
    next. A primary that dies takes files with it that it had not archived, and its successor does
    not archive them again."""
    per_log = 0x100000000 // segment_bytes
    begin = number(first, per_log)
    lines = {}
    for name in files:
        if name >= first[:8] and number(name, per_log) >= begin:
            lines.setdefault(name[:8], []).append((number(name, per_log), name))
    found = []
    reached = (begin - 1, first)
    for _, line in sorted(lines.items()):
        line.sort()
        for (before, name), (after, other) in itertools.pairwise([reached, *line]):
            if after > before + 1:
                found.append([name, other])
        reached = max(reached, line[-1])
    return found


def number(name, per_log):
    """The number of a WAL file on its timeline."""
    return int(name[8:16], 16) * per_log + int(name[16:24], 16)
