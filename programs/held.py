"""Changes of the leader during which the pool's clients wait: the update makes them."""

import os
import socket

from members import settings

# How long one may take, in seconds: members have to stream again at its end.
LIMIT = 240


def switch_over(leader, name):
    """
    Asks the update that runs. Answers with `done` or `failed`, and a text; None if there is none
    that listens, or it has ended.
    """
    folder = settings["postgresql"]["parameters"]["unix_socket_directories"]
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(LIMIT)
        try:
            channel.connect(os.path.join(folder, "hapg-requests"))
            channel.sendall(f"{leader} {name}\n".encode())
            with channel.makefile() as answers:
                word, _, text = answers.readline().strip().partition(" ")
        except OSError:
            return None
    return (word, text) if word else None
