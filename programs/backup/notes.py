"""What is noted beside the repository: how the last attempts ended, and that one is under way."""

import contextlib
import fcntl
import json
import os


class Busy(Exception):
    """Another backup runs."""


def noted(repository, what):
    """What was noted last of a `backup`, a `rehearsal` or the `gaps`; None if nothing was."""
    try:
        with open(
            os.path.join(repository.plan["data"], f"last-{what}.json"), encoding="utf-8"
        ) as f:
            return json.load(f)
    except (OSError, ValueError):
        return None


def note(repository, what, attempt):
    path = os.path.join(repository.plan["data"], f"last-{what}.json")
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        json.dump(attempt, file)
    os.replace(f"{path}.new", path)


@contextlib.contextmanager
def alone(repository):
    """One backup at a time, whoever asks for it."""
    with open(os.path.join(repository.plan["data"], "backup.lock"), "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("another backup runs; wait for its end") from None
        yield


def is_running(repository):
    """Whether a backup runs now."""
    try:
        with alone(repository):
            return False
    except Busy:
        return True
