"""Tests of an application, with or without coverage.

In: its environment, its tree, arguments. Out: each test's outcome, and the lines that were executed. The application's
processes get a home directory of their own; a run that takes too long is stopped and is an error.
"""

import json
import os
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from measuring.applications import Application
from measuring.fetching import MeasuringError, attempt, run

TIMEOUT = 1500.0
SETTINGS = """[run]
branch = False
parallel = True
data_file = {data}
patch = subprocess
sigterm = True
concurrency = {concurrency}
source =
{sources}
"""


class Outcomes(NamedTuple):
    """Tests by name. `green` passed; `red` maps those that failed, or could not be set up, to what was said."""

    green: frozenset[str]
    red: Mapping[str, str]
    skipped: int


def run_covered(
    application: Application, python: Path, tree: Path, scratch: Path
) -> tuple[Outcomes, dict[str, frozenset[int]]]:
    """Run all tests under line coverage, subprocesses included; return outcomes and executed lines by path."""
    scratch.mkdir(parents=True, exist_ok=True)
    for old in scratch.glob("coverage.data*"):
        old.unlink()
    settings = scratch / "coverage.ini"
    data = scratch / "coverage.data"
    greenlet = any((python.parent.parent / "lib").glob("python*/site-packages/greenlet"))
    sources = "\n".join(f"    {tree / one}" for one in application.production)
    text = SETTINGS.format(data=data, sources=sources, concurrency="thread,greenlet" if greenlet else "thread")
    settings.write_text(text, "utf-8")
    command = [python, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest"]
    outcomes = _run(application, command, application.tests, tree, scratch)
    run([python, "-m", "coverage", "combine", f"--rcfile={settings}", "--quiet"], cwd=tree)
    report = scratch / "coverage.json"
    attempt(
        [python, "-m", "coverage", "json", f"--rcfile={settings}", "-i", "--quiet", "-o", report], cwd=tree, timeout=600
    )
    return outcomes, executed_lines(report.read_text("utf-8"), tree)


def run_plain(
    application: Application,
    python: Path,
    tree: Path,
    scratch: Path,
    tests: Sequence[str] = (),
    *,
    search_path: str = "",
) -> Outcomes:
    """Run all tests, or those given (arguments of pytest), without coverage; modules on `search_path` come first."""
    scratch.mkdir(parents=True, exist_ok=True)
    wanted = tuple(tests) or application.tests
    return _run(application, [python, "-m", "pytest"], wanted, tree, scratch, search_path)


def _run(
    application: Application,
    command: Sequence[str | Path],
    tests: Sequence[str],
    tree: Path,
    scratch: Path,
    search_path: str = "",
) -> Outcomes:
    report, home = scratch / "outcomes.xml", scratch / "home"
    report.unlink(missing_ok=True)
    home.mkdir(exist_ok=True)
    inherited = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COVERAGE", "PYTEST", "VIRTUAL_ENV"))
    }
    path = f"{command[0] if isinstance(command[0], str) else command[0].parent}:{os.environ.get('PATH', '')}"
    wanted = {name: value.format(tree=tree) for name, value in application.environment.items()}
    environment = {**inherited, "HOME": str(home), "PATH": path, "LC_ALL": "C.UTF-8", **wanted}
    if search_path:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (search_path, wanted.get("PYTHONPATH", ""))))
    # Not as arguments: some applications read the command line of the process that tests them.
    environment["PYTEST_ADDOPTS"] = f"-q -p no:cacheprovider -o addopts= -o junit_family=xunit1 --junit-xml={report}"
    done = attempt([*command, *tests], cwd=tree / application.below, env=environment, timeout=TIMEOUT)
    (scratch / "output.txt").write_text(done.stdout + done.stderr, "utf-8")
    if not report.is_file():
        last = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()][-1:]
        raise MeasuringError(f"{application.name}: the tests did not run: {''.join(last)[:300]}")
    return parse_outcomes(report.read_text("utf-8", "replace"))


def parse_outcomes(xml: str) -> Outcomes:
    """Return what a JUnit report says; a test reported twice is red when one of its reports is."""
    green: set[str] = set()
    red: dict[str, str] = {}
    skipped = 0
    for case in ElementTree.fromstring(xml).iter("testcase"):
        name = f"{case.get('file') or case.get('classname', '')}::{case.get('classname', '')}::{case.get('name', '')}"
        problem = next((one for one in case if one.tag in ("failure", "error")), None)
        if problem is not None:
            red[name] = f"{problem.get('message', '')}\n{problem.text or ''}"
        elif any(one.tag == "skipped" for one in case):
            skipped += 1
        else:
            green.add(name)
    return Outcomes(frozenset(green - red.keys()), red, skipped)


def executed_lines(report: str, tree: Path) -> dict[str, frozenset[int]]:
    """Return the executed lines (1-based) by path relative to the tree, from coverage's JSON report."""
    lines: dict[str, frozenset[int]] = {}
    for name, file in json.loads(report)["files"].items():
        path = (tree / name).resolve()
        if path.is_relative_to(tree.resolve()):
            lines[path.relative_to(tree.resolve()).as_posix()] = frozenset(file["executed_lines"])
    return lines
