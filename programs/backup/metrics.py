"""The repository, with its report as metrics for Prometheus.

    python3 metrics.py PORT TLS_VERSION CLIENT...

Serves metrics on the port, encrypted, and only to clients whose certificate has one of the names.
All else is what `repository.py serve` does, which goes on whatever becomes of the metrics. The
report is made by another process, because making it changes the environment.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from exposition import Server, Text  # noqa: E402

# From the end of one report to the next; a report reads the list of backups and of the archive.
ROUND_SECONDS = 60
LONGEST_SECONDS = 120


def rendered(report):
    """The metrics of a report, which is None if there is none."""
    text = Text("hapg_backup")
    show = text.show
    known = report or {"problem": "there is no report"}
    show("readable", "Whether the repository can be read", known["problem"] is None)
    if report is None:
        return text
    show("report_time_seconds", "When this was found out", report["now"])
    attempt = report["lastAttempt"] or {}
    is_cut = bool(attempt) and "stop" not in attempt and not report["isRunning"]
    failed = attempt.get("error") is not None or is_cut
    show("running", "Whether a backup or a rehearsal runs", report["isRunning"])
    show("failed", "Whether the last backup failed", failed)
    show("due_since_seconds", "Since when a backup is due; 0: none is", report["dueSince"] or 0)
    rehearsal = report["rehearsal"] or {}
    is_bad = rehearsal.get("error") is not None
    show("rehearsal_failed", "Whether the last rehearsal failed", is_bad)
    show("rehearsal_stop_time_seconds", "When the last one ended well", rehearsal.get("stop"))
    disk = report["disk"] or {}
    show("disk_bytes", "Size of the repository's disk", disk.get("bytes"))
    show("disk_free_bytes", "Free space there", disk.get("freeBytes"))
    if report["problem"] is None:
        backups = report["backups"]
        show("backups", "Number of complete backups", len(backups))
        show("archive_gaps", "Gaps in the archived WAL", len(report["gaps"]))
        last = {backup["type"]: backup for backup in backups}
        for kind, backup in last.items():
            show("stop_time_seconds", "When the last one ended", backup["stop"], type=kind)
        for kind, backup in last.items():
            show("size_bytes", "Size of its database", backup["bytes"], type=kind)
    return text


def report():
    """What the repository reports; None if it does not."""
    words = ["python3", os.path.join(HERE, "repository.py"), "report"]
    with contextlib.suppress(OSError, subprocess.SubprocessError, ValueError):
        done = subprocess.run(words, capture_output=True, timeout=LONGEST_SECONDS, check=True)
        return json.loads(done.stdout)
    return None


class Reports:
    """The last report, as metrics."""

    def __init__(self):
        self.text = rendered(None)
        threading.Thread(target=self.refresh, daemon=True).start()

    def refresh(self):
        while True:
            self.text = rendered(report())
            time.sleep(ROUND_SECONDS)


def main(port, version, *clients):
    from repository import main as repository

    reports = Reports()
    Server(HERE, int(port), version, clients, lambda: reports.text).begin()
    repository(["serve"])


if __name__ == "__main__":
    main(*sys.argv[1:])
