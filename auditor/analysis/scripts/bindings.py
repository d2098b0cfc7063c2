"""The text of a script -> the names that it has from other files.

In: a file's text, comments blanked. Out: (specifier, name there) by the name here, `"*"` for the whole of a file. What
is asked for without a name (`import "./x"`, `require("./x")(app)`) is not among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

NAME = r"[\w$]+"
"""Lengths below are bounded: a text that somebody made for it must not take minutes."""
_IMPORTED = re.compile(
    rf"""\bimport\s(?P<what>[\w$\s,*{{}}]{{1,2000}}?)\bfrom\s{{0,50}}(['"])(?P<from>[^'"\n]+)\2"""
    rf"""|\b(?:const|let|var)\s{{1,50}}(?P<bound>{NAME}|\{{[^{{}}]{{0,2000}}\}})\s{{0,50}}=\s{{0,50}}(?:await\s{{1,50}}import|require)"""
    rf"""\(\s*(['"])(?P<required>[^'"\n]+)\5\s*\)(?:\.(?P<member>{NAME}))?"""
)
_BRACES = re.compile(r"\{[^{}]*\}")
_TYPE = re.compile(r"^\s*type\s+(?=\S)")
_SPACE = re.compile(rf"\*\s*as\s+({NAME})")


def bindings(code: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the names that a file has from others, with where from and what they are called there."""
    for found in _IMPORTED.finditer(code):
        what, specifier = found["what"] or found["bound"], found["from"] or found["required"]
        braces = _BRACES.search(what)
        for part in braces[0][1:-1].split(",") if braces is not None else ():
            words = re.sub(r"=.*", "", part).replace(":", " as ").split()
            words = words[1:] if len(words) > 1 and words[0] == "type" else words
            if words:
                yield words[-1], (specifier, words[0])
        bare = _TYPE.sub("", _BRACES.sub("", what))
        for name in _SPACE.findall(bare):
            yield name, (specifier, "*")
        for name in _SPACE.sub("", bare).replace(",", " ").split():
            yield name, (specifier, found["member"] or ("*" if found["bound"] else "default"))
