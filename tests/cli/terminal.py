"""A command on a terminal of its own: what a person would see, and their Ctrl-C."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

LIMIT = 60.0
_LINGERING = """
import sys, time
from auditor.cli import main, options, progress
part, sys.argv = sys.argv[1], ["auditor", *sys.argv[2:]]
progress.AFTER = 0.0
made = options.progress
def lingering():
    shown = made()
    def tell(name, done, total):
        shown(name, done, total)
        if name == part and (done or not total):
            time.sleep(30)
    return tell
options.progress = lingering
main()
"""
"""The command, but in one part of its work it waits: however fast it is, Ctrl-C meets it there."""


class Terminal:
    """`auditor ARGUMENTS` with stdin and stderr on a pseudo-terminal; stdout too, or else a file.

    `linger` names a part of the work in which it waits.
    """

    def __init__(
        self, *arguments: str, cwd: Path, columns: int = 80, stdout: Path | None = None, env: Mapping[str, str] = {},
        linger: str = "",
    ) -> None:  # fmt: skip
        environment = {k: v for k, v in os.environ.items() if k not in ("CI", "NO_COLOR", "COLUMNS")}
        environment |= {"TERM": "xterm", "PYTHONPATH": os.pathsep.join(sys.path), **env}
        self.shown = ""
        command = ("-c", _LINGERING, linger) if linger else ("-m", "auditor")
        self.pid, self.master = pty.fork()
        if self.pid == 0:  # pragma: no cover -- the child
            try:
                os.chdir(cwd)
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
                if stdout is not None:
                    os.dup2(os.open(stdout, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
                os.execve(sys.executable, [sys.executable, *command, *arguments], environment)
            finally:
                os._exit(99)

    def press_ctrl_c(self) -> None:
        """Press Ctrl-C: the terminal sends SIGINT to the command and its workers."""
        os.write(self.master, b"\x03")

    def read(self, until: str = "", seconds: float = LIMIT) -> str:
        """Return all that was shown so far, once it holds `until` or the command has ended or time is up."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not (until and until in self.shown):
            if select.select([self.master], [], [], 0.02)[0]:
                try:
                    more = os.read(self.master, 65536)
                except OSError:  # Linux says so when the last holder of the terminal has gone
                    break
                self.shown += more.decode("utf-8", "replace")
        return self.shown

    def wait(self) -> int:
        """Read to the end; return the exit code, negative for a signal."""
        self.read()
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.master)
        return code


def seen(shown: str, columns: int) -> list[str]:
    """Return the lines that stay on a terminal after all of `shown` was drawn, without trailing blanks."""
    lines: list[list[str]] = [[]]
    place = 0
    for character in shown:
        if character == "\r":
            place = 0
        elif character == "\n":
            lines.append([])
        else:
            if place == columns:
                lines.append([])
                place = 0
            row = lines[-1]
            row.extend(" " * (place + 1 - len(row)))
            row[place] = character
            place += 1
    return ["".join(row).rstrip() for row in lines]
