#!/usr/bin/env python3
"""Judges a member's patroni.yml before any member has it. Prints what is wrong and fails.

    try-postgres.py PATRONI_YML MEMORY_MEGABYTES

Patroni checks its file. PostgreSQL starts with the whole configuration on scratch data in the
file's data directory, which has to be empty or missing: first as a primary without a network, then
as a standby that reads. So a library that is missing, a value that only one of the two refuses, and
a setting with which Patroni's own sessions fail all show. The memory is the member's limit.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

import yaml

# In seconds.
START_LIMIT = 30

# What must not reach past the trial, or has no room beside the member that runs.
OVERRIDES = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "external_pid_file": "",
    "archive_mode": "off",
    "restore_command": "",
    "archive_cleanup_command": "",
    "recovery_end_command": "",
    "primary_conninfo": "",
    "primary_slot_name": "",
    "hot_standby": "on",
    "huge_pages": "off",
    "fsync": "off",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_min_messages": "warning",
    "log_line_prefix": "",
    "log_statement": "none",
    "lc_messages": "C",
}

# What a server answers whoever asks too early, and writes into its log: FATAL, but no complaint.
STARTING = "the database system is (starting up|not yet accepting connections)"

# Said by every scratch standby, which has nobody to follow and is asked until it answers.
EXPECTED = re.compile(
    rf'specified neither "?primary_conninfo|fsync|checkpoints? (are|is) occurring|^{STARTING}'
)

# With which Patroni opens its own sessions.
SESSION = "-c statement_timeout=2000 -c lock_timeout=2000"


class Refused(Exception):
    """What PostgreSQL or Patroni refuses, one complaint for each line."""


class Scratch:
    """A PostgreSQL of its own with a member's configuration."""

    def __init__(self, config, memory_megabytes):
        self.config = config
        self.memory = memory_megabytes * 1024 * 1024
        self.bin = config["postgresql"]["bin_dir"]
        self.data = config["postgresql"]["data_dir"]
        self.sockets = tempfile.mkdtemp(prefix="hapg-trial-", dir="/tmp")
        dynamic = config["bootstrap"]["dcs"]["postgresql"]
        self.hba = dynamic.get("pg_hba", [])
        # Names are the same in upper and lower case; the member's own go over those that all share.
        self.parameters = {}
        for one in (dynamic.get("parameters", {}), config["postgresql"].get("parameters", {})):
            self.parameters.update({name.lower(): value for name, value in one.items()})
        self.overrides = dict(OVERRIDES, unix_socket_directories=self.sockets)

    def program(self, name):
        return os.path.join(self.bin, name)

    def create(self):
        options = self.config["bootstrap"].get("initdb", [])
        words = [
            f"--{name}={value}" if value is not None else f"--{name}"
            for option in options
            for name, value in (option.items() if isinstance(option, dict) else [(option, None)])
        ]
        os.makedirs(os.path.dirname(self.data), exist_ok=True)
        done = run([self.program("initdb"), "-D", self.data, "--no-sync", "-U", "postgres", *words])
        if done.returncode != 0:
            raise Refused("postgres.initdb: " + last_words(done.stderr))
        # As Patroni does it: what initdb wrote for its own options stays below.
        os.rename(
            os.path.join(self.data, "postgresql.conf"),
            os.path.join(self.data, "postgresql.base.conf"),
        )
        own = [f"{name} = '{quoted(value)}'" for name, value in self.parameters.items()]
        self.write("postgresql.conf", ["include 'postgresql.base.conf'", *own])
        self.write("pg_hba.conf", self.hba)

    def write(self, name, lines):
        with open(os.path.join(self.data, name), "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)

    def settings(self):
        return [
            word for name, value in self.overrides.items() for word in ("-c", f"{name}={value}")
        ]

    def start_as_primary(self):
        """Also leaves behind, as a primary does, what its standbys need at least."""
        question = (
            "SELECT 'found:' || pg_catalog.json_build_array(line_number, error) AS c"
            " FROM pg_catalog.pg_hba_file_rules WHERE error IS NOT NULL\n"
        )
        done = self.single_user(question)
        if self.lacks_room(done):
            self.overrides["shared_buffers"] = "16MB"
            done = self.single_user(question)
        rules = [json.loads(found) for found in re.findall(r'"found:(.*)"\t\(typeid', done.stdout)]
        complaints = [self.about_rule(line, error) for line, error in rules]
        complaints += self.complaints(done.stderr)
        if complaints or done.returncode != 0:
            raise Refused("\n".join(complaints) or "postgres: " + last_words(done.stderr))

    def single_user(self, question):
        words = [self.program("postgres"), "--single", "-D", self.data]
        return run([*words, *self.settings(), "postgres"], question)

    def lacks_room(self, done):
        """Whether the shared memory is missing only beside the member that runs, not in the
        limit."""
        asked = re.search(r"Cannot allocate memory[\s\S]*currently (\d+) bytes", done.stderr)
        return done.returncode != 0 and asked is not None and int(asked.group(1)) < self.memory

    def start_as_standby(self):
        self.write("standby.signal", [])
        words = [self.program("postgres"), "-D", self.data, *self.settings()]
        with tempfile.TemporaryFile("w+", dir="/tmp") as log:
            with subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            ) as server:
                try:
                    answer = self.first_answer(server)
                finally:
                    server.send_signal(3)
                    server.wait()
            log.seek(0)
            complaints = [f"{one}, on a standby" for one in self.complaints(log.read())]
        if answer.returncode != 0 and not complaints:
            complaints = [
                "postgres: Patroni's sessions fail on a standby: " + last_words(answer.stderr)
            ]
        if complaints:
            raise Refused("\n".join(complaints))

    def first_answer(self, server):
        """Of a session like those of Patroni; of the last one, if none succeeds."""
        end = time.monotonic() + START_LIMIT
        words = [
            *[self.program("psql"), "-XAtw", "-h", self.sockets],
            *["-U", "postgres", "-d", "postgres"],
        ]
        while True:
            answer = run([*words, "-c", "SELECT pg_catalog.pg_is_in_recovery()"], PGOPTIONS=SESSION)
            is_starting = re.search(rf"No such file|Connection refused|{STARTING}", answer.stderr)
            if answer.returncode == 0 or server.poll() is not None or time.monotonic() > end:
                return answer
            if not is_starting:
                return answer
            time.sleep(0.05)

    def complaints(self, log):
        """What a log complains of, with the settings' paths."""
        found = []
        for severity, message, hint in messages(log):
            context = re.search(r'line (\d+) of configuration file ".*pg_hba\.conf"', hint)
            if context is not None:
                found.append(self.about_rule(int(context.group(1)), message))
            elif EXPECTED.search(message) or re.search(
                r"contains errors|could not load .*pg_hba", message
            ):
                continue
            elif severity != "LOG" or re.search(r'parameter "|syntax error', message):
                found.append(self.about_parameter(message, hint))
        return list(dict.fromkeys(found))

    def about_rule(self, line, error):
        rule = self.hba[line - 1] if 0 < line <= len(self.hba) else f"line {line}"
        return f"postgres.hba: {rule}: {error}"

    def about_parameter(self, message, hint):
        line = re.search(r'file ".*postgresql\.conf",? line (\d+)', message)
        names = ["", *self.parameters]
        at_line = (
            names[int(line.group(1)) - 1] or None
            if line is not None and int(line.group(1)) <= len(names)
            else None
        )
        quoted_words = re.findall(r'"([\w.]+)"', message) + re.findall(r"[a-z]+_[a-z_]+", hint)
        named = [word for word in quoted_words if word.lower() in self.parameters]
        libraries = ["shared_preload_libraries"] if "could not access file" in message else []
        name = next(iter(named + libraries), at_line)
        told = re.sub(r' in file ".*" line \d+', "", message)
        advice = "".join(f" ({one})" for one in re.findall(r"HINT:  (.*)", hint))
        return f"postgres.parameters{'' if name is None else '.' + name}: {told}{advice}"


def messages(log):
    """Severity, text and what belongs to it, for each message of a log without a prefix."""
    parts = re.split(r"^(LOG|WARNING|ERROR|FATAL|PANIC):  ", log, flags=re.MULTILINE)
    for severity, text in zip(parts[1::2], parts[2::2], strict=True):
        message, _, rest = text.partition("\n")
        yield severity, message, rest


def quoted(value):
    """A value as Patroni writes it into postgresql.conf."""
    return re.sub(r"(['\\])", r"\1\1", str(value))


def last_words(text):
    return " ".join(text.strip().splitlines()[-3:]) or "it fails without a word"


def run(words, question="", **environment):
    return subprocess.run(
        words,
        input=question,
        capture_output=True,
        env={**os.environ, **environment},
        text=True,
        check=False,
    )


def patroni_complaints(config, folder):
    """What Patroni's own check says, but for what it cannot know here: where etcd is, and that it
    takes `quorum`."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as etcd:
        known = json.loads(json.dumps(config))
        known["etcd3"]["hosts"] = [f"127.0.0.1:{etcd.getsockname()[1]}"]
        known["postgresql"]["data_dir"] = os.path.join(folder, "none")
        if known["bootstrap"]["dcs"].get("synchronous_mode") == "quorum":
            known["bootstrap"]["dcs"]["synchronous_mode"] = True
        path = os.path.join(folder, "patroni.yml")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            json.dump(known, file)
        done = run(["patroni", "--validate-config", path])
    if done.returncode == 0 and done.stdout + done.stderr == "":
        return []
    return [
        f"patroni.yml: {line}" for line in (done.stdout + done.stderr).splitlines() if line != ""
    ]


def main(path, memory_megabytes):
    with open(path, encoding="utf-8") as file:
        config = yaml.safe_load(file)
    scratch = Scratch(config, int(memory_megabytes))
    found = []
    # Beside the making of the scratch data: each of the two takes about a second.
    check = threading.Thread(
        target=lambda: found.extend(patroni_complaints(config, scratch.sockets))
    )
    check.start()
    try:
        scratch.create()
        scratch.start_as_primary()
        scratch.start_as_standby()
    except Refused as refused:
        found.append(str(refused))
    check.join()
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
