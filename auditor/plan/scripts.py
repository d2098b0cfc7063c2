"""Files and exports of JavaScript and TypeScript as pieces beside those of Python.

In: findings, who imports whom, the pieces of Python. Out: `Pieces` with both. All exports of one file are one piece,
because `knip --fix` takes them out together. Never looks into a file.
"""

from collections.abc import Collection, Iterable, Sequence

from auditor.model.code import DefinitionId
from auditor.model.verdict import Finding, Verdict
from auditor.plan.steps import Piece, Pieces

KINDS = ("file", "export")
"""Kinds of definitions that are not of Python."""


def of_scripts(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings of JavaScript and TypeScript."""
    return tuple(finding for finding in findings if finding.definition.kind in KINDS)


def with_scripts(
    found: Pieces,
    findings: Sequence[Finding],
    imports: Iterable[tuple[str, str]],
    barred: Collection[DefinitionId],
) -> Pieces:
    """Return the pieces with those of scripts at their end; an importer goes no later than what it imports.

    Args:
        found: The pieces of Python.
        findings: Of scripts.
        imports: (who imports, what) as paths.
        barred: Ids that were found impossible to plan.
    """
    going = [
        one for one in findings if one.plannable and one.verdict is Verdict.DEAD and one.definition.id not in barred
    ]
    made = sorted((*_files(going), *_exports(going)), key=lambda piece: piece.path)
    first = len(found.pieces)
    place = {piece.path: first + n for n, piece in enumerate(made)}
    refers = {
        (place[source], place[target])
        for source, target in imports
        if source in place and target in place and source != target
    }
    return found.followed_by(made, refers)


def _files(going: Iterable[Finding]) -> Iterable[Piece]:
    for one in (finding.definition for finding in going):
        if one.kind == "file":
            yield Piece("file", one.path, (one.id,), (one.id,), 0, one.end_line)


def _exports(going: Iterable[Finding]) -> Iterable[Piece]:
    by_path: dict[str, list[DefinitionId]] = {}
    lines: dict[str, int] = {}
    for one in (finding.definition for finding in going):
        if one.kind == "export":
            by_path.setdefault(one.path, []).append(one.id)
            lines.setdefault(one.path, one.line)
    for path, ids in by_path.items():
        names = tuple(sorted(ids))
        yield Piece("definition", path, names, names, lines[path], 0)
