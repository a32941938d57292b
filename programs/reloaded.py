#!/usr/bin/env python3
"""Succeeds once PostgreSQL has read its configuration after this member's files were written.

Patroni passes a reload on in the next round of its loop; this asks it for one at once. A PostgreSQL that takes no
connections reads the files when it starts.
"""

import base64
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
    try:
        urllib.request.urlopen(urllib.request.Request(url, body, headers, method="PATCH"), timeout=3, context=trust)
    except OSError:
        pass  # Its next round comes by itself.


def main():
    with open(CONFIG, encoding="utf-8") as file:
        config = yaml.safe_load(file)
    postgresql = config["postgresql"]
    written = max(os.stat(path).st_mtime for path in (CONFIG, config["restapi"]["certfile"]))
    place = ["-h", postgresql["parameters"]["unix_socket_directories"], "-p", postgresql["listen"].rsplit(":", 1)[1]]
    question = f"SELECT pg_catalog.pg_conf_load_time() >= pg_catalog.to_timestamp({written!r})"
    words = [*place, "-U", postgresql["authentication"]["superuser"]["username"], "-d", "postgres", "-c", question]
    end = time.monotonic() + PATIENCE
    has_asked = False
    while time.monotonic() < end:
        if subprocess.run([f"{postgresql['bin_dir']}/pg_isready", "-q", *place], check=False).returncode != 0:
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
