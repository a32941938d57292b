"""
What a member of PostgreSQL knows of itself and of the cluster, as JSON. Changes nothing.

Usage: member.py DATA_DIRECTORY SOCKET_DIRECTORY PROGRAM_DIRECTORY

Each part is asked for by itself and within a time limit, so that what hangs or is down costs only
its own part: `{"patroni": {"value": …}}` or `{"patroni": {"problem": "…"}}`.
"""

import json
import os
import struct
import subprocess
import sys
import time

# Seconds that each question to PostgreSQL and Patroni may take, and all of them together.
LIMIT = 2
DEADLINE = time.monotonic() + 2.3

data, sockets, programs = sys.argv[1:]

SQL = """
SELECT json_build_object(
  'version', current_setting('server_version'),
  'started', extract(epoch FROM pg_postmaster_start_time()),
  'inRecovery', pg_is_in_recovery(),
  'pendingRestart', (SELECT coalesce(json_agg(name ORDER BY name), '[]')
                     FROM pg_settings WHERE pending_restart),
  'connections', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
  'maxConnections', current_setting('max_connections')::int
                    - current_setting('superuser_reserved_connections')::int,
  'longestTransactionSeconds', (SELECT coalesce(max(extract(epoch FROM now() - xact_start)), 0)
                                FROM pg_stat_activity WHERE backend_type = 'client backend'),
  'oldestTransactionAge', (SELECT max(age(datfrozenxid)) FROM pg_database),
  'freezeMaxAge', current_setting('autovacuum_freeze_max_age')::bigint,
  'checksumFailures', (SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database),
  'walBytes', (SELECT coalesce(sum(size), 0) FROM pg_ls_waldir()),
  'maxSlotWalKeepBytes', (SELECT CASE WHEN setting::bigint < 0 THEN NULL
                          ELSE setting::bigint * 1048576 END
                          FROM pg_settings WHERE name = 'max_slot_wal_keep_size'),
  'synchronousStandbyNames', current_setting('synchronous_standby_names'),
  'slots', (SELECT coalesce(json_agg(json_build_object(
      'name', slot_name, 'type', slot_type, 'active', active, 'walStatus', wal_status,
      'heldBytes', pg_wal_lsn_diff(
        CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
        restart_lsn)) ORDER BY slot_name), '[]') FROM pg_replication_slots),
  'senders', (SELECT coalesce(json_agg(json_build_object(
      'name', application_name, 'state', state, 'sync', sync_state,
      'sentLagBytes', pg_wal_lsn_diff(l.lsn, sent_lsn),
      'replayLagBytes', pg_wal_lsn_diff(l.lsn, replay_lsn),
      'replayLagSeconds', extract(epoch FROM replay_lag)) ORDER BY application_name), '[]')
    FROM pg_stat_replication, (SELECT CASE WHEN pg_is_in_recovery()
      THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END AS lsn) l),
  'replayPaused', CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END,
  'archiver', (SELECT json_build_object('mode', current_setting('archive_mode'),
      'failedCount', failed_count, 'lastFailed', extract(epoch FROM last_failed_time),
      'lastArchived', extract(epoch FROM last_archived_time)) FROM pg_stat_archiver));
"""


def started(words, **options):
    return subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


# Both at once: they take most of the time. What Patroni asks etcd for comes last, as it may hang.
PATHS = ["patroni", "config", "history", "cluster"]
# The certificate may have ended, which is a finding and no reason to look away.
URLS = [f"https://localhost:8008/{path}" for path in PATHS]
curl = started(["curl", "-skS", "-m", str(LIMIT), "-w", "\n", *URLS])
# Not Debian's wrapper in Perl, which takes longer than the rest.
PSQL = [os.path.join(programs, "psql"), "-XqAtw", "-v", "ON_ERROR_STOP=1"]
psql = started(
    [*PSQL, "-h", sockets, "-U", "postgres", "-c", SQL],
    env={**os.environ, "PGCONNECT_TIMEOUT": str(LIMIT), "PGDATABASE": "postgres"},
)


def finished(process):
    """What a process prints, and the last line of what it complains of."""
    try:
        output, errors = process.communicate(timeout=max(0, DEADLINE - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0], "no answer in time"
    return output, (errors.strip().splitlines() or [f"ended with {process.returncode}"])[-1]


def api():
    """Patroni's answers, by path, as parts. One that lacks is not JSON."""
    output, problem = finished(curl)
    answers = output.splitlines()
    return {path: part(lambda i=i: json.loads(answers[i]), problem) for i, path in enumerate(PATHS)}


def database():
    output, problem = finished(psql)
    if psql.returncode != 0:
        raise OSError(problem)
    return json.loads(output)


def space(place):
    while not os.path.isdir(place):
        place = os.path.dirname(place)
    found = os.statvfs(place)
    return {"bytes": found.f_blocks * found.f_frsize, "freeBytes": found.f_bavail * found.f_frsize}


def disk():
    """Of the data and the WAL, which may be on a disk of its own, the one with less room."""
    places = (data, os.path.join(data, "pg_wal"))
    return min(map(space, places), key=lambda one: one["freeBytes"])


def contents():
    """What the data directory holds, whether PostgreSQL runs or not."""
    home = os.path.dirname(os.path.dirname(data))
    # It says why it cannot be read.
    os.listdir(home)
    is_empty = not os.path.isdir(data) or "PG_VERSION" not in os.listdir(data)
    system = None
    try:
        with open(os.path.join(data, "global", "pg_control"), "rb") as file:
            system = str(struct.unpack("=Q", file.read(8))[0])
    except FileNotFoundError:
        # Empty, or a copy under way: this file comes last.
        pass
    return {
        "isEmpty": is_empty,
        "systemIdentifier": system,
        "isHalfFounded": os.path.exists(os.path.join(home, "founding")),
    }


def certificate():
    with open("/etc/patroni/identity.pem", encoding="ascii") as file:
        text = file.read()
    return text[text.index("-----BEGIN CERTIFICATE") :]


def lease():
    """Seconds until the guard ends PostgreSQL, as Patroni has told it; None if it has not."""
    try:
        with open("/var/run/postgresql/hapg-watchdog.until", encoding="ascii") as file:
            until = float(file.read().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        return None
    return until - time.clock_gettime(time.CLOCK_BOOTTIME)


def guard():
    """Whether the guard runs: it is the first process of a container, or the unit's main one."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if b"/etc/patroni/guard.py" in words:
            return True
    return False


def stopped():
    """Why the member waits for a person before it starts; None if it does not."""
    try:
        with open("/var/run/postgresql/start-stopped", encoding="utf-8") as file:
            return file.read().strip() or None
    except OSError:
        return None


PARTS = {
    "now": time.time,
    "database": database,
    "disk": disk,
    "data": contents,
    "certificate": certificate,
    "lease": lease,
    "guard": guard,
    "stopped": stopped,
}


def part(ask, problem=None):
    """What it answers, or why it does not."""
    try:
        return {"value": ask()}
    except (OSError, ValueError, LookupError, struct.error) as error:
        return {"problem": problem or str(error)}


print(json.dumps({**{name: part(ask) for name, ask in PARTS.items()}, **api()}))
