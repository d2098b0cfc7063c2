"""A patch line by line, each with what it is: as a page colours it.

In: the contents of files before and after. Out: patches; kinds and lines, bounded, and how many were left out.
"""

import difflib
from collections.abc import Iterator

import msgspec

from auditor.report.wording import count, printable

MAX_LINES = 400
"""Lines of one patch on a page; `auditor apply N --dry-run` prints all."""


class DiffLine(msgspec.Struct, frozen=True):
    """One line; `kind` is `file`, `place`, `del`, `ins` or empty for a line that stays."""

    kind: str
    text: str


class DiffLines(msgspec.Struct, frozen=True):
    """A patch as it is shown. `removed` and `added` count all of its lines, `left_out` those that are not shown."""

    lines: tuple[DiffLine, ...]
    removed: str
    added: str
    left_out: int


def of(patch: str) -> DiffLines:
    """Return the lines of a patch."""
    every = list(_lines(patch))
    removed, added = (sum(line.kind == kind for line in every) for kind in ("del", "ins"))
    return DiffLines(
        tuple(every[:MAX_LINES]), count(removed, "line"), count(added, "line"), max(0, len(every) - MAX_LINES)
    )


def patch(path: str, before: str, after: str) -> str:
    """Return what changes in a file, as `of` reads it: its path, then the places with three lines around each."""
    changed = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="")
    return "\n".join([f"diff {printable(path)}", *list(changed)[2:]]) + "\n"


def _lines(patch: str) -> Iterator[DiffLine]:
    for line in patch.expandtabs(4).rstrip("\n").split("\n") if patch else ():
        if line.startswith("diff "):
            yield DiffLine("file", line.removeprefix("diff "))
        else:
            yield DiffLine({"-": "del", "+": "ins", "@": "place"}.get(line[:1], ""), line)
