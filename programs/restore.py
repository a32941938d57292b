"""
Loads a dump that dump.py has made into an empty database of the primary that it runs on, and checks
that every table has the rows and the owner that the dump has.

Usage: restore.py DATABASE JOBS OWNER BYTES SOCKETS BINARIES HOME

The dump's BYTES bytes come on standard input, which stays open: once it ends, so does the
program. With an OWNER all objects are that role's, and grants are left out; if it is empty they
are as in the dump. A note in the database, the schema `hapg_load`, says which load is under way:
the same dump can be loaded again after one that was cut short. Reports on standard error, one JSON
object a line.
"""

import json
import os
import re
import subprocess
import sys
import tarfile

from transfer import PLAIN, Server, TransferError, carry_out, quoted, table_of, tell

NOTE = "hapg_load"
ENTRY = re.compile(r"^\d+; \d+ \d+ (SCHEMA|EXTENSION|COMMENT) - (.+) \S*$")


class Input:
    """The first bytes of standard input."""

    def __init__(self, size):
        self.size = self.left = size

    def read(self, wanted):
        wanted = min(wanted, self.left)
        data = sys.stdin.buffer.read(wanted)
        if len(data) < wanted:
            raise TransferError("the dump ended before its end")
        before = self.left
        self.left -= wanted
        if before >> 24 != self.left >> 24:
            tell(step="send", bytes=self.size - self.left, of=self.size)
        return data


def receive(size, folder):
    """Unpacks the dump. Its names are checked: it may come from anywhere."""
    folder.check_space(size)
    source = Input(size)
    with tarfile.open(fileobj=source, mode="r|") as archive:
        for member in archive:
            if not re.fullmatch(r"manifest\.json|dump(/[\w.-]+)?", member.name):
                raise TransferError(f"it is no dump of hapg: it holds {member.name}")
            path = os.path.join(folder.path, member.name)
            if member.isdir():
                os.mkdir(path, 0o700)
            elif member.isreg():
                content = archive.extractfile(member)
                with open(path, "wb") as file:
                    while block := content.read(1 << 20):
                        file.write(block)
                folder.check_space()
    while source.left > 0:
        source.read(min(source.left, 1 << 20))
    with open(os.path.join(folder.path, "manifest.json"), encoding="utf-8") as file:
        return json.load(file)


def noted(server, manifest):
    """The note of this load: what was in the database before, and whether it goes on."""
    text = server.sql(
        f"SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = '{NOTE}'"
    )
    if text:
        note = json.loads(text)
        if note["dump"] != manifest["id"]:
            raise TransferError("another load into this database is under way, or was cut short")
        return note, True
    note = json.loads(
        server.sql(
            "SELECT json_build_object('schemas', (SELECT json_agg(nspname) FROM pg_namespace), "
            "'extensions', (SELECT json_agg(extname) FROM pg_extension))"
        )
    )
    note["dump"] = manifest["id"]
    literal = json.dumps(note).replace("'", "''")
    server.sql(f"BEGIN; CREATE SCHEMA {NOTE}; COMMENT ON SCHEMA {NOTE} IS '{literal}'; COMMIT")
    return note, False


def is_there(line, note):
    """Whether an entry of the dump makes what the database had before."""
    found = ENTRY.match(line)
    if found is None:
        return False
    kind, name = found.groups()
    if kind == "COMMENT":
        kind, _, name = name.partition(" ")
    return (kind == "SCHEMA" and name in note["schemas"]) or (
        kind == "EXTENSION" and name in note["extensions"]
    )


def load(server, jobs, owner, manifest, folder):
    note, is_second = noted(server, manifest)
    dump = os.path.join(folder.path, "dump")
    words = [os.path.join(server.binaries, "pg_restore"), "-l", dump]
    entries = subprocess.check_output(words, text=True, env=PLAIN).splitlines()
    kept = [line for line in entries if not is_there(line, note)]
    listed = os.path.join(folder.path, "list")
    with open(listed, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in kept)
    total = sum(" TABLE DATA " in line for line in kept)
    done = []

    def heard(line):
        if "finished item" in line and " TABLE DATA " in line:
            done.append(line)
        return False

    def report():
        folder.check_space()
        tell(step="load", tables=len(done), of=total)

    more = [
        *(["--clean", "--if-exists"] if is_second else []),
        *(["--no-owner", "--no-privileges", f"--role={owner}"] if owner else []),
    ]
    server.run(
        server.words("pg_restore", "-v", "-e", "-j", jobs, "-L", listed, *more, dump),
        heard,
        report,
    )
    tell(step="analyze")
    server.sql("ANALYZE")


def verify(server, owner, manifest):
    """Every table as it was dumped, or what is not as it was."""
    tables = manifest["tables"]
    problems = []
    for i, one in enumerate(tables):
        tell(step="verify", tables=i, of=len(tables))
        name = table_of(one)
        literal = name.replace("'", "''")
        rows, is_owner = server.sql(
            f"SELECT count(*) FROM ONLY {name}; SELECT pg_get_userbyid(relowner) FROM pg_class "
            f"WHERE oid = '{literal}'::regclass"
        ).split("\n")
        if int(rows) != one["rows"]:
            problems.append(f"{name} has {rows} rows, the dump {one['rows']}")
        if is_owner != (owner or one["owner"]):
            problems.append(f"{name} belongs to {is_owner}")
    if problems:
        raise TransferError(f"not as dumped: {'; '.join(problems[:5])}")


def main(database, jobs, owner, size, sockets, binaries, home):
    server = Server(sockets, binaries, database)

    def work(folder, watch):
        manifest = receive(int(size), folder)
        watch()
        load(server, jobs, owner, manifest, folder)
        verify(server, owner, manifest)
        server.sql(f"DROP SCHEMA {quoted(NOTE)}")
        rows = sum(one["rows"] for one in manifest["tables"])
        tell(done={"bytes": int(size), "tables": len(manifest["tables"]), "rows": rows})

    return carry_out(work, home, server, watch=False)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
