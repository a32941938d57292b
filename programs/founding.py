"""How far one member has come with founding a cluster: files beside its data say so.

Not a program of its own: the programs beside it are installed together with it.
"""

import os
import time

PERMISSION = "founding-permitted"
# There from the first step of a founding until PostgreSQL has been set up.
BEGUN = "founding"


class Founding:
    """The files of one member. `home` is the directory that holds them, and what was moved
    aside."""

    def __init__(self, home, data, say):
        self.home = home
        self.data = data
        self.say = say
        self.permission = os.path.join(home, PERMISSION)
        self.begun = os.path.join(home, BEGUN)

    def is_permitted(self):
        return os.path.exists(self.permission)

    def is_half_done(self):
        return os.path.exists(self.begun)

    def move_aside(self):
        """Moves what a founding has left that was cut short, if anything: nobody has ever written
        there."""
        if not (self.is_half_done() and os.path.exists(self.data)):
            return
        aside = f"{self.data}.half-founded-{int(time.time())}"
        os.rename(self.data, aside)
        self.say(f"a founding was interrupted before it was done; what it left is in {aside}")

    def begin(self):
        """Uses the permission up."""
        open(self.begun, "w", encoding="utf-8").close()
        os.remove(self.permission)
        sync(self.home)

    def forbid(self):
        remove(self.permission)

    def end(self):
        remove(self.begun)


def remove(path):
    if os.path.exists(path):
        os.remove(path)


def sync(directory):
    """Makes what was made and removed in a directory outlive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
