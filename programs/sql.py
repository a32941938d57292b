"""This member's own PostgreSQL, as its superuser."""

import subprocess

from members import Problem, settings


def ask(query, **variables):
    """What PostgreSQL answers, as text. `variables`: for `:'name'` in the query."""
    socket = settings["postgresql"]["parameters"]["unix_socket_directories"]
    words = ["psql", "-XqAt", "-h", socket, "-U", "postgres", "-v", "ON_ERROR_STOP=1"]
    for name, value in variables.items():
        words += ["-v", f"{name}={value}"]
    answer = subprocess.run(
        [*words, "postgres"], input=query, capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise Problem(f"PostgreSQL does not answer: {answer.stderr.strip()}")
    return answer.stdout
