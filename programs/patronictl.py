"""Where patronictl looks for its configuration when nobody names a file.

Not a program of its own: the programs beside it are installed together with it.
"""

import contextlib
import os


def configure(home, config):
    """Links the default file of patronictl, for the user with this home, to the member's own. A
    file that somebody has put there stays."""
    path = os.path.join(home, ".config", "patroni", "patronictl.yaml")
    if os.path.lexists(path) and not os.path.islink(path):
        return
    # Nothing depends on it: a member starts on a full or broken disk all the same.
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        if not os.path.islink(path) or os.readlink(path) != config:
            os.symlink(config, path + ".new")
            os.replace(path + ".new", path)
