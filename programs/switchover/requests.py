"""
Gives an update the requests of programs in this member for another leader.

    python3 requests.py SOCKET

Prints `ready`, and then a line `LEADER CANDIDATE` for each request. The line that it reads next is
the answer. It ends with its input: then a program is told nothing, and acts alone.
"""

import os
import select
import socket
import sys


def main(path):
    # Only this member's user may ask.
    os.umask(0o077)
    # What an interrupted update left does not answer any more.
    if os.path.exists(path):
        os.unlink(path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        print("ready", flush=True)
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            with connection, connection.makefile("rw") as channel:
                pass_on(channel)


def pass_on(channel):
    request = channel.readline()
    if request.endswith("\n"):
        print(request, end="", flush=True)
        channel.write(sys.stdin.readline())


main(sys.argv[1])
