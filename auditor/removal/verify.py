"""Does an edited tree still work? In: a checked-out tree and what to run. Out: frozen Verifications, output cut short.

Runs the user's own commands in their own process group and environment, never through a shell, never a command that a
plan names. Imports come from the tree that is checked, not from a copy installed elsewhere.
"""

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO

import msgspec

from auditor.errors import ConfigError
from auditor.removal.failures import failed_tests

_TAIL_BYTES = 65_536
_TAIL_LINES = 40
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_SMOKE = """
import importlib, os, sys
module, _, attribute = sys.argv[1].partition(":")
found = importlib.import_module(module)
for part in attribute.split(".") if attribute else ():
    found = getattr(found, part)
own, other = (os.path.realpath(path) for path in sys.argv[2:4])
for name, loaded in sorted(sys.modules.items()):
    file = os.path.realpath(getattr(loaded, "__file__", None) or "")
    foreign = file.startswith(other + os.sep) and not file.startswith(own + os.sep)
    if foreign and "site-packages" not in file and not file.startswith(os.path.realpath(sys.prefix) + os.sep):
        sys.exit(f"{name} was imported from {file}, not from the edited tree")
"""


class Verification(msgspec.Struct, frozen=True):
    """How one command ended.

    `seconds` is wall-clock time; `tail` the last lines of what it printed; `failed` the tests that it named as failed.
    """

    passed: bool
    command: str
    seconds: float
    tail: str
    failed: tuple[str, ...] = ()


class Checkout(msgspec.Struct, frozen=True):
    """A tree to verify.

    `directory` is the audited root in it, `roots` its import roots relative to that. `original` is the audited root in
    the user's tree, whose files must not be imported instead.
    """

    directory: Path
    original: Path
    roots: tuple[str, ...]


def run_tests(checkout: Checkout, command: str, timeout: timedelta, environment: Mapping[str, str]) -> Verification:
    """Run the test command in the tree.

    Raises:
        ConfigError: The command cannot be split into words or its program does not exist.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ConfigError(f"plan.test_command = {command!r} cannot be split into words: {error}") from error
    if not words:
        raise ConfigError(f"plan.test_command = {command!r} names no program; leave it empty for none")
    words[0] = _program(words[0], checkout)
    return _run(command, words, checkout, timeout, environment)


def smoke_import(
    checkout: Checkout, target: str, timeout: timedelta, environment: Mapping[str, str], python: str = ""
) -> Verification:
    """Import `module:attribute` in a fresh interpreter: `python`, or the one that runs auditor."""
    module, _, attribute = target.partition(":")
    if not all(part.isidentifier() for part in [*module.split("."), *(attribute.split(".") if attribute else ())]):
        raise ConfigError(f"plan.smoke: {target!r} is not 'module:attribute', as in 'shop.main:app'")
    interpreter = _program(python, checkout) if python else sys.executable
    words = [interpreter, "-c", _SMOKE, target, str(checkout.directory), str(checkout.original)]
    return _run(f"import {target}", words, checkout, timeout, environment)


def _program(word: str, checkout: Checkout) -> str:
    """Return the program to start; a relative path such as `.venv/bin/pytest` may exist in the user's tree only."""
    relative = os.sep in word and not Path(word).is_absolute()
    if relative and not (checkout.directory / word).exists():
        return str(checkout.original / word)
    return word


def _environment(checkout: Checkout, given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which the tree's own modules are found first and nothing is written beside them."""
    kept = {key: value for key, value in given.items() if not key.startswith("GIT_")}
    ours = [str(checkout.directory / root) for root in (checkout.roots or ("",))]
    theirs = [_moved(path, checkout) for path in given.get("PYTHONPATH", "").split(os.pathsep) if path]
    beside = str(Path(sys.executable).parent)
    search = given.get("PATH", os.defpath)
    own_first = sys.prefix != sys.base_prefix and not given.get("VIRTUAL_ENV")
    return kept | {
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(ours + theirs)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AUDITOR_TRACKING": "off",
        "PATH": os.pathsep.join((beside, search) if own_first else (search, beside)),
    }


def _moved(path: str, checkout: Checkout) -> str:
    """Return a search path of the user's tree as the one in the tree that is checked."""
    absolute = checkout.original / path
    if absolute.is_relative_to(checkout.original):
        return str(checkout.directory / absolute.relative_to(checkout.original))
    return path


def _run(
    label: str, words: Sequence[str], checkout: Checkout, timeout: timedelta, environment: Mapping[str, str]
) -> Verification:
    started = time.monotonic()
    try:
        child = subprocess.Popen(
            list(words), cwd=checkout.directory, env=_environment(checkout, environment), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        raise ConfigError(f"{label!r} cannot be started: {error}; check plan.test_command and plan.python") from error
    assert child.stdout is not None  # PIPE was asked for
    reader = _TailReader(child.stdout)
    ended = ""
    try:
        child.wait(timeout.total_seconds())
    except subprocess.TimeoutExpired:
        ended = f"stopped after {timeout.total_seconds():.0f} s (plan.timeout)"
    finally:
        _kill_group(child)
    lines = reader.lines()
    passed = child.returncode == 0 and not ended
    tail = "\n".join([*lines[-_TAIL_LINES:], *([ended] if ended else [])])
    failed = () if passed else failed_tests("\n".join(lines))
    return Verification(passed, label, round(time.monotonic() - started, 2), tail, failed)


def _kill_group(child: "subprocess.Popen[bytes]") -> None:
    """Kill whatever of the command is left, servers it started included."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


class _TailReader:
    """Reads a pipe to its end in a thread and keeps the last bytes."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._kept = bytearray()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def lines(self) -> list[str]:
        """Return what was kept, once the pipe is closed or two seconds have passed, without control characters."""
        self._thread.join(2)
        if not self._thread.is_alive():
            self._pipe.close()
        lines = _COLOUR.sub("", bytes(self._kept).decode("utf-8", "replace")).splitlines()
        return ["".join(c for c in line if c.isprintable() or c == "\t") for line in lines]

    def _read(self) -> None:
        descriptor = self._pipe.fileno()
        while chunk := os.read(descriptor, 65_536):
            self._kept += chunk
            del self._kept[:-_TAIL_BYTES]
