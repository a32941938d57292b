"""Restores a backup into the data directory of the member that founds the cluster.

    python3 restore_member.py          restores, as Patroni's bootstrap method
    python3 restore_member.py plan     prints what it would restore, as JSON

What to restore is in restore.json beside it. The data then records the restore's name: nothing
restores it again.

The timeline is always named. `latest` looks for one number after the other, and the numbers here
have gaps: it would end on an old timeline.
"""

import json
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CONFIG = os.path.join(HERE, "pgbackrest.conf")
HISTORY = re.compile(r"^([0-9A-F]{8})\.history$")


class Refusal(Exception):
    """It cannot be restored so; the text says why, and what to do."""


def pgbackrest(*words):
    """The output of one of its commands."""
    ending = subprocess.run(
        ["pgbackrest", f"--config={CONFIG}", "--log-level-console=error", *words],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if ending.returncode != 0:
        raise Refusal((ending.stdout + ending.stderr).strip() or f"pgbackrest {words[0]} failed")
    return ending.stdout


def lsn(text):
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def chosen_stanza(found, wanted):
    """The cluster's part of the repository."""
    pattern = re.compile(re.escape(wanted["stanzaPrefix"]) + r"\d+")
    stanzas = [one for one in found if pattern.fullmatch(one["name"])]
    system = wanted.get("system")
    if system is not None:
        stanzas = [one for one in stanzas if one["name"] == wanted["stanzaPrefix"] + system]
    names = ", ".join(one["name"] for one in stanzas)
    if not stanzas:
        raise Refusal(f"the repository has nothing of {wanted['stanzaPrefix']}{system or '...'}")
    if len(stanzas) > 1:
        raise Refusal(f"the repository has several clusters ({names}): set restore.system to one")
    if not stanzas[0].get("backup"):
        raise Refusal(f"the repository has no backup of {names}")
    return stanzas[0]


def timelines(stanza):
    """The history of each timeline that has one: pairs of a timeline and where it was left."""
    found = {1: []}
    for archive in stanza["archive"]:
        folder = f"archive/{stanza['name']}/{archive['id']}"
        for name in json.loads(pgbackrest("repo-ls", folder, "--output=json")):
            match = HISTORY.match(name)
            if match:
                text = pgbackrest("repo-get", f"{folder}/{name}", f"--stanza={stanza['name']}")
                found[int(match[1], 16)] = history(text)
    return found


def history(text):
    lines = (re.match(r"\s*(\d+)\s+([0-9A-F]+/[0-9A-F]+)", line) for line in text.splitlines())
    return [[int(one[1]), lsn(one[2])] for one in lines if one]


def chosen_timeline(histories, backups, wanted):
    """The newest, unless the settings name one. A history without lines is of a number that was
    only marked as taken."""
    if wanted.get("timeline") is not None:
        if wanted["timeline"] not in histories:
            known = ", ".join(str(one) for one in sorted(histories))
            raise Refusal(f"restore.timeline: the archive has the timelines {known}")
        return wanted["timeline"]
    of_backups = {timeline_of(one) for one in backups}
    return max(one for one in histories if histories[one] or one == 1 or one in of_backups)


def timeline_of(backup):
    return int(backup["archive"]["start"][:8], 16)


def is_on(backup, timeline, histories):
    """Whether a timeline goes on from where the backup ends."""
    own = timeline_of(backup)
    if own == timeline:
        return True
    left = dict(map(tuple, histories.get(timeline, [])))
    return own in left and lsn(backup["lsn"]["stop"]) <= left[own]


def chosen_backup(backups, timeline, histories, wanted):
    """The newest backup from which the target can be reached."""
    usable = [one for one in backups if is_on(one, timeline, histories) and not one.get("error")]
    label = wanted.get("backup")
    if label is not None:
        usable = [one for one in usable if one["label"] == label]
    if wanted.get("time") is not None:
        usable = [one for one in usable if one["timestamp"]["stop"] <= wanted["timeSeconds"]]
    if wanted.get("lsn") is not None:
        usable = [one for one in usable if lsn(one["lsn"]["stop"]) <= lsn(wanted["lsn"])]
    if not usable:
        first = min(backups, key=lambda one: one["timestamp"]["stop"])
        end = time.strftime("%Y-%m-%d %H:%M:%S+00", time.gmtime(first["timestamp"]["stop"]))
        raise Refusal(
            f"no backup leads to that target on timeline {timeline}: the oldest one ended at {end}"
        )
    return usable[-1]


def planned(wanted):
    """What is going to be restored."""
    stanza = chosen_stanza(json.loads(pgbackrest("info", "--output=json")), wanted)
    backups = stanza["backup"]
    histories = timelines(stanza)
    timeline = chosen_timeline(histories, backups, wanted)
    backup = chosen_backup(backups, timeline, histories, wanted)
    return {
        "id": wanted["id"],
        "stanza": stanza["name"],
        "backup": backup["label"],
        "backupStop": backup["timestamp"]["stop"],
        "bytes": backup["info"]["size"],
        "timeline": timeline,
        "lastWal": max(one["max"] or "" for one in stanza["archive"]),
        "wal": backup["archive"]["start"],
    }


def options(wanted, plan):
    """pgBackRest's options for the target."""
    kind = next((one for one in ("time", "xid", "lsn", "name") if wanted.get(one)), None)
    common = [f"--stanza={plan['stanza']}", f"--set={plan['backup']}"]
    if wanted.get("immediate"):
        return [*common, "--type=immediate", "--target-action=promote"]
    line = [f"--target-timeline={plan['timeline']}"]
    if kind is None:
        return [*common, *line, "--type=default"]
    target = [f"--type={kind}", f"--target={wanted[kind]}"]
    exclusive = [] if wanted["inclusive"] or kind == "name" else ["--target-exclusive"]
    # `pause` would end PostgreSQL: Patroni admits no session until the recovery has ended.
    return [*common, *line, *target, *exclusive, "--target-action=promote"]


def restore(wanted):
    data = wanted["data"]
    plan = planned(wanted)
    where = f"{plan['backup']} of {plan['stanza']} on timeline {plan['timeline']}"
    print(f"restores {where}", flush=True)
    os.makedirs(data, mode=0o700, exist_ok=True)
    words = ["pgbackrest", f"--config={CONFIG}", *options(wanted, plan), f"--pg1-path={data}"]
    # The archive goes on: a part of WAL that a restored cluster writes has a timeline of its own.
    subprocess.run([*words, "--archive-mode=preserve", "restore"], check=True)
    record = os.path.join(data, wanted["record"])
    with open(f"{record}.new", "w", encoding="utf-8") as file:
        json.dump({**plan, "restoredAt": int(time.time())}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"{record}.new", record)


def main(words):
    with open(os.path.join(HERE, "restore.json"), encoding="utf-8") as file:
        wanted = json.load(file)
    if words == ["plan"]:
        print(json.dumps(planned(wanted)))
    else:
        restore(wanted)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Refusal, subprocess.CalledProcessError, OSError) as problem:
        sys.exit(f"restore: {problem}")
