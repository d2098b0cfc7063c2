"""An `auditor` that starts at once: a process with everything imported, of which each command is a fork.

In: a directory. Out: a program `auditor` in it that behaves as the installed one, and a process that answers it until
it is stopped. Pages have a hundred commands, whose time would mostly go into importing the same libraries again.
What is forked runs with the caller's arguments, directory, variables and files. Servers are started the usual way.
"""

import importlib
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

_REPOSITORY = Path(__file__).parent.parent.parent
_CLIENT = """#!{python} -IS
import json, os, socket, sys
if sys.argv[1:2] == ["serve"] or "--watch" in sys.argv:
    os.execv({python!r}, [{python!r}, "-m", "auditor", *sys.argv[1:]])
asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    socket.send_fds(server, [len(asked).to_bytes(8, "big")], [0, 1, 2])
    server.sendall(asked)
    ended = server.recv(1)
sys.exit(ended[0] if ended else 70)
"""
_IMPORTED_BY_MOST = (
    "auditor.cli.scan", "auditor.cli.collect", "auditor.cli.plan", "auditor.cli.gate", "auditor.cli.usage",
    "auditor.ledger", "auditor.report.html", "alembic.command", "alembic.config", "sqlalchemy.dialects.sqlite",
    "redis", "duckdb", "libcst", "libcst.metadata", "vulture", "rustworkx", "jinja2",
)  # fmt: skip


class ReadyAuditor:
    """The program in a directory, and the process behind it."""

    def __init__(self, directory: Path) -> None:
        address = str(directory / "auditor.socket")
        program = directory / "auditor"
        program.write_text(_CLIENT.format(python=sys.executable, address=address))
        program.chmod(0o755)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.documentation.ready", address], cwd=_REPOSITORY, stdout=subprocess.PIPE
        )
        assert self._process.stdout
        assert self._process.stdout.readline() == b"ready\n"

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.communicate()


def _answer(address: str) -> None:
    for module in _IMPORTED_BY_MOST:
        with suppress(ImportError):
            importlib.import_module(module)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            caller, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _watch_over(caller)
            caller.close()
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG) != (0, 0):
                    pass


def _watch_over(caller: socket.socket) -> None:
    """Run one command in a process of its own and tell the caller how it ended."""
    size, files, _, _ = socket.recv_fds(caller, 8, 3)
    asked = b""
    while len(asked) < int.from_bytes(size, "big"):
        asked += caller.recv(1 << 16)
    child = os.fork()
    if child == 0:
        caller.close()
        arguments, directory, variables = json.loads(asked)
        for number, file in enumerate(files):
            os.dup2(file, number)
        os.chdir(directory)
        os.environ.clear()
        os.environ.update(variables)
        time.tzset()
        sys.argv = ["auditor", *arguments]
        from auditor.cli import main

        sys.exit(main())
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    caller.sendall(bytes([code if code >= 0 else 128 - code]))
    os._exit(0)


if __name__ == "__main__":
    _answer(sys.argv[1])
