"""PostgreSQL as its data directory and /proc show it: whether it runs, and as what."""

import json
import os
import struct

# src/include/catalog/pg_control.h, the same from PostgreSQL 13 to 18: where `state` is, and
# DB_IN_PRODUCTION.
STATE_OFFSET = 16
IN_PRODUCTION = 6


class Postmaster:
    """The server of one data directory."""

    def __init__(self, data_directory):
        self.data = data_directory

    def pid(self):
        """The postmaster's process id, or None if it does not run.

        The process that postmaster.pid names must run `postgres` in the data directory: the file
        may be left over, and its number reused. No start time is compared, since clocks are set.
        """
        try:
            with open(self.path("postmaster.pid"), encoding="ascii", errors="replace") as file:
                # Negative in single-user mode, which Patroni uses for crash recovery.
                pid = abs(int(file.readline()))
        except (OSError, ValueError):
            return None
        return pid if self.owns(pid) else None

    def processes(self):
        """Process ids of the postmaster and all its processes, whoever started them."""
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        return [pid for pid in pids if self.owns(pid)]

    def owns(self, pid):
        """Whether a process runs `postgres` in the data directory, where each of them stays."""
        try:
            program = os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")
            is_postgres = os.path.basename(program) == "postgres"
            return is_postgres and os.path.samefile(f"/proc/{pid}/cwd", self.data)
        except OSError:
            return False

    def is_standby(self):
        """Whether it is in recovery. A server that is being promoted counts as a primary."""
        signals = ("standby.signal", "recovery.signal")
        if not any(os.path.exists(self.path(name)) for name in signals):
            return False
        try:
            with open(self.path("global", "pg_control"), "rb") as file:
                (state,) = struct.unpack_from("i", file.read(STATE_OFFSET + 4), STATE_OFFSET)
        except (OSError, struct.error):
            return True
        return state != IN_PRODUCTION

    def is_paused(self):
        """Whether the cluster was paused when Patroni last wrote down its dynamic configuration."""
        try:
            with open(self.path("patroni.dynamic.json"), encoding="utf-8") as file:
                pause = json.load(file).get("pause")
        except (OSError, ValueError, AttributeError):
            return False
        return str(pause).lower() in ("true", "on", "yes", "1")

    def path(self, *names):
        return os.path.join(self.data, *names)
