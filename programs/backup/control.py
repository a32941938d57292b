"""Asks the running repository for an action, so that it runs within the service's limits.

The service starts the action with the connection as its output. The last line says how it ended.
The action goes on if who asked has gone.
"""

import contextlib
import json
import os
import socket
import subprocess
import time

END = "hapg-end "
# Longest request.
LINE_BYTES = 4096


def address(plan):
    """A socket beside the repository: only the service's user may open that directory."""
    return os.path.join(plan["data"], "control.sock")


class Control:
    """The service's side."""

    def __init__(self, plan, program):
        self.program = program
        path = address(plan)
        # Left by a service that was killed.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        os.chmod(path, 0o600)
        self.socket.listen(8)
        self.running = []

    def wait(self, seconds):
        """Waits for that long, and starts what is asked for meanwhile."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                connection, _ = self.socket.accept()
            except TimeoutError:
                break
            # Whoever asks badly has no effect on the service.
            with connection, contextlib.suppress(OSError, ValueError, TypeError):
                self.begin(connection)
        self.running = [one for one in self.running if one.poll() is None]

    def begin(self, connection):
        connection.settimeout(2)
        with connection.makefile("rb") as lines:
            words = [str(word) for word in json.loads(lines.readline(LINE_BYTES))]
        connection.settimeout(None)
        command = ["python3", self.program, "answer", *words]
        output = {"stdout": connection, "stderr": connection}
        self.running.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, **output))

    def end(self):
        """Ends all that was asked for."""
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait()


def ask(plan, words):
    """Has the service carry out an action, and passes on what it prints. The exit status."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(address(plan))
    except OSError as error:
        raise RuntimeError(f"the repository's service does not answer: {error}") from None
    with connection:
        connection.sendall(json.dumps(words).encode() + b"\n")
        with connection.makefile("r", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith(END):
                    return int(line[len(END) :])
                print(line, end="", flush=True)
    raise RuntimeError("the repository's service ended before the action did")
