"""Tells ten times a second what this member's PostgreSQL is, by what it does: whether it takes a
write.

Usage: watch.py SOCKET_DIRECTORY DATABASE

Prints JSON lines: when it began to ask and when it was answered (seconds since 1970), state,
timeline, names of the standbys that stream from it. Runs as the superuser on the member's own
socket, so that no fault of the network hides what the member would do. Ends with its standard
input.
"""

import json
import os
import sys
import threading
import time

import psycopg2

PERIOD = 0.1
WRITE = "INSERT INTO accepted DEFAULT VALUES RETURNING pg_walfile_name(pg_current_wal_insert_lsn())"
STREAMING = "SELECT application_name FROM pg_stat_replication WHERE state = 'streaming'"


def end_with_input():
    sys.stdin.read()
    os._exit(0)


def connect(socket, database):
    connection = psycopg2.connect(
        host=socket,
        dbname=database,
        user="postgres",
        connect_timeout=2,
        application_name="hapg-drill",
    )
    connection.autocommit = True
    return connection.cursor()


def ask(cursor):
    cursor.execute("SELECT pg_is_in_recovery()")
    if cursor.fetchone()[0]:
        return "standby", None, []
    cursor.execute(WRITE)
    timeline = int(cursor.fetchone()[0][:8], 16)
    cursor.execute(STREAMING)
    return "writable", timeline, [name for (name,) in cursor.fetchall()]


def watch(socket, database):
    cursor = None
    while True:
        started = time.time()
        try:
            cursor = cursor or connect(socket, database)
            state, timeline, streaming = ask(cursor)
        except psycopg2.Error:
            cursor = None
            state, timeline, streaming = "silent", None, []
        print(json.dumps([started, time.time(), state, timeline, streaming]), flush=True)
        time.sleep(max(0.0, started + PERIOD - time.time()))


threading.Thread(target=end_with_input, daemon=True).start()
watch(*sys.argv[1:3])
