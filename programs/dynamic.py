"""
Patroni's dynamic configuration, read and changed in etcd itself: no member has to answer for that.
"""

import copy
import json
import os
import re

from members import Problem, say, settings, store

# What the program notes in the dynamic configuration; Patroni ignores keys that it does not know.
NOTE = "hapg"

PARAMETERS = ("postgresql", "parameters")

# Of these, too, only what the stack file has set is removed with it.
SLOTS = ("slots",)
IGNORED = ("ignore_slots",)

# A standby needs at least as much of these as the leader has (PostgreSQL's documentation, "Hot
# Standby"). With the defaults that Patroni gives them (CMDLINE_OPTIONS in its
# postgresql/config.py).
ORDERED = {
    "max_connections": 100,
    "max_locks_per_transaction": 64,
    "max_prepared_transactions": 0,
    "max_wal_senders": 10,
    "max_worker_processes": 8,
}


def flat(config, path=()):
    """A configuration as values by path; lists are values, and so is a whole slot."""
    for key, value in config.items():
        if isinstance(value, dict) and path != SLOTS:
            yield from flat(value, (*path, key))
        else:
            yield (*path, key), value


def put(config, path, value):
    """Sets the value at a path; None removes it."""
    for key in path[:-1]:
        config = config.setdefault(key, {})
    if value is None:
        config.pop(path[-1], None)
    else:
        config[path[-1]] = value


def shown(value):
    return "unset" if value is None else json.dumps(value)


def read():
    """The dynamic configuration; None before the cluster is founded."""
    text = store.get("config")
    return None if text is None else json.loads(text)


def note():
    return (read() or {}).get(NOTE) or {}


def change(edit):
    """
    Compares and swaps until nobody else has changed it meanwhile. `edit` gets a copy and changes
    that.
    """
    for _ in range(20):
        text = store.get("config")
        if text is None:
            raise Problem("there is no dynamic configuration: the cluster is not founded")
        current = json.loads(text)
        wanted = copy.deepcopy(current)
        edit(wanted)
        if wanted == current:
            return wanted
        if store.replace("config", text, json.dumps(wanted, separators=(",", ":"))):
            return wanted
    raise Problem("somebody else changes the dynamic configuration again and again")


def change_note(**values):
    """Changes what the program notes; None removes a value."""

    def edit(config):
        for name, value in values.items():
            put(config, (NOTE, name), value)

    return change(edit)


def patch(wanted, stay, held_back):
    """
    Makes the dynamic configuration the wanted one, but for what `held_back` takes out of the
    changes. What the changed values were is noted as `former`, until the change has proved itself:
    pairs of path and value. Answers whether anything but the note was changed.
    """
    lines = []
    changes = {}

    def edit(config):
        lines.clear()
        changes.clear()
        now = dict(flat(config))
        noted = config.get(NOTE) or {}
        changes.update(differences(wanted, now, noted))
        names = set(wanted["postgresql"]["parameters"])
        for path, why in held_back(now, changes):
            lines.append(f"{'.'.join(path)}: {why}")
            if path not in dict(flat(wanted)):
                names.add(path[-1])
        effective = {path: value for path, value in changes.items() if path[0] != NOTE}
        if effective and config.get("pause"):
            raise Problem(PAUSED)
        for path, value in effective.items():
            lines.append(f"{'.'.join(path)}: {shown(now.get(path))} -> {shown(value)}")
        for path, value in changes.items():
            put(config, path, value)
        former = {tuple(path): value for path, value in noted.get("former") or []}
        former = {**{path: now.get(path) for path in effective}, **former}
        after = dict(flat(config))
        unproven = [
            [list(path), old] for path, old in sorted(former.items()) if after.get(path) != old
        ]
        put(config, (NOTE, "former"), unproven or None)
        put(config, (NOTE, "parameters"), sorted(names))
        put(config, (NOTE, "optional"), optional(wanted) or None)
        put(config, (NOTE, "members"), stay)

    change(edit)
    for line in lines:
        say(line)
    return any(path[0] != NOTE for path in changes)


PAUSED = (
    "the cluster is paused: nobody would take over while members restart. Resume it in any "
    "member with `patronictl -c /etc/patroni/patroni.yml resume --wait` and run the update again"
)


def differences(wanted, now, noted):
    """
    New values by path, None for one that goes: a parameter or a slot that the stack file had, and
    has no more.
    """
    changes = {path: value for path, value in flat(wanted) if now.get(path) != value}
    names = wanted["postgresql"]["parameters"]
    for name in set(noted.get("parameters", [])) - set(names):
        if (*PARAMETERS, name) in now:
            changes[(*PARAMETERS, name)] = None
    for path in noted.get("optional") or []:
        if tuple(path) in now and path not in optional(wanted):
            changes[tuple(path)] = None
    return changes


def optional(wanted):
    """Paths of what a stack file need not set, and others may."""
    return [list(path) for path, _ in sorted(flat(wanted)) if path[:1] == SLOTS or path == IGNORED]


def lowered(now, changes):
    """
    Takes out the parameters that are lowered of which a standby must not have less than the leader.
    """
    for name, default in ORDERED.items():
        path = (*PARAMETERS, name)
        if path not in changes:
            continue
        old, new = now.get(path), changes[path]
        try:
            goes_down = int(default if new is None else new) < int(default if old is None else old)
        except (TypeError, ValueError):
            continue
        if goes_down:
            changes.pop(path)
            yield (
                path,
                f"{shown(old)} -> {shown(new)} comes last: the leader must have it before standbys",
            )


def uninstalled(now, changes):
    """
    Takes out libraries to load that are not here yet: members may get their packages in this
    update.
    """
    path = (*PARAMETERS, "shared_preload_libraries")
    value = changes.get(path)
    if value is None:
        return
    loaded = libraries(now.get(path) or "")
    missing = [name for name in libraries(value) if not (name in loaded or is_installed(name))]
    if not missing:
        return
    left = [name for name in libraries(value) if name not in missing]
    if left == loaded:
        changes.pop(path)
    else:
        changes[path] = ",".join(left)
    yield path, f"{', '.join(missing)} comes last: no such library is installed yet"


def libraries(value):
    return [name for name in re.split(r"[\s,\"']+", str(value)) if name]


def is_installed(library):
    folder = os.path.join(settings["postgresql"]["bin_dir"], "..", "lib")
    file = os.path.join(folder, library.replace("$libdir/", ""))
    return os.path.exists(file) or os.path.exists(file + ".so")


def put_back(instead):
    """
    Puts back what a change that has not proved itself had replaced. `instead`: values to write for
    parameters that were not set before; while there are any, the change stays noted. Answers with
    what was changed, in words.
    """
    lines = []

    def edit(config):
        lines.clear()
        noted = config.get(NOTE) or {}
        now = dict(flat(config))
        owned = set(noted.get("parameters", []))
        for path, value in noted.get("former") or []:
            new = instead.get(path[-1]) if value is None else value
            put(config, path, new)
            if now.get(tuple(path)) != new:
                lines.append(f"{'.'.join(path)}: {shown(now.get(tuple(path)))} -> {shown(value)}")
            if tuple(path[:-1]) == PARAMETERS:
                owned.add(path[-1])
        put(config, (NOTE, "parameters"), sorted(owned))
        if not instead:
            put(config, (NOTE, "former"), None)

    change(edit)
    return lines
