"""What the members say: Patroni's REST API, and SQL on the primary."""

import json
import os
import ssl
import subprocess
import urllib.error
import urllib.request

ARCHIVER = """
SELECT json_build_object(
  'now', extract(epoch FROM clock_timestamp()),
  'primary', inet_server_addr(),
  'mode', current_setting('archive_mode'),
  'archived', archived_count, 'lastArchived', last_archived_wal,
  'lastArchivedAt', extract(epoch FROM last_archived_time),
  'failed', failed_count, 'lastFailed', last_failed_wal,
  'lastFailedAt', extract(epoch FROM last_failed_time),
  'waiting', (SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'),
  'waitingSince', (SELECT extract(epoch FROM min(modification)) FROM pg_ls_archive_statusdir()
                   WHERE name LIKE '%.ready'),
  'current', pg_walfile_name(pg_current_wal_lsn())) FROM pg_stat_archiver
"""

# A transaction of its own: its commit is a point in time that can be restored.
HEARTBEAT = "SELECT pg_logical_emit_message(true, 'hapg', 'heartbeat')"


class Unknown(Exception):
    """No member says it."""


def system_identifier(plan):
    """The cluster's, from the first member that answers."""
    context = ssl.create_default_context(cafile=plan["ca"])
    for url in plan["members"]:
        try:
            request = urllib.request.Request(f"{url}/patroni")
            answer = urllib.request.urlopen(request, timeout=2, context=context)
        except urllib.error.HTTPError as error:
            # Also the answer of a member that is not ready.
            answer = error
        except OSError:
            continue
        try:
            with answer:
                identifier = json.load(answer).get("database_system_identifier")
        except (OSError, ValueError):
            continue
        if identifier:
            return str(identifier)
    raise Unknown("no member answers that knows the cluster's system identifier")


def on_primary(plan, sql, timeout=10):
    """The output of an SQL query on the primary."""
    target = "service=backup dbname=postgres target_session_attrs=read-write"
    # Debian's own psql is a wrapper, which looks for clusters on this host first.
    options = ["-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse", "-d", target]
    words = [f"{plan['binaries']}/psql", "-XqAtw", *options]
    # Nothing here may wait for a standby, or outlive this program.
    options = "-c synchronous_commit=local -c statement_timeout=5s"
    environment = {**os.environ, "PGSERVICEFILE": plan["service"], "PGOPTIONS": options}
    try:
        ending = subprocess.run(
            [*words, "-c", sql],
            env=environment,
            timeout=timeout,
            capture_output=True,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unknown(f"the primary does not answer within {timeout} s") from None
    if ending.returncode != 0:
        lines = [line for line in ending.stderr.splitlines() if "FATAL" in line or "ERROR" in line]
        raise Unknown((lines or ending.stderr.splitlines() or ["psql failed"])[-1].strip())
    return ending.stdout.strip()


def archiver(plan):
    """What the primary says about its archive."""
    return json.loads(on_primary(plan, ARCHIVER, timeout=3))


def beat(plan):
    """Writes a transaction, so that there is WAL to archive and a time to restore to."""
    on_primary(plan, HEARTBEAT)
