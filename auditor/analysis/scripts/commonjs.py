"""The text of a script -> what it exports by `module.exports` and `exports.name`.

In: a file's text, comments blanked. Out: names with positions, and whether there may be others. By text alone: what is
no plain object, or is assigned by computed names, may hold anything. Never runs anything.
"""

from __future__ import annotations

import re
from itertools import pairwise

_NAME = r"[\w$]+"
_ASSIGNED = re.compile(
    rf"""(?<![\w.])(?:module\.)?exports(?:\.(?P<name>{_NAME})\s*=(?![=>])|\s*(?P<computed>\[))
    |\bmodule\.exports\s*=\s*(?P<object>\{{)
    |\bmodule\.exports\b(?!\.{_NAME})(?P<other>)
    |\bdefineProperty\(\s*(?:module\.)?exports\b(?P<defined>)
    |\bexport\s*=(?P<typed>)""",
    re.X,
)
_TOKEN = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|(?P<open>[{(\[])|(?P<close>[})\]])|,""",
    re.S,
)
_KEY = re.compile(
    rf"""\s*(?:(?:async|get|set)\s+(?={_NAME}|\*|['"])|\*\s*)*(?:(?P<bare>{_NAME})|(['"])(?P<text>{_NAME})\2)\s*(?=[:(]|$)"""
)
_REGEX = re.compile(r"[(,=:\[!&|?]\s*/")
"""An expression of which the braces and quotes say nothing."""


def exported_names(code: str) -> tuple[dict[str, int], bool]:
    """Return what a file's text exports, positions by name, and whether it may export more than can be read."""
    names: dict[str, int] = {}
    is_open = False
    for found in _ASSIGNED.finditer(code):
        if found["name"]:
            names.setdefault(found["name"], found.start())
        elif found["object"] and not is_open:  # one look at what never ends is enough
            keys = _keys(code, found.end())
            is_open = keys is None
            names |= keys or {}
        else:
            is_open = True
    return names, is_open


def _keys(code: str, start: int) -> dict[str, int] | None:
    """Return the keys of an object of which the first brace ends at `start`; None where they cannot all be read."""
    depth, at, parts = 1, start, list[int]()
    for found in _TOKEN.finditer(code, start):
        depth += bool(found["open"]) - bool(found["close"])
        if depth == 0 or (depth == 1 and found[0] == ","):
            parts.append(at)
            at = found.end()
        if depth == 0:
            if _REGEX.search(code, start, at) or re.compile(r"\s*[.\[(]").match(code, at):
                return None
            return _named(code, [*parts, at])
    return None


def _named(code: str, parts: list[int]) -> dict[str, int] | None:
    keys: dict[str, int] = {}
    for start, end in pairwise(parts):
        part = code[start : end - 1]
        found = _KEY.match(part)
        if found is not None:
            keys[found["bare"] or found["text"]] = start + len(part) - len(part.lstrip())
        elif part.strip():
            return None
    return keys
