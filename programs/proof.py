"""
Proves, inside a member, that what is wanted is in effect there. PostgreSQL itself reads the values.
"""

import json
import os
import shlex
import subprocess
import time

import dynamic
from members import TROUBLE, Problem, own_name, settings, wait_for
from sql import ask

# The file's rows are as of now, the values as of the last reload.
LOOK = """
SELECT json_build_object(
  'is_loaded', pg_conf_load_time() >= (pg_stat_file(current_setting('config_file'))).modification,
  'is_hba_loaded', pg_conf_load_time() >= (pg_stat_file(current_setting('hba_file'))).modification,
  'hba_text', pg_read_file(current_setting('hba_file')),
  'file', (SELECT coalesce(json_agg(f ORDER BY f.seqno), '[]') FROM pg_file_settings f),
  'hba', (SELECT coalesce(json_agg(h ORDER BY h.line_number), '[]')
          FROM pg_hba_file_rules h WHERE h.error IS NOT NULL),
  'values', (SELECT json_object_agg(lower(s.name), json_build_object(
      'shown', current_setting(s.name), 'raw', s.setting, 'type', s.vartype, 'source', s.source,
      'file', s.sourcefile, 'line', s.sourceline, 'pending', s.pending_restart))
    FROM pg_settings s
    WHERE lower(s.name) IN (SELECT lower(n) FROM json_array_elements_text(:'names') n)))
"""

# Set for a role, a database or a session: the server's own value stands behind them.
PERSONAL = ("database", "user", "database user", "client", "session", "override")

# Patroni sets them itself (get_server_parameters in its postgresql/config.py).
PATRONIS = ("cluster_name", "hot_standby", "listen_addresses", "port", "synchronous_standby_names")

# Patroni writes them for standbys only (recovery_parameters in its postgresql/validator.py).
RECOVERY = (
    "archive_cleanup_command",
    "recovery_end_command",
    "recovery_min_apply_delay",
    "restore_command",
)


def prove(wanted, ready):
    """
    `ready`: the command of the member's readiness check. Waits as long as a reload and a
    reconnection may take.
    """
    parameters = {**wanted["postgresql"]["parameters"], **settings["postgresql"]["parameters"]}
    rounds = 2 * (dynamic.read() or {}).get("loop_wait", 10) + 3
    found = []

    def is_in_effect():
        found[:] = differences(parameters, wanted["postgresql"]["pg_hba"])
        return not found

    try:
        wait_for("the configuration's effect", rounds, is_in_effect)
    except Problem as problem:
        raise Problem(f"\n{own_name}: ".join(found) or str(problem)) from problem
    wait_for("streaming from the current leader on its timeline", 60, lambda: is_ready_twice(ready))


def is_ready_twice(ready):
    """A standby that has diverged connects for a moment again and again."""
    return is_ready(ready) and (time.sleep(1) or is_ready(ready))


def is_ready(ready):
    done = subprocess.run(ready, capture_output=True, text=True, check=False)
    return done.returncode == 0


def differences(parameters, hba):
    """What is not in effect, and why, one line each."""
    try:
        found = json.loads(ask(LOOK, names=json.dumps(sorted(parameters))))
    except TROUBLE as problem:
        return [str(problem)]
    lines = [f"pg_hba.conf, line {one['line_number']}: {one['error']}" for one in found["hba"]]
    written = [" ".join(line.split()) for line in found["hba_text"].splitlines()]
    lines += [
        f"pg_hba.conf lacks the line {line!r}"
        for line in hba
        if " ".join(line.split()) not in written
    ]
    if not (lines or found["is_hba_loaded"]):
        lines.append("PostgreSQL has not loaded pg_hba.conf")
    options = start_options()
    for name, value in sorted(parameters.items()):
        why = reason(name, str(value), found, options)
        if why is not None:
            now = (found["values"] or {}).get(name.lower())
            effect = repr(now["shown"]) if now else "nothing"
            lines.append(f"{name} is to be {str(value)!r}, in effect is {effect}: {why}")
    return lines


def reason(name, value, found, options):
    """Why a parameter's value is not in effect; None if it is."""
    if name.lower() in PATRONIS:
        return None
    now = (found["values"] or {}).get(name.lower())
    rows = [row for row in found["file"] if (row["name"] or "").lower() == name.lower()]
    row = rows[-1] if rows else None
    if now is None and "." in name:
        # A placeholder for an extension that only some sessions load: no view shows its value.
        taken = row is not None and row["setting"] == value
        return None if taken else "Patroni has not accepted the value"
    if now is None:
        return "PostgreSQL has no such parameter"
    if now["pending"]:
        return "it waits for a restart"
    if now["source"] == "command line":
        given = options.get(name.lower())
        return None if equal(given, value, now) else f"PostgreSQL was started with {given!r}"
    if row is None and name.lower() in RECOVERY:
        return None
    if row is None:
        return None if equal(now["shown"], value, now) else "Patroni has not accepted the value"
    if os.path.basename(row["sourcefile"]) == "postgresql.auto.conf":
        if equal(row["setting"], value, now):
            return None
        return f"ALTER SYSTEM has set it to {row['setting']!r}; ALTER SYSTEM RESET {name} ends that"
    if row["error"]:
        return row["error"]
    if not equal(row["setting"], value, now):
        return f"{row['sourcefile']} has {row['setting']!r}: Patroni has not written the value"
    if now["source"] in PERSONAL:
        return None
    if not found["is_loaded"] or (now["file"], now["line"]) != (
        row["sourcefile"],
        row["sourceline"],
    ):
        return "PostgreSQL has not loaded it"
    return None


def equal(one, other, now):
    """
    Whether two texts are the same value. Booleans have many names, and no letter of a word counts
    as large or small.
    """
    if one is None:
        return False
    if now["type"] == "bool":
        return truth(one) == truth(other)
    return one == other or (now["type"] != "string" and one.lower() == other.lower())


def truth(text):
    word = text.lower()
    return (
        word == "1"
        or (word != "" and "true".startswith(word))
        or "yes".startswith(word)
        or word == "on"
    )


def start_options():
    """The parameters that PostgreSQL was started with."""
    with open(
        os.path.join(settings["postgresql"]["data_dir"], "postmaster.opts"), encoding="utf-8"
    ) as file:
        words = shlex.split(file.read())
    pairs = (word[2:].partition("=") for word in words if word.startswith("--"))
    return {name.lower().replace("-", "_"): value for name, _, value in pairs}
