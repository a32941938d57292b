#!/usr/bin/env python3
"""Succeeds once PostgreSQL has read its configuration after this member's files were written.

Patroni passes a reload on in the next round of its loop; this asks it for one at once. A PostgreSQL
that takes no connections reads the files when it starts.
"""

import base64
import contextlib
import json
import os
import ssl
import subprocess
import sys
import time
import urllib.request

import yaml

CONFIG = "/etc/patroni/patroni.yml"
# For one round of Patroni's loop, in seconds; who calls this does so again.
PATIENCE = 15


def ask_for_a_round(config):
    """The request changes nothing, and makes Patroni's loop go on."""
    login = config["restapi"]["authentication"]
    token = base64.b64encode(f"{login['username']}:{login['password']}".encode()).decode()
    url = f"https://{config['restapi']['connect_address']}/config"
    headers = {"Authorization": "Basic " + token, "Content-Type": "application/json"}
    trust = ssl.create_default_context(cafile=config["ctl"]["cacert"])
    body = json.dumps({"hapg": {}}).encode()
    request = urllib.request.Request(url, body, headers, method="PATCH")
    # Its next round comes by itself.
    with contextlib.suppress(OSError):
        urllib.request.urlopen(request, timeout=3, context=trust)


def main():
    with open(CONFIG, encoding="utf-8") as file:
        config = yaml.safe_load(file)
    postgresql = config["postgresql"]
    written = max(os.stat(path).st_mtime for path in (CONFIG, config["restapi"]["certfile"]))
    port = postgresql["listen"].rsplit(":", 1)[1]
    place = ["-h", postgresql["parameters"]["unix_socket_directories"], "-p", port]
    question = f"SELECT pg_catalog.pg_conf_load_time() >= pg_catalog.to_timestamp({written!r})"
    user = postgresql["authentication"]["superuser"]["username"]
    words = [*place, "-U", user, "-d", "postgres", "-c", question]
    end = time.monotonic() + PATIENCE
    has_asked = False
    while time.monotonic() < end:
        is_ready = [f"{postgresql['bin_dir']}/pg_isready", "-q", *place]
        if subprocess.run(is_ready, check=False).returncode != 0:
            return 0
        answer = subprocess.run(
            [f"{postgresql['bin_dir']}/psql", "-XAtwq", *words], stdout=subprocess.PIPE, check=False
        )
        if answer.stdout.strip() == b"t":
            return 0
        if not has_asked:
            ask_for_a_round(config)
            has_asked = True
        time.sleep(0.2)
    return 1


if __name__ == "__main__":
    sys.exit(main())
