"""The text of a script -> the members of its classes, of objects that have a name, and of enums.

In: a file's text, comments blanked. Out: `Container`s by name. By brackets alone: a container that may have members
which cannot be read (a spread, a computed key) is open. Never runs anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from auditor.analysis.scripts.bindings import NAME
from auditor.analysis.scripts.calls import Code

_CLASS = re.compile(
    rf"\bclass\s+(?P<name>{NAME})\s*(?:<[^{{}}]{{0,300}}?>)?\s*(?:extends\s+(?P<parent>[\w$.]+))?[^{{}};()]{{0,500}}(?P<open>\{{)"
)
_OBJECT = re.compile(
    rf"\b(?:const|let|var)\s+(?P<name>{NAME})\s*(?::[^={{}};]{{0,200}})?=\s*(?:Object\.freeze\(\s*)?(?P<open>\{{)"
)
_ENUM = re.compile(rf"\benum\s+(?P<name>{NAME})\s*(?P<open>\{{)")
_PROTOTYPE = re.compile(rf"(?<![\w$.])({NAME})\s*\.\s*prototype\s*\.")
_HEAD = re.compile(
    r"(?:^|[;}])[ \t]*(?:@[\w$.]+(?:\(_*\))?[ \t]*)*"
    r"(?:(?:public|private|protected|static|readonly|async|get|set|override|abstract|declare|accessor)[ \t]+|\*[ \t]*)*"
    rf"(#?{NAME})[ \t]*(?:<[^<>]{{0,2000}}>)?[ \t]*[?!]?[ \t]*(?:[:=;(]|$)",
    re.M,
)
_OWN = re.compile(rf"\bthis\s*\.\s*({NAME})\s*=(?!=)")
_KEY = re.compile(rf"""(?:(?:async|get|set)\s+(?={NAME}|\*)|\*\s*)*(?:({NAME})|(['"])({NAME})\2)\s*(?:[:=(]|$)""")
_COMPUTED = re.compile(r"(?:^|[;}])[ \t]*(?:(?:static|readonly|async|get|set)[ \t]+|\*[ \t]*)*\[", re.M)
_PARAMETER = re.compile(rf"\b(?:public|private|protected|readonly)\s+(?:readonly\s+)?({NAME})\s*[?:]")


class Container(msgspec.Struct, frozen=True):
    """A class, object or enum: members by name with their positions; where it begins and ends in the text.

    `parent` is what a class extends. `open`: it may have other members.
    """

    name: str
    members: Mapping[str, int]
    start: int
    end: int
    parent: str = ""
    open: bool = False


def containers(text: str) -> dict[str, Container]:
    """Return what a file's text, comments blanked, has of classes, named objects and enums."""
    code = Code(text)
    found: dict[str, Container] = {}
    for match in _CLASS.finditer(code.masked):
        found.setdefault(match["name"], _class(code, match))
    for pattern in (_OBJECT, _ENUM):
        for match in pattern.finditer(code.masked):
            found.setdefault(match["name"], _object(code, match))
    for match in _PROTOTYPE.finditer(code.masked):
        found.setdefault(match[1], Container(match[1], {}, 0, 0))
    for name, one in list(found.items()):
        added = dict(_added(code.masked, name))
        is_open = one.open or re.search(rf"\bObject\.\w+\(\s*{re.escape(name)}\b", code.masked) is not None
        found[name] = msgspec.structs.replace(one, members={**added, **one.members}, open=is_open)
    return found


def _class(code: Code, match: re.Match[str]) -> Container:
    opening = match.start("open")
    end = code.end(opening)
    flat = code.flat(opening)
    members = {found[1]: opening + 1 + found.start(1) for found in _HEAD.finditer(flat)}
    body = code.masked[opening:end]
    members |= {found[1]: opening + found.start(1) for found in _OWN.finditer(body)}
    members |= {found[1]: opening + found.start(1) for found in _PARAMETER.finditer(body)}
    is_open = _COMPUTED.search(flat) is not None
    return Container(match["name"], members, match.start(), end, match["parent"] or "", is_open)


def _object(code: Code, match: re.Match[str]) -> Container:
    opening = match.start("open")
    members: dict[str, int] = {}
    is_open = False
    for part in code.arguments(opening):
        found = _KEY.match(part)
        if found is None:
            is_open = True
            continue
        name = found[1] or found[3]
        members[name] = code.text.find(part, opening)
    end = code.end(opening)
    is_open |= re.match(r"\s*\)?\s*[.\[]", code.masked[end + 1 : end + 20]) is not None
    return Container(match["name"], members, match.start(), end, "", is_open)


def _added(masked: str, name: str) -> Iterator[tuple[str, int]]:
    """Yield the members that are added by `X.name = …` and `X.prototype.name = …`."""
    for found in re.finditer(rf"(?<![\w$.]){re.escape(name)}\s*(?:\.\s*prototype\s*)?\.\s*({NAME})\s*=(?!=)", masked):
        yield found[1], found.start(1)
