"""What a dump and its load share: a folder of their own on the member's disk, and how they tell
what they do.

Not a program of its own: the programs beside it are piped into an interpreter together with it.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

# What programs say is read.
PLAIN = {**os.environ, "LC_ALL": "C"}
# Free space that PostgreSQL keeps in any case: this part of its disk, and at least so many bytes.
SPARE_PART = 0.05
SPARE_BYTES = 512 << 20
# Between two reports, in seconds.
ROUND = 0.5


class TransferError(Exception):
    """What is wrong, for a person."""


def tell(**event):
    """Reports to whoever has started this, on standard error."""
    print(json.dumps(event), file=sys.stderr, flush=True)


class Folder:
    """A folder in the home of PostgreSQL that is gone when the program ends. What a killed program
    has left goes with the next one."""

    PREFIX = "hapg-transfer-"

    def __init__(self, home):
        for name in os.listdir(home):
            if name.startswith(self.PREFIX):
                self.sweep(os.path.join(home, name))
        self.path = tempfile.mkdtemp(prefix=self.PREFIX, dir=home)
        self.lock = self.locked(self.path)

    def locked(self, path):
        handle = os.open(os.path.join(path, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return handle

    def sweep(self, path):
        # It belongs to a program that runs, or is not there any more.
        with contextlib.suppress(OSError):
            os.close(self.locked(path))
            shutil.rmtree(path)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)

    def bytes(self, name):
        folder = os.path.join(self.path, name)
        sizes = []
        for base, _, files in os.walk(folder):
            for file in files:
                with contextlib.suppress(OSError):
                    sizes.append(os.path.getsize(os.path.join(base, file)))
        return sum(sizes)

    def check_space(self, wanted=0):
        """Refuses to take what PostgreSQL itself may need to go on."""
        found = os.statvfs(self.path)
        spare = max(SPARE_PART * found.f_blocks * found.f_frsize, SPARE_BYTES)
        if found.f_bavail * found.f_frsize - wanted < spare:
            raise TransferError(
                "too little disk space: it would leave PostgreSQL less than "
                f"{int(spare) >> 20} MiB free. Free some, or choose another member"
            )


class Server:
    """PostgreSQL of this member, as its superuser."""

    def __init__(self, sockets, binaries, database):
        self.binaries = binaries
        self.target = ["-h", sockets, "-U", "postgres", "-d", database]
        self.running = None

    def words(self, program, *more):
        return [os.path.join(self.binaries, program), "-w", *self.target, *more]

    def sql(self, statement):
        """Runs a statement, and returns what it prints."""
        words = self.words("psql", "-XqAt", "-v", "ON_ERROR_STOP=1")
        done = subprocess.run(
            words, input=statement, capture_output=True, text=True, env=PLAIN, check=False
        )
        if done.returncode != 0:
            raise TransferError(last_line(done.stderr))
        return done.stdout.rstrip("\n")

    def run(self, words, heard, each_round):
        """Runs a program to its end: `heard` gets what it complains of, line by line."""
        lines = []
        self.running = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=PLAIN,
        )

        def listen():
            for line in self.running.stderr:
                if heard(line):
                    continue
                if ": error: " in line or line.startswith(("DETAIL", "pg_dump: detail")):
                    lines.append(line.split(": error: ")[-1].strip())

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            while self.running.poll() is None:
                each_round()
                time.sleep(ROUND)
        finally:
            if self.running.poll() is None:
                self.running.kill()
        listener.join(5)
        if self.running.returncode != 0:
            name = os.path.basename(words[0])
            raise TransferError(
                f"{name}: {' '.join(lines[:3]) or f'ended with {self.running.returncode}'}"
            )

    def stop(self):
        """Ends what runs, and waits for that: it may write into the folder until then."""
        if self.running is None:
            return
        self.running.terminate()
        try:
            self.running.wait(5)
        except subprocess.TimeoutExpired:
            self.running.kill()


def last_line(text):
    return (text.strip().splitlines() or ["no reason given"])[0]


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def table_of(one):
    return f"{quoted(one['schema'])}.{quoted(one['name'])}"


def until_input_ends(then):
    """Calls a function when nobody listens any more: the input ends with whoever started this."""

    def wait():
        while os.read(0, 65536):
            pass
        then()

    threading.Thread(target=wait, daemon=True).start()


def carry_out(work, home, server, watch=True):
    """Does the work in a folder, and leaves nothing behind, whatever happens."""
    folder = None

    def give_up(*_):
        server.stop()
        if folder is not None:
            folder.remove()
        os._exit(4)

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, give_up)
    try:
        folder = Folder(home)
        if watch:
            until_input_ends(give_up)
        work(folder, lambda: until_input_ends(give_up))
    except (TransferError, OSError) as error:
        tell(error=str(error))
        return 1
    finally:
        server.stop()
        if folder is not None:
            folder.remove()
    return 0
