import os
import threading

import psycopg
from psycopg_snippet import connect, in_transaction

from exercise import ROUTES, expect, fails, main, url, within


def opens():
    for route in ROUTES:
        with connect(url(route)) as connection:
            found = connection.execute("SELECT pg_is_in_recovery()").fetchone()
            expect((route, found[0]), (route, "READ" in route))


def prepares():
    for route in ["WRITE", "POOLED_WRITE"]:
        with connect(url(route)) as one, connect(url(route)) as other:
            for number in range(20):
                for connection in [one, other]:
                    found = connection.execute("SELECT %s::int + 1", [number], prepare=True)
                    expect(found.fetchone(), (number + 1,))
                    connection.commit()


def copies():
    for route in ["WRITE", "POOLED_WRITE"]:
        with connect(url(route)) as connection:
            connection.execute("CREATE TEMP TABLE copied (n int) ON COMMIT DROP")
            with connection.cursor().copy("COPY copied FROM STDIN") as copy:
                for number in range(1000):
                    copy.write_row([number])
            expect(connection.execute("SELECT sum(n) FROM copied").fetchone(), (499500,))


def notifies():
    for route in ["WRITE", "MEMBERS"]:
        with psycopg.connect(url(route), autocommit=True) as listener:
            listener.execute("LISTEN psycopg")
            with connect(url("POOLED_WRITE")) as other:
                other.execute("NOTIFY psycopg, 'hello'")
            found = [one.payload for one in listener.notifies(timeout=5, stop_after=1)]
            expect(found, ["hello"])


def cancels():
    routes = ["WRITE", "POOLED_WRITE", "MEMBERS", "MEMBERS_READ"]
    # Only then a request on a connection of its own reaches the standby of the session.
    if os.environ["READ_BALANCE"] == "source":
        routes += ["READ"] * 5
    for route in routes:
        with connect(url(route)) as connection:
            timer = threading.Timer(0.5, connection.cancel_safe)
            timer.start()
            within(5, lambda c=connection: fails(lambda: c.execute("SELECT pg_sleep(30)")))


def stays_writable():
    """A read-only client leaves nothing to the next one of the server connection."""
    with connect(url("POOLED_WRITE")) as reader, connect(url("POOLED_WRITE")) as writer:
        reader.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        reader.commit()
        for _ in range(20):
            found = writer.execute("SHOW transaction_read_only").fetchone()
            expect(found, ("off",))
            writer.commit()
        expect(reader.execute("SHOW transaction_read_only").fetchone(), ("on",))


def many():
    opened = [connect(url("POOLED_WRITE")) for _ in range(200)]
    for connection in opened:
        expect(connection.execute("SELECT 1").fetchone(), (1,))
        connection.commit()
    for connection in opened:
        connection.close()


def insert_by(target, statement):
    return lambda number: in_transaction(lambda one: one.execute(statement, [number]), target)


main(
    {
        "open": opens,
        "verify": lambda: fails(lambda: connect(url("WRONG_CA")), "certificate"),
        "prepare": prepares,
        "copy": copies,
        "notify": notifies,
        "cancel": cancels,
        "read only": stays_writable,
        "many": many,
    },
    insert_by,
)
