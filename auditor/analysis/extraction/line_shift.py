"""Whether an edit of one file changed anything that facts say, but for the lines on which it stands.

In: the facts of a file before and after an edit. Out: which line became which, or None where the edit changed more:
then everything has to be joined anew. Never guesses: what is not certainly the same is not the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from auditor.model.code import Definition, ModuleFacts

_LINES = frozenset({"line", "end_line", "at", "lines"})
"""Struct fields that hold lines; bare integers inside tuples are lines too."""
_FAR = 4
"""So many lines apart, and one more a decorator, no two lines are taken for those of one thing."""


class _Different(Exception):  # noqa: N818 -- an answer, not an error
    """The facts say something else."""


def shifted_lines(old: ModuleFacts, new: ModuleFacts) -> dict[int, int] | None:
    """Return the new line of every line that the old facts name; None where the facts differ in anything else.

    Lines keep their order, and lines that were apart stay apart. Where comments silence findings, lines must not
    change at all: what a comment is about depends on which lines are neighbours.
    """
    lines: dict[int, int] = {0: 0}
    try:
        _compare(old, new, lines)
    except _Different:
        return None
    ordered = [lines[line] for line in sorted(lines)]
    if any(later <= earlier for earlier, later in pairwise(ordered)):
        return None
    moved = any(before != after for before, after in lines.items())
    return lines if not moved or _keeps_neighbours(old, lines) else None


def _keeps_neighbours(facts: ModuleFacts, lines: Mapping[int, int]) -> bool:
    """Return whether lines that are looked at together are as far apart as they were.

    A comment silences what stands next to it; vulture's line of a definition may be that of one of its decorators.
    """
    if facts.comments or facts.keeps:
        return False
    if not facts.vulture:
        return True
    places: dict[str, set[int]] = {}
    far: dict[str, int] = {}
    for name, line, decorators in _named_lines(facts):
        places.setdefault(name, set()).add(line)
        far[name] = max(far.get(name, 0), _FAR + decorators)
    return all(
        min(later - earlier, far[name]) == min(lines[later] - lines[earlier], far[name])
        for name, found in places.items()
        for earlier, later in pairwise(sorted(found))
    )


def _named_lines(facts: ModuleFacts) -> Iterator[tuple[str, int, int]]:
    """Yield name, line and number of decorators of what vulture and we find or define."""
    for item in facts.vulture:
        yield item.name, item.line, 0
    for local in facts.local_findings:
        yield local.name, local.line, 0
    for definition in facts.definitions:
        yield definition.name, definition.line, len(definition.decorators)


def _compare(old: object, new: object, lines: dict[int, int], *, is_line: bool = False) -> None:
    if old.__class__ is not new.__class__:
        raise _Different
    if isinstance(old, msgspec.Struct):
        for name in old.__struct_fields__:
            if name != "body_hash" or not isinstance(old, Definition):
                _compare(getattr(old, name), getattr(new, name), lines, is_line=name in _LINES)
    elif isinstance(old, tuple | list) and isinstance(new, tuple | list):
        _compare_all(old, new, lines, is_line=True)
    elif isinstance(old, dict) and isinstance(new, dict):
        if list(old) != list(new):
            raise _Different
        _compare_all(list(old.values()), list(new.values()), lines)
    elif is_line and isinstance(old, int) and isinstance(new, int) and not isinstance(old, bool):
        if lines.setdefault(old, new) != new:
            raise _Different
    elif old != new:
        raise _Different


def _compare_all(old: Sequence[object], new: Sequence[object], lines: dict[int, int], *, is_line: bool = False) -> None:
    if len(old) != len(new):
        raise _Different
    for one, other in zip(old, new, strict=True):
        _compare(one, other, lines, is_line=is_line)
