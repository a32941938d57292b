"""
Dumps a database of the member that it runs on, and sends the dump as a tar archive to standard
output: `manifest.json`, which says what is in it, and `dump/`, in pg_dump's directory format. All
of it is of one moment.

Usage: dump.py DATABASE JOBS SOCKETS BINARIES HOME

Ends early once its input ends. Reports on standard error, one JSON object a line.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import time
import uuid

from transfer import PLAIN, Server, TransferError, carry_out, table_of, tell

# Tables that pg_dump copies: not those of extensions, and none that is not logged.
TABLES = """
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind = 'r' AND relpersistence = 'p'
    AND nspname NOT IN ('pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg\\_toast%'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass
                    AND objid = c.oid AND deptype = 'e')
"""

FACTS = f"""
SELECT json_build_object(
  'database', current_database(),
  'databaseBytes', pg_database_size(current_database()),
  'version', current_setting('server_version'),
  'isStandby', pg_is_in_recovery(),
  'roles', (SELECT coalesce(json_agg(DISTINCT rolname), '[]')
    FROM pg_shdepend JOIN pg_roles ON refobjid = pg_roles.oid
    WHERE refclassid = 'pg_authid'::regclass
      AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())),
  'extensions', (SELECT coalesce(json_agg(extname), '[]') FROM pg_extension
    WHERE extname <> 'plpgsql'),
  'tables', (SELECT coalesce(json_agg(json_build_object('schema', nspname, 'name', relname,
    'owner', pg_get_userbyid(relowner)) ORDER BY nspname, relname), '[]') {TABLES}));
"""

# Whatever the stack file limits: the session lives as long as the dump.
BEGIN = """
SELECT count(set_config(name, '0', false)) FROM pg_settings WHERE name IN ('statement_timeout',
  'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout');
SET extra_float_digits = 0;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT pg_export_snapshot();
"""


class Session:
    """A session that sees the database as the dump has it."""

    def __init__(self, server):
        self.process = subprocess.Popen(
            server.words("psql", "-XqAt", "-v", "ON_ERROR_STOP=1"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=PLAIN,
        )
        self.say(BEGIN)
        self.hear()
        self.snapshot = self.hear()

    def say(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def hear(self):
        line = self.process.stdout.readline()
        if line == "":
            errors = self.process.stderr.read().strip().splitlines()
            raise TransferError((errors or ["PostgreSQL has ended the session"])[0])
        return line.rstrip("\n")

    def ask(self, statement):
        # What ended the session is heard.
        with contextlib.suppress(OSError):
            self.say(statement)
        return self.hear()

    def end(self):
        self.process.kill()


class Counter(threading.Thread):
    """Counts the rows of all tables, while they are dumped."""

    def __init__(self, session, tables):
        super().__init__(daemon=True)
        self.session = session
        self.tables = tables
        self.problem = None

    def run(self):
        try:
            for one in self.tables:
                statement = f"SELECT count(*) FROM ONLY {table_of(one)};"
                one["rows"] = int(self.session.ask(statement))
        except (TransferError, OSError, ValueError) as error:
            self.problem = str(error)


class Counted(io.RawIOBase):
    """Standard output, and how much has gone there."""

    def __init__(self, total):
        self.total = total
        self.bytes = 0
        self.told = 0.0

    def writable(self):
        return True

    def write(self, data):
        sys.stdout.buffer.write(data)
        self.bytes += len(data)
        if time.monotonic() - self.told > 0.5:
            self.told = time.monotonic()
            tell(step="send", bytes=self.bytes, of=self.total)
        return len(data)


def dump(server, jobs, folder):
    session = Session(server)
    try:
        manifest = {
            "format": 1,
            "id": str(uuid.uuid4()),
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            **json.loads(session.ask(FACTS.replace("\n", " "))),
        }
        tables = manifest["tables"]
        done = []
        counter = Counter(session, tables)
        counter.start()

        def heard(line):
            if "dumping contents of table" in line:
                done.append(line)
            return False

        def report():
            folder.check_space()
            tell(step="dump", tables=len(done), of=len(tables), bytes=folder.bytes("dump"))

        to = ["-Fd", "-v", "-j", jobs, f"--snapshot={session.snapshot}"]
        server.run(
            server.words("pg_dump", *to, "-f", os.path.join(folder.path, "dump")), heard, report
        )
        while counter.is_alive():
            tell(step="count", tables=sum("rows" in one for one in tables), of=len(tables))
            counter.join(0.5)
        if counter.problem is not None:
            raise TransferError(counter.problem)
    finally:
        session.end()
    return manifest


def send(manifest, folder):
    total = folder.bytes("dump")
    output = Counted(total)
    text = json.dumps(manifest).encode()
    with tarfile.open(fileobj=output, mode="w|") as archive:
        # First, so that a reader finds it without the rest.
        head = tarfile.TarInfo("manifest.json")
        head.size, head.mode = len(text), 0o600
        archive.addfile(head, io.BytesIO(text))
        archive.add(os.path.join(folder.path, "dump"), "dump")
    sys.stdout.buffer.flush()
    rows = sum(one["rows"] for one in manifest["tables"])
    tell(done={"bytes": output.bytes, "tables": len(manifest["tables"]), "rows": rows})


def main(database, jobs, sockets, binaries, home):
    server = Server(sockets, binaries, database)

    def work(folder, _):
        folder.check_space()
        send(dump(server, jobs, folder), folder)

    return carry_out(work, home, server)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
