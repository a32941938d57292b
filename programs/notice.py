"""What a member reports of its start: in its log, and in a file if it waits for a person.

Not a program of its own: the programs beside it are installed together with it.
"""

import os
import sys

STOPPED = "start-stopped"


class Notice:
    """The reports of one member. `directory` is the one of PostgreSQL's sockets."""

    def __init__(self, name, directory):
        self.name = name
        self.file = os.path.join(directory, STOPPED)
        self.said = None

    def say(self, text):
        """Says something once, until there is something else to say."""
        if text != self.said:
            print(f"{self.name}: {text}", file=sys.stderr, flush=True)
        self.said = text

    def stop(self, reason):
        """Notes what a person has to do, or that nobody has to do anything."""
        if reason is None:
            if os.path.exists(self.file):
                os.remove(self.file)
            return
        self.say(f"stopped: {reason}")
        with open(self.file + ".new", "w", encoding="utf-8") as file:
            file.write(f"{reason}\n")
        os.replace(self.file + ".new", self.file)
