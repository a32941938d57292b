"""What the tests have every driver do. A driver's program says how, in a table of functions."""

import os
import re
import sys
import time

ROUTES = ["WRITE", "READ", "POOLED_WRITE", "POOLED_READ", "MEMBERS", "MEMBERS_READ"]


def url(route):
    return os.environ[f"URL_{route}"]


def case(name, work):
    """Prints whether a case works: the test reads it."""
    try:
        work()
        print(f"ok {name}", flush=True)
    except Exception as error:
        print(f"FAILED {name}: {type(error).__name__}: {error}", flush=True)


def expect(found, wanted):
    if found != wanted:
        raise AssertionError(f"got {found!r} instead of {wanted!r}")


def fails(work, why=""):
    try:
        work()
    except Exception as error:
        if re.search(why, f"{error}", re.IGNORECASE):
            return
        raise
    raise AssertionError("it did not fail")


def within(seconds, work):
    started = time.monotonic()
    work()
    took = time.monotonic() - started
    if took > seconds:
        raise AssertionError(f"took {took:.1f} s")


def write_for(seconds, insert):
    """Inserts one number after the other, each until it is acknowledged."""
    print("started", flush=True)
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        insert(number + 1)
        number += 1
        time.sleep(0.05)
    print(f"acknowledged {number}", flush=True)


def main(cases, insert_by):
    """The words of the command line: `cases`, or `writes ROUTE SECONDS TABLE`."""
    if sys.argv[1] == "cases":
        for name, work in cases.items():
            case(name, work)
    else:
        route, seconds, table = sys.argv[2:]
        statement = f"INSERT INTO {table} VALUES (%s) ON CONFLICT DO NOTHING"
        write_for(float(seconds), insert_by(url(route), statement))
