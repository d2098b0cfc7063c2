"""Sample projects whose lines say what is expected; every line that says nothing is expected to be alive.

`# expect: unreached` (or `test_only`, `local`) stands on a definition's line, `# expect-module: unreached`
on a module's first.
What lies inside an expected definition needs no mark of its own.
"""

import re
from pathlib import Path

import pytest

from auditor.model.report import ScanFinding
from tests.analysis.composing import scan

PROJECTS = Path(__file__).parent.parent / "projects"
_MARK = re.compile(r"#.*\bexpect(-module)?: (unreached|test_only|local)")
Claim = tuple[str, int, str]


def expected(root: Path) -> set[Claim]:
    """Return (path, line, status) of every mark; a module's line is 0."""
    claims: set[Claim] = set()
    for path in sorted(root.rglob("*.py")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for match in _MARK.finditer(line):
                claims.add((path.relative_to(root).as_posix(), 0 if match[1] else number, match[2]))
    return claims


def claimed(root: Path, finding: ScanFinding) -> Claim:
    """Return a finding as a claim: at the line of `def` or `class`, below its decorators."""
    if finding.kind == "module":
        return finding.path, 0, finding.status
    lines = (root / finding.path).read_text().splitlines()
    line = finding.line
    while lines[line - 1].lstrip().startswith("@"):
        line += 1
    return finding.path, line, finding.status


@pytest.mark.parametrize("name", sorted(one.name for one in PROJECTS.iterdir() if one.is_dir()))
def test_exactly_the_marked_lines_are_found(name: str) -> None:
    root = PROJECTS / name
    findings = scan(root)
    marks = expected(root)
    outermost = {claimed(root, one) for one in findings if one.inside is None and one.kind != "argument"}
    every = {claimed(root, one) for one in findings}
    assert outermost - marks == set(), "found, but not marked"
    assert marks - every == set(), "marked, but not found"
