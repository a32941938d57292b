"""A restore over existing data, as far as one member goes: what was there is moved aside.

Not a program of its own: the programs beside it are installed together with it.
"""

import json
import os
import time

from founding import PERMISSION, remove, sync

# From `hapg restore`: the name of the restore and the member that restores.
PERMITTED = "restore-permitted"
# Keys of the cluster that no longer hold: who led, how far, and who may. Its configuration stays.
FORGOTTEN = (
    *("leader", "initialize", "history", "status", "sync"),
    *("failsafe", "failover", "cold_start"),
)


class Restoring:
    """The permission of one member. `home` is the directory that holds it, and what was moved
    aside."""

    def __init__(self, home, data, say):
        self.path = os.path.join(home, PERMITTED)
        self.home = home
        self.data = data
        self.say = say

    def is_done(self, name, etcd):
        """Uses a permission up, if there is one; answers False while it has to wait for that. What
        is done twice after an interruption does nothing the second time."""
        if not os.path.exists(self.path):
            return True
        with open(self.path, encoding="utf-8") as file:
            permitted = json.load(file)
        if time.time() > permitted["until"]:
            # Nobody used it: it is not for a later day.
            self.say(f"the restore {permitted['id']} was not begun in time, and does not happen")
            remove(self.path)
            return True
        leader = etcd.all().get("leader")
        if permitted["restores"] == name and leader not in (None, name):
            self.say(f"waits: {leader} still leads, and a restore begins only when nobody does")
            return False
        aside = f"{self.data}.before-{permitted['id']}"
        if os.path.exists(self.data) and not os.path.exists(aside):
            os.rename(self.data, aside)
            self.say(f"its data is in {aside}, before the restore {permitted['id']}")
        if permitted["restores"] == name:
            for key in FORGOTTEN:
                etcd.delete(key)
            open(os.path.join(self.home, PERMISSION), "w", encoding="utf-8").close()
        sync(self.home)
        remove(self.path)
        return True
