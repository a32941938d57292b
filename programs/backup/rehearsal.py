"""Restores the latest backup into a throw-away PostgreSQL, replays all WAL, checks it and removes
it: the only proof that a backup is one.

It runs beside the repository, on its disk and within its limits, at low priority. Nothing can
connect to it but this program.
"""

import os
import re
import shutil
import subprocess
import time

# The address of the throw-away PostgreSQL.
SOCKETS = "/tmp/rehearsal"
# What a standby must have at least as much of as the primary (pg_control has these values).
LEAST = {
    "max_connections": "max_connections setting",
    "max_worker_processes": "max_worker_processes setting",
    "max_wal_senders": "max_wal_senders setting",
    "max_prepared_transactions": "max_prepared_xacts setting",
    "max_locks_per_transaction": "max_locks_per_xact setting",
}
START_SECONDS = 10
BACKGROUND = ("nice", "-n", "15")
# Programs' words are read: they have to be in English.
PLAIN = {**os.environ, "LC_ALL": "C"}


class Failed(Exception):
    """The rehearsal failed: the text says at which step, and why."""


class Rehearsal:
    """One rehearsal of a repository's latest backup."""

    def __init__(self, repository, say):
        self.repository = repository
        self.plan = repository.plan
        self.say = say
        self.data = os.path.join(self.plan["data"], "rehearsal")

    def run(self):
        """What it has found. Raises Failed."""
        backups = self.repository.backups()
        if not backups:
            raise Failed("there is no backup to restore")
        backup = backups[-1]
        free = self.repository.disk()["freeBytes"]
        if free < 1.2 * backup["bytes"]:
            raise Failed(
                f"it needs {backup['bytes']} bytes and a fifth more on the repository's disk, and "
                f"{free} are free"
            )
        self.remove()
        started = time.time()
        try:
            self.restore(backup["label"])
            restored = time.time()
            self.start()
            self.await_end()
            usable = time.time()
            found = {
                "backup": backup["label"],
                "bytes": backup["bytes"],
                "start": int(started),
                "restoreSeconds": round(restored - started, 1),
                "replaySeconds": round(usable - restored, 1),
                # From the beginning until it takes writes, and what would be lost.
                "rtoSeconds": round(usable - started, 1),
                "rpoSeconds": self.age_of_last_commit(started),
                "checks": self.check(),
            }
            self.stop("fast")
            self.checksums()
            found["stop"] = int(time.time())
            return found
        finally:
            self.stop("immediate")
            self.remove()

    def restore(self, label):
        self.say(f"rehearsal: restores {label}")
        words = [f"--set={label}", f"--target-timeline={self.newest_timeline()}"]
        places = [f"--pg1-path={self.data}", f"--tablespace-map-all={self.data}.tablespaces"]
        # What it writes never reaches the archive.
        self.call(
            *BACKGROUND,
            *self.repository.command("restore", *words, *places, "--archive-mode=off"),
            "--log-level-console=warn",
        )

    def newest_timeline(self):
        names = self.repository.files()
        numbers = (re.match(r"^([0-9A-F]{8})(\.history$|[0-9A-F]{16}-)", name) for name in names)
        return max((int(one[1], 16) for one in numbers if one), default=1)

    def start(self):
        control = self.call(self.program("pg_controldata"), self.data)
        values = dict(re.findall(r"^(.+?):\s+(.+)$", control, re.M))
        settings = {name: values.get(text) for name, text in LEAST.items()}
        settings.update(
            unix_socket_directories=SOCKETS,
            hba_file=f"{self.data}/rehearsal.hba",
            shared_buffers="64MB",
            max_parallel_workers_per_gather="0",
            hot_standby="on",
            archive_mode="off",
            logging_collector="off",
            shared_preload_libraries=self.preloaded(),
        )
        for name, text in (
            ("rehearsal.hba", "local all all trust\n"),
            ("rehearsal.conf", "".join(f"{k} = '{v}'\n" for k, v in settings.items() if v)),
        ):
            with open(os.path.join(self.data, name), "w", encoding="utf-8") as file:
                file.write(text + ("listen_addresses = ''\n" if name.endswith("conf") else ""))
        os.makedirs(SOCKETS, mode=0o700, exist_ok=True)
        options = f"-c config_file={self.data}/rehearsal.conf"
        log = f"{self.data}/rehearsal.log"
        self.say("rehearsal: replays WAL")
        ctl = [self.program("pg_ctl"), "start", "-W", "-D", self.data, "-l", log, "-o", options]
        self.call(*BACKGROUND, *ctl)

    def preloaded(self):
        """Extensions may need them."""
        path = os.path.join(self.data, "postgresql.conf")
        with open(path, encoding="utf-8") as file:
            found = re.findall(r"^\s*shared_preload_libraries\s*=\s*'([^']*)'", file.read(), re.M)
        return found[-1] if found else ""

    def await_end(self):
        """Until it is promoted, at the end of the archive. It takes as long as it takes."""
        # The server's number is in a file from shortly after its start until its end.
        begun = time.time() + START_SECONDS
        while True:
            try:
                if self.sql("postgres", "SELECT pg_is_in_recovery()") == "f":
                    return
            except Failed:
                status = self.status(self.program("pg_ctl"), "status", "-D", self.data)
                if status != 0 and time.time() > begun:
                    raise Failed(f"PostgreSQL ended during recovery: {self.log_end()}") from None
            time.sleep(0.5)

    def age_of_last_commit(self, started):
        age = self.sql(
            "postgres",
            f"SELECT round({started} - extract(epoch FROM pg_last_xact_replay_timestamp()), 1)",
        )
        return None if age == "" else max(0.0, float(age))

    def check(self):
        """Structure of all tables and indexes, then the stack's own questions."""
        self.say("rehearsal: checks")
        self.call(
            *BACKGROUND,
            *(self.program("pg_amcheck"), "--all", "--install-missing", "--no-password"),
            *("-h", SOCKETS, "-U", "postgres"),
        )
        results = []
        for one in self.plan["rehearsalChecks"]:
            answer = self.sql(one["database"], one["sql"])
            if answer.splitlines()[:1] != ["t"]:
                raise Failed(f"the check {one['sql']!r} answers {answer[:200]!r} and not true")
            results.append(one["sql"])
        return results

    def checksums(self):
        if "Data page checksum version:           0" in self.call(
            self.program("pg_controldata"), self.data
        ):
            return
        self.call(*BACKGROUND, self.program("pg_checksums"), "--check", "-D", self.data)

    def stop(self, mode):
        if os.path.exists(os.path.join(self.data, "postmaster.pid")):
            self.status(self.program("pg_ctl"), "stop", "-w", "-m", mode, "-D", self.data)

    def remove(self):
        for path in (self.data, f"{self.data}.tablespaces", SOCKETS):
            shutil.rmtree(path, ignore_errors=True)

    def sql(self, database, text):
        options = ["-v", "ON_ERROR_STOP=1", "-h", SOCKETS, "-U", "postgres"]
        words = [self.program("psql"), "-XqAtw", *options]
        return self.call(*words, "-d", database, "-c", text).strip()

    def program(self, name):
        return os.path.join(self.plan["binaries"], name)

    def log_end(self):
        try:
            with open(f"{self.data}/rehearsal.log", encoding="utf-8") as file:
                return " | ".join(line.strip() for line in file.readlines()[-3:])
        except OSError:
            return "it has no log"

    def status(self, *words):
        return subprocess.run(words, capture_output=True, check=False, env=PLAIN).returncode

    def call(self, *words):
        ending = subprocess.run(
            words, capture_output=True, text=True, errors="replace", check=False, env=PLAIN
        )
        if ending.returncode != 0:
            name = next(one for one in words if one not in BACKGROUND)
            lines = (ending.stdout + ending.stderr).strip().splitlines()[-5:]
            raise Failed(f"{os.path.basename(name)}: {' | '.join(lines)}")
        return ending.stdout
