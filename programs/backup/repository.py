"""The repository of a cluster: serves it to the members, and takes backups on schedule.

    python3 repository.py serve            runs pgBackRest's server and the schedule
    python3 repository.py ready            succeeds once the server answers
    python3 repository.py proof            succeeds once the archive works
    python3 repository.py report           prints what it knows, as JSON

These have the running service carry out an action; `run ACTION` does so by itself:

    python3 repository.py backup TYPE      takes a backup now: full, diff or incr
    python3 repository.py rehearse         restores the latest backup, checks it and removes it
    python3 repository.py check            proves that WAL arrives
    python3 repository.py verify           reads every file of the repository and compares checksums

It needs no right on the host or the Engine: it reaches the members over TLS only.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from backups import Repository  # noqa: E402
from control import END, Control, ask  # noqa: E402
from members_sql import Unknown, archiver, beat  # noqa: E402
from notes import Busy, alone, is_running, note, noted  # noqa: E402
from rehearsal import Failed, Rehearsal  # noqa: E402
from schedule import due, next_slots, pause_after, rehearsal_is_due  # noqa: E402

PLAN = os.path.join(HERE, "plan.json")
ROUND_SECONDS = 5
# How often it looks at a repository that is elsewhere: each look costs requests.
REMOTE_SECONDS = 60


ACTIONS = ("backup", "rehearse", "check", "verify")


def say(text):
    tell(f"repository: {text}\n")


def load():
    with open(PLAN, encoding="utf-8") as file:
        return Repository(json.load(file))


def take_backup(repository, kind):
    """Takes a backup and notes how it ended. Raises RuntimeError with pgBackRest's error."""
    with alone(repository):
        attempt = {"type": kind, "start": int(time.time())}
        note(repository, "backup", attempt)
        error = error_of(repository, "backup", f"--type={kind}")
        note(repository, "backup", {**attempt, "stop": int(time.time()), "error": error})
        if error is not None:
            raise RuntimeError(error)


def rehearse(repository):
    """Restores the latest backup and notes what it found. Raises Failed."""
    with alone(repository):
        started = int(time.time())
        try:
            found = Rehearsal(repository, say).run()
        except Failed as error:
            note(repository, "rehearsal", {"start": started, "error": str(error)})
            raise
        note(repository, "rehearsal", {**found, "error": None})
        tell(f"{json.dumps(found)}\n")


def tell(line):
    """Passes a line on, if anybody still listens: the command does not end with who asked."""
    with contextlib.suppress(OSError):
        print(line, end="", flush=True)


def error_of(repository, name, *words):
    """Runs one of pgBackRest's commands and passes on what it says. Its error; None if it has
    none."""
    process = repository.start(
        *(name, *words),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # Whoever ends this process also ends the command; the next backup continues one.
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    errors = []
    for line in process.stdout:
        # The line with all options is longer than all others.
        if "command begin" not in line:
            tell(line)
        if " ERROR: " in line:
            errors.append(line.split(" ERROR: ", 1)[1].strip())
    status = process.wait()
    return None if status == 0 else (errors or [f"pgbackrest ended with {status}"])[0]


class Service:
    """The running service: pgBackRest's server, and a round every few seconds."""

    def __init__(self):
        self.repository = load()
        self.server = None
        self.backup = None
        self.failures = 0
        self.not_before = 0
        self.looked = 0
        self.beaten = 0
        self.told = None
        self.ends = False

    def run(self):
        signal.signal(signal.SIGTERM, self.end)
        signal.signal(signal.SIGHUP, self.reload)
        control = Control(self.repository.plan, os.path.abspath(__file__))
        self.server = self.repository.start("server")
        while not self.ends:
            if self.server.poll() is not None:
                raise SystemExit(f"pgbackrest server ended with {self.server.returncode}")
            try:
                self.round(time.time())
                self.told = None
            except (Unknown, RuntimeError, OSError, subprocess.SubprocessError) as error:
                self.complain(str(error))
            control.wait(ROUND_SECONDS)
        control.end()
        for process in (self.backup, self.server):
            if process is not None and process.poll() is None:
                process.terminate()
                process.wait()

    def end(self, *_):
        self.ends = True

    def reload(self, *_):
        self.repository = load()
        self.server.send_signal(signal.SIGHUP)

    def complain(self, text):
        if text != self.told:
            say(text)
        self.told = text

    def round(self, now):
        repository = self.repository
        if not repository.exists():
            repository.output("stanza-create", timeout=120)
            say(f"the repository has a place for {repository.stanza()}")
        if now - self.beaten >= repository.plan["archiveTimeoutSeconds"]:
            beat(repository.plan)
            self.beaten = now
        self.look_after_backup(now)

    def look_after_backup(self, now):
        if self.backup is not None:
            status = self.backup.poll()
            if status is None:
                return
            self.backup = None
            self.failures = 0 if status == 0 else self.failures + 1
            self.not_before = now + pause_after(self.failures)
            self.looked = 0
        every = REMOTE_SECONDS if self.repository.plan["isRemote"] else 0
        if now < max(self.not_before, self.looked + every):
            return
        self.looked = now
        backups = self.repository.backups()
        gaps = self.repository.gaps(backups)
        note(self.repository, "gaps", gaps)
        kind, _ = due(now, backups, self.repository.plan["schedule"], gaps)
        if kind is not None:
            say(f"a {kind} backup is due")
            self.work("backup", kind)
        elif rehearsal_is_due(
            now, noted(self.repository, "rehearsal"), self.repository.plan["rehearseSeconds"]
        ):
            say("a rehearsal is due")
            self.work("rehearse")

    def work(self, *words):
        self.backup = subprocess.Popen(["python3", os.path.abspath(__file__), "run", *words])


def is_served(repository):
    words = ["pgbackrest", f"--config={repository.plan['config']}", "server-ping", "localhost"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def report(repository):
    """Everything that status and diagnose show."""
    answer = {"now": time.time(), "archiver": None, "archiverProblem": None, "problem": None}
    is_remote = repository.plan["isRemote"]
    if is_remote:
        # Otherwise pgBackRest tries for a minute to reach it, and nobody waits that long.
        os.environ["PGBACKREST_IO_TIMEOUT"] = "2"
    answer["disk"] = None if is_remote else repository.disk()
    answer["lastAttempt"] = noted(repository, "backup")
    answer["rehearsal"] = noted(repository, "rehearsal")
    answer["isRunning"] = is_running(repository)
    answer["next"] = next_slots(int(time.time()), repository.plan["schedule"])
    answer["due"] = answer["dueSince"] = None
    try:
        answer["archiver"] = archiver(repository.plan)
    except Unknown as error:
        answer["archiverProblem"] = str(error)
    try:
        answer["stanza"] = repository.stanza()
        answer["isMade"] = repository.exists()
        answer["backups"] = repository.backups()
        # Reading the whole archive elsewhere takes longer than anybody waits for a report.
        known = noted(repository, "gaps") if is_remote else None
        answer["gaps"] = repository.gaps(answer["backups"]) if known is None else known
        answer["due"], answer["dueSince"] = due(
            time.time(), answer["backups"], repository.plan["schedule"], answer["gaps"]
        )
    except (Unknown, RuntimeError, OSError, ValueError) as error:
        answer["problem"] = str(error)
    return answer


def proof(repository):
    """Why the archive does not work; None if it does."""
    if not repository.exists():
        return f"there is no place for {repository.stanza()} in the repository yet"
    repository.info()
    found = archiver(repository.plan)
    if found["mode"] != "on":
        return "archive_mode is off on the primary: a restart is pending"
    if found["lastFailed"] is not None and (found["lastFailedAt"] or 0) > (
        found["lastArchivedAt"] or 0
    ):
        return f"the primary could not archive {found['lastFailed']}"
    return None


def carry_out(repository, action="none", *words):
    """Carries one of the actions out. Raises one of PROBLEMS."""
    if action == "backup":
        take_backup(repository, *words)
    elif action == "rehearse":
        rehearse(repository)
    elif action in ("check", "verify"):
        error = error_of(repository, action, *words)
        if error is not None:
            raise RuntimeError(error)
    else:
        raise RuntimeError(f"there is no action {action}")


def answer(repository, words):
    """Carries out what somebody has asked the service for, and says how it ended."""
    try:
        carry_out(repository, *words)
        status = 0
    except PROBLEMS as problem:
        tell(f"{problem}\n")
        status = 1
    tell(f"{END}{status}\n")


def main(words):
    action, *rest = words or ["help"]
    if action == "serve":
        Service().run()
        return
    repository = load()
    if action == "ready":
        sys.exit(0 if is_served(repository) else 1)
    elif action == "proof":
        problem = proof(repository)
        if problem is not None:
            sys.exit(problem)
    elif action == "report":
        print(json.dumps(report(repository)))
    elif action == "run":
        carry_out(repository, *rest)
    elif action == "answer":
        answer(repository, rest)
    elif action in ACTIONS:
        sys.exit(ask(repository.plan, words))
    else:
        sys.exit(__doc__)


PROBLEMS = (Unknown, RuntimeError, Failed, Busy, OSError)

if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except PROBLEMS as problem:
        sys.exit(f"{problem}")
