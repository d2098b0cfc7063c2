"""What each tool calls unused, as raw claims: path, line, name, kind.

In: a tree, a tool's name. Out: `Claims`. Every tool reads the whole tree, tests included, with its own defaults; only
the output's form is set. Parsing is apart from running, so that it can be tested on text.
"""

import json
import os
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from measuring.fetching import HERE, PYTHON, MeasuringError, attempt, peer

TOOLS = ("auditor", "vulture60", "vulture100", "deadcode", "skylos")
TIMEOUT = 900.0
VULTURE = re.compile(
    r"^(?P<path>.+?):(?P<line>\d+): (?:unused (?P<kind>\w+) '(?P<name>[^']+)'|(?P<unreachable>unreachable code).*?)"
    r" \((?P<confidence>\d+)% confidence"
)
DEADCODE = re.compile(r"^(?P<path>.+?):(?P<line>\d+):\d+: DC\d+ (?P<kind>\w+) `(?P<name>[^`]+)` is never used")
SKYLOS = {
    "unused_functions": "function", "unused_classes": "class", "unused_imports": "import",
    "unused_variables": "variable", "unused_parameters": "parameter", "unused_files": "file",
}  # fmt: skip


class Claim(NamedTuple):
    """A tool says that this is unused; `kind` in its own words, lower case. `name` has no dots."""

    path: str
    line: int
    kind: str
    name: str


class Claims(NamedTuple):
    """All claims of a tool on a tree. `problem` says why there are none, empty where the tool ran."""

    claims: tuple[Claim, ...]
    seconds: float
    problem: str = ""


def claims(tool: str, tree: Path, cache: Path) -> Claims:
    """Run a tool on a tree and return its claims; of auditor those with status `unreached`."""
    start = time.perf_counter()
    try:
        found = _RUN[tool.rstrip("0123456789")](tool, tree, cache)
    except MeasuringError as error:
        problem = "timed out" if "timed out" in str(error) else f"failed: {error}"
        return Claims((), time.perf_counter() - start, problem)
    return Claims(tuple(found), time.perf_counter() - start)


def scan(tree: Path) -> dict:
    """Return auditor's whole answer for a tree."""
    environment = {**os.environ, "PYTHONPATH": str(HERE), "PYTHONSAFEPATH": "1"}
    command = [PYTHON, "-m", "auditor", "scan", "--no-cache", "--format", "json"]
    done = attempt(command, cwd=tree, env=environment, timeout=TIMEOUT)
    if done.returncode:
        raise MeasuringError(
            f"auditor exited {done.returncode}: {(done.stderr.strip().splitlines() or ['nothing'])[-1]}"
        )
    return json.loads(done.stdout)


def _auditor(tool: str, tree: Path, cache: Path) -> Iterable[Claim]:
    return parse_auditor(scan(tree))


def parse_auditor(answer: dict) -> list[Claim]:
    """Return the strong claims of a scan."""
    return [
        Claim(one["path"], one["line"], one["kind"], one["id"].partition(":")[2].rpartition(".")[2])
        for one in answer["findings"]
        if one["status"] == "unreached"
    ]


def _vulture(tool: str, tree: Path, cache: Path) -> Iterable[Claim]:
    command = [peer("vulture", cache), ".", "--min-confidence", tool.removeprefix("vulture")]
    done = attempt(command, cwd=tree, timeout=TIMEOUT)
    if done.returncode not in (0, 1, 3):  # 1: it could not parse some file, 3: it found something
        raise MeasuringError(f"vulture exited {done.returncode}")
    return parse_lines(done.stdout, VULTURE)


def _deadcode(tool: str, tree: Path, cache: Path) -> Iterable[Claim]:
    done = attempt([peer("deadcode", cache), ".", "--no-color"], cwd=tree, timeout=TIMEOUT)
    if done.returncode:
        raise MeasuringError(
            f"deadcode exited {done.returncode}: {(done.stderr.strip().splitlines() or ['nothing'])[-1]}"
        )
    return parse_lines(done.stdout, DEADCODE)


def parse_lines(text: str, form: re.Pattern[str]) -> list[Claim]:
    """Return the claims of vulture's or deadcode's output."""
    found = []
    for line in text.splitlines():
        match = form.match(line.strip())
        if match:
            parts = match.groupdict()
            kind, name = (parts["kind"] or "unreachable").lower(), (parts["name"] or "").rpartition(".")[2]
            found.append(Claim(parts["path"].removeprefix("./"), int(parts["line"]), kind, name))
    return found


def _skylos(tool: str, tree: Path, cache: Path) -> Iterable[Claim]:
    program = peer("skylos", cache)
    done = attempt([program, ".", "--json"], cwd=tree, timeout=TIMEOUT, env={**os.environ, "DO_NOT_TRACK": "1"})
    start = done.stdout.find("{")
    try:
        answer = json.loads(done.stdout[start:]) if start >= 0 else None
    except json.JSONDecodeError:
        answer = None
    if answer is None:
        raise MeasuringError(
            f"skylos exited {done.returncode}: {(done.stderr.strip().splitlines() or ['nothing'])[-1]}"
        )
    return parse_skylos(answer, tree)


def parse_skylos(answer: dict, tree: Path) -> list[Claim]:
    """Return the claims of skylos' JSON; its paths are absolute."""
    found = []
    for section, kind in SKYLOS.items():
        for one in answer.get(section) or ():
            path = Path(one["file"])
            inside = path.resolve().relative_to(tree.resolve()) if path.is_absolute() else path
            name = str(one.get("simple_name") or one.get("name") or "").rpartition(".")[2]
            found.append(Claim(inside.as_posix(), int(one.get("line") or 0), kind, name))
    return found


_RUN = {"auditor": _auditor, "vulture": _vulture, "deadcode": _deadcode, "skylos": _skylos}
