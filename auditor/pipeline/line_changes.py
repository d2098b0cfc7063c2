"""A whole scan's result after edits that only moved lines.

In: a result, and for each edited file which line became which. Out: the result that a scan from nothing would give, or
None where a line is named that is not among them, or is named in the words of a sentence. Never looks into a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from auditor.model.code import Problem
from auditor.model.report import HeldCandidate, ScanFinding, ScanResult, SuppressedFinding
from auditor.model.verdict import Evidence

Shifts = dict[str, Mapping[int, int]]
Placed = TypeVar("Placed", Evidence, HeldCandidate, Problem)
"""What stands on one line of a file."""


class _Unknown(Exception):  # noqa: N818 -- an answer, not an error
    """A line of which nothing is known."""


def with_lines(result: ScanResult, shifts: Shifts) -> ScanResult | None:
    """Return `result` with the lines of the files in `shifts` moved; None where that cannot be told."""
    moved = {path: lines for path, lines in shifts.items() if any(old != new for old, new in lines.items())}
    if not moved:
        return result
    if any(f"{path}:" in sentence for sentence in _sentences(result) for path in moved):
        return None
    if any(path in moved for island in result.islands for path in island.paths):
        return None
    try:
        return _moved(result, moved)
    except _Unknown:
        return None


def _moved(result: ScanResult, moved: Shifts) -> ScanResult:
    return msgspec.structs.replace(
        result,
        lines=result.lines + sum(max(lines.values()) - max(lines) for lines in moved.values()),
        findings=tuple(_finding(one, moved) for one in result.findings),
        problems=tuple(_placed(one, moved) for one in result.problems),
        held_back=tuple(_placed(one, moved) for one in result.held_back),
        suppressions=tuple(_suppression(one, moved) for one in result.suppressions),
    )


def _sentences(result: ScanResult) -> Iterable[str]:
    """Yield every text in which a place may be named by path and line."""
    for finding in result.findings:
        yield from (one.detail for one in finding.evidence)
    yield from (one.message for one in result.problems)
    yield from (one.detail for one in result.islands)
    yield from (one.detail for one in result.held_back)
    yield from (one.reason for one in result.suppressions)
    yield from result.opinions


def _line(path: str, line: int, moved: Shifts) -> int:
    if path not in moved:
        return line
    if line not in moved[path]:
        raise _Unknown
    return moved[path][line]


def _finding(one: ScanFinding, moved: Shifts) -> ScanFinding:
    if one.path not in moved and all(said.path not in moved for said in one.evidence):
        return one
    line, end = _line(one.path, one.line, moved), _line(one.path, one.end_line, moved)
    return msgspec.structs.replace(
        one,
        line=line,
        end_line=end,
        lines=end - line + 1,
        evidence=tuple(_placed(said, moved) for said in one.evidence),
    )


def _placed(one: Placed, moved: Shifts) -> Placed:
    return msgspec.structs.replace(one, line=_line(one.path, one.line, moved))


def _suppression(one: SuppressedFinding, moved: Shifts) -> SuppressedFinding:
    line, at = _line(one.path, one.line, moved), _line(one.where, one.at, moved)
    return msgspec.structs.replace(one, line=line, at=at)
