"""
Runs a command on a terminal of its own, answers its question and ends as it does.

Usage: terminal.py QUESTION ANSWER COMMAND...

ANSWER is sent once QUESTION was printed. Prints what the terminal shows.
"""

import os
import pty
import sys

question, answer = (word.encode() for word in sys.argv[1:3])
command = sys.argv[3:]

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)

shown = b""
is_answered = False
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        # Linux reports the end of the last process on the terminal as an error.
        break
    if not data:
        break
    shown += data
    if not is_answered and question in shown:
        is_answered = True
        os.write(terminal, answer)

status = os.waitpid(pid, 0)[1]
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status) % 256)
