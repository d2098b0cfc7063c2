"""Findings as short rows, file by file; what most of them say is said once, above them.

In: findings with their anchors, in any order. Out: frozen values. Leaves no finding out; a row that differs from what
is usual says everything itself.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TypeVar

import msgspec

from auditor.model.plan import PlanFinding
from auditor.model.report import ScanFinding
from auditor.model.verdict import Evidence
from auditor.report import wording

_AGREES = "second_opinion"
"""Kind of evidence that a row tells by the other tool's name alone."""

Found = PlanFinding | ScanFinding
_One = TypeVar("_One", bound=Found)
Sentence = tuple[str, str]
"""The side that a piece of evidence is on, and what it says."""


class Shared(msgspec.Struct, frozen=True):
    """What several findings say word for word: all of them (`common`), and most of them besides (`usual`)."""

    common: tuple[Sentence, ...] = ()
    usual: tuple[Sentence, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """One finding. `said` is its evidence apart from what is shared; `within`: a row above it contains it."""

    finding: Found
    anchor: str
    said: tuple[Evidence, ...]
    within: bool


class FileRows(msgspec.Struct, frozen=True):
    """The rows of one file, in order of line."""

    path: str
    rows: tuple[Row, ...]


class Listing(msgspec.Struct, frozen=True):
    """Rows by file, with what they share."""

    shared: Shared
    files: tuple[FileRows, ...]


def listing(found: Iterable[tuple[str, Found]]) -> Listing:
    """Arrange findings, each with its anchor."""
    anchored = list(found)
    shared = shared_by([finding for _, finding in anchored])
    return Listing(shared, by_file(anchored, lambda _: shared))


def by_file(found: Iterable[tuple[str, _One]], shared: Callable[[_One], Shared]) -> tuple[FileRows, ...]:
    """Return rows by file; `shared` returns what the findings like a given one share."""
    anchored = sorted(found, key=lambda one: (one[1].path, one[1].line, -one[1].end_line, one[1].id))
    ids = {finding.id for _, finding in anchored}
    rows = [Row(f, anchor, _said(f, shared(f)), f.inside is not None and f.inside in ids) for anchor, f in anchored]
    return tuple(FileRows(path, tuple(group)) for path, group in groupby(rows, key=lambda row: row.finding.path))


def shared_by(findings: Sequence[Found]) -> Shared:
    """Return what findings share; nothing of a single one."""
    if len(findings) < 2:
        return Shared()
    told = [[_sentence(one, finding) for one in _own(finding)] for finding in findings]
    common = tuple(s for s in told[0] if s is not None and all(s in others for others in told))
    rest = Counter(tuple(s for s in sentences if s not in common) for sentences in told)
    most, times = next((pair for pair in rest.most_common() if None not in pair[0]), ((), 0))
    return Shared(common, tuple(s for s in most if s is not None) if times > 1 else ())


def _said(finding: Found, shared: Shared) -> tuple[Evidence, ...]:
    rest = [(s, one) for one in _own(finding) if (s := _sentence(one, finding)) is None or s not in shared.common]
    return () if tuple(s for s, _ in rest) == shared.usual else tuple(one for _, one in rest)


def _sentence(one: Evidence, finding: Found) -> Sentence | None:
    """Return what a piece of evidence says; None where it is of a place that the finding's own row does not tell."""
    return None if wording.elsewhere(one, finding.path, finding.line) else (one.supports, one.detail)


def _own(finding: Found) -> list[Evidence]:
    return [one for one in finding.evidence if one.kind != _AGREES]
