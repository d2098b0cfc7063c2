"""The test command of a trial: fails where a test that was green is red, or is gone although its code is there.

In: the directory of the trial, the edited tree (the working directory). Out: exit code 0 or 1, the reason on stdout,
and what was seen in `judged.json`. A suspect is run again, here and on the untouched tree, before it counts.
"""

import ast
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from measuring.applications import APPLICATIONS
from measuring.fetching import MeasuringError
from measuring.testing import Outcomes, run_plain

BASELINE = "baseline.json"
JUDGED = "judged.json"
SEARCH_PATH = "AUDITOR_TRIAL_PATH"


class Baseline(NamedTuple):
    """What a batch is judged by: the application's name, its python, its repository, the tests that were green."""

    application: str
    python: str
    tree: str
    green: tuple[str, ...]


def judge(home: Path, tree: Path) -> int:
    """Return 0 where every test that was green is green, or went with its code; say what else is the matter."""
    known = json.loads((home / BASELINE).read_text("utf-8"))
    baseline = Baseline(**known)
    try:
        broken, gone = _judged(baseline, home, tree)
    except MeasuringError as error:
        broken, gone = {"every test": str(error)}, []
    (home / JUDGED).write_text(json.dumps({"broken": broken, "gone": gone}, indent=1), "utf-8")
    for test, said in broken.items():
        print(f"{test}: {said}")
    print(f"{len(baseline.green) - len(broken) - len(gone)} green, {len(broken)} broken, {len(gone)} gone")
    return 1 if broken else 0


def _judged(baseline: Baseline, home: Path, tree: Path) -> tuple[dict[str, str], list[str]]:
    """Return broken tests with what they said, and tests that went with their code."""
    path = os.environ.get(SEARCH_PATH, "")
    after = tests_of(baseline, tree, home / "after", path)
    missing = [test for test in baseline.green if test not in after.green]
    gone = [test for test in missing if test not in after.red and not stands(test, tree)]
    suspects = [test for test in missing if test not in gone]
    if not suspects:
        return {}, gone
    again = tests_of(baseline, tree, home / "again", path)
    suspects = [test for test in suspects if test not in again.green]
    if not suspects:
        return {}, gone
    before = path.replace(str(tree), baseline.tree)
    untouched = tests_of(baseline, Path(baseline.tree), home / "untouched", before)
    return {test: _said(test, after) for test in suspects if test in untouched.green}, gone


def tests_of(baseline: Baseline, tree: Path, scratch: Path, search_path: str) -> Outcomes:
    """Run all tests of a tree, with the modules on `search_path` found first."""
    application = next(one for one in APPLICATIONS if one.name == baseline.application)
    return run_plain(application, Path(baseline.python), tree, scratch, search_path=search_path)


def _said(test: str, after: Outcomes) -> str:
    said = after.red.get(test) or next(iter(after.red.values()), "it was not collected")
    lines = [line for line in said.splitlines() if "Error" in line] or said.splitlines() or ["it said nothing"]
    return lines[-1].strip()[:300]


def stands(test: str, directory: Path) -> bool:
    """Return whether the source of a test, named `file::classname::name[case]`, is still there."""
    file, classname, name = test.split("::", 2)
    path = directory / file
    if not path.is_file():
        return False
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return True
    module = file.removesuffix(".py").replace("/", ".")
    inside = [part for part in classname.removeprefix(module).split(".") if part]
    return _defines(tree.body, [*inside, name.partition("[")[0]])


def _defines(body: Iterable[ast.stmt], names: list[str]) -> bool:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == names[0]:
            # A class may inherit the test: as long as it stands, the test should.
            if len(names) == 1 or (isinstance(node, ast.ClassDef) and (node.bases or _defines(node.body, names[1:]))):
                return True
        elif isinstance(node, ast.If | ast.Try | ast.With) and _defines(node.body, names):
            return True
    return False
