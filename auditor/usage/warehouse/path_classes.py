"""The route table -> when two concrete paths are certain to match the same route, so that a warehouse may join them.

In: usage keys. Out: for each segment of a path what tells routes apart there. Never matches a path itself: that is
`usage.routes.RouteTable`'s to do, on one path of each class.

A route looks at a segment in few ways: is it one of the literals that a template has in that place, is it empty, does
it match a converter. Two paths whose segments agree in all of these match alike, however many ids they hold. What
cannot be told so easily (a template that goes on behind a `{path:path}`) makes the paths below it classes of their own.
"""

import re
import string
from collections.abc import Sequence

import msgspec

from auditor.usage.routes import segment_pattern, template_segments

_ANYTHING = "[^/]+"
_TAIL = ".*"
_HEX = "[0-9A-Fa-f]"
_OF_CONVERTERS = frozenset(string.ascii_letters + string.digits + "-_.")
"""Characters that a converter's expression tells from others."""
_STAND_IN = " "
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MISREAD = re.compile(r"\\[\\^\[\]]")
"""Escaped characters that have no other spelling, and backslashes in literals are written differently everywhere."""


class Level(msgspec.Struct, frozen=True):
    """What tells routes apart in one segment.

    Attributes:
        literals: What templates have there, sorted; never empty text.
        patterns: Regular expressions of its converters, sorted, each to match a whole segment. They hold
            no backslash, no lookaround and no group that captures nothing: every dialect knows them.
    """

    literals: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


class PathClasses(msgspec.Struct, frozen=True):
    """When paths (no query, percent escapes as they are) are certain to match alike.

    Attributes:
        levels: One for each segment of the longest template, and one more, of which only matters whether it is empty.
            Of segments further behind only matters that there are any.
        apart: Beginnings below which every path is a class of its own; None stands for any segment.
        harmless: Regular expression of percent escapes of characters that no template has: all of them match alike,
            so each may become a space. Empty for none. A path with any other escape is a class of its own.
    """

    levels: tuple[Level, ...]
    apart: tuple[tuple[str | None, ...], ...] = ()
    harmless: str = ""


def path_classes(keys: Sequence[str]) -> PathClasses:
    """Return the classes of the paths of these usage keys."""
    literals: dict[int, set[str]] = {}
    patterns: dict[int, set[str]] = {}
    apart: set[tuple[str | None, ...]] = set()
    depth, characters = 0, set(_OF_CONVERTERS)
    for key in keys:
        _, _, template = key.partition(" ")
        if not template.startswith("/"):
            continue
        characters.update(template)
        seen: list[str | None] = []
        segments = template_segments(template)
        for position, segment in enumerate(segments):
            depth = max(depth, position + 1)
            pattern = segment_pattern(segment)
            if pattern is None:
                literals.setdefault(position, set()).update({segment} - {""})
                seen.append(segment)
                continue
            if pattern == _TAIL and position == len(segments) - 1:
                break
            told = _everywhere(pattern)
            if _TAIL in pattern or told is None:
                apart.add(tuple(seen))
                break
            if pattern != _ANYTHING:
                patterns.setdefault(position, set()).add(told)
            seen.append(None)
    levels = tuple(
        Level(tuple(sorted(literals.get(place, ()))), tuple(sorted(patterns.get(place, ()))))
        for place in range(depth + 1)
    )
    return PathClasses(levels, tuple(sorted(apart, key=repr)), _harmless(characters))


def _everywhere(pattern: str) -> str | None:
    """Return a pattern as every dialect knows it; None where they may differ."""
    if _MISREAD.search(pattern):
        return None
    return _ESCAPED.sub(r"[\1]", pattern).replace("(?:", "(")


def _harmless(characters: set[str]) -> str:
    """Return the expression of escapes whose character no template tells from a space."""
    if _STAND_IN in characters:
        return ""
    codes = [code for code in range(128) if chr(code) not in characters | {"/", "%"}]
    escapes = [
        f"{high:X}[{''.join(_digit(code & 15) for code in codes if code >> 4 == high)}]"
        for high in sorted({code >> 4 for code in codes})
    ]
    if all(character.isascii() for character in characters):
        escapes.append(f"[89A-Fa-f]{_HEX}")
    return f"%({'|'.join(escapes)})"


def _digit(value: int) -> str:
    return str(value) if value < 10 else f"{value:X}{value:x}"
