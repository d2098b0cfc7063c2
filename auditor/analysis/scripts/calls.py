"""The text of a script -> its calls: on what, of which name, with which arguments as they are written.

In: a file's text, comments blanked. Out: `Call`s in the order of the text. By brackets alone, without a parser: what
stands in texts and regular expressions is no bracket. Never runs anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import msgspec

_OPAQUE = re.compile(
    r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"""
    r"""|(?<=[(,=:\[!&|?{};])(?P<gap>\s*)/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/"""
)
_INSIDE = re.compile(r"[^\n]")
_BRACKET = re.compile(r"[()\[\]{}]")
_PARTNER = {")": "(", "]": "[", "}": "{"}
_BEFORE = re.compile(r"(?:\bnew\s+)?(?:[\w$]+\s*\??\.\s*)*[\w$]*\s*\Z")
_LONGEST_NAME = 200


class Call(msgspec.Struct, frozen=True):
    """One call of a method: `router.route("/x").get(one)` is one on `router`, through `route("/x")`.

    `root` is the name that the chain begins with, `""` where it begins with a call; `through` are the (name,
    arguments) of the calls between; `start` is where the chain begins, `at` where the name stands.
    """

    root: str
    name: str
    arguments: tuple[str, ...]
    at: int
    start: int
    through: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Code:
    """A file's text with its brackets paired."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.masked = _OPAQUE.sub(_blanked, text)

    def calls(self, names: re.Pattern[str]) -> Iterator[Call]:
        """Yield the calls of methods whose names a pattern fits."""
        for found in re.finditer(r"\??\.\s*([\w$]+)\s*(?:<[^<>()]*>\s*)?\(", self.masked):
            if names.fullmatch(found[1]):
                through: list[tuple[str, tuple[str, ...]]] = []
                root, start = self._root(found.start(), through)
                arguments = self.arguments(found.end() - 1)
                yield Call(root, found[1], arguments, found.start(1), start, tuple(reversed(through)))

    def arguments(self, opening: int) -> tuple[str, ...]:
        """Return what stands between the commas of a bracket that opens there."""
        closing = self._pairs.get(opening)
        if closing is None:
            return ()
        parts, at, start = list[str](), opening + 1, opening + 1
        while at < closing:
            if at in self._pairs:
                at = self._pairs[at]
            elif self.masked[at] == ",":
                parts.append(self.text[start:at].strip())
                start = at + 1
            at += 1
        parts.append(self.text[start:closing].strip())
        return tuple(part for part in parts if part)

    def flat(self, opening: int) -> str:
        """Return what stands between a bracket that opens there and its end, only `_` in the brackets within."""
        at, end, parts = opening + 1, self.end(opening), list[str]()
        while at < end:
            closing = self._pairs.get(at)
            if closing is None:
                parts.append(self.masked[at])
                at += 1
            else:
                parts.append(self.masked[at] + "_" * (closing - at - 1) + self.masked[closing])
                at = closing + 1
        return "".join(parts)

    def end(self, opening: int) -> int:
        """Return where the bracket that opens there closes, the text's end where it does not."""
        return self._pairs.get(opening, len(self.text))

    def _root(self, dot: int, through: list[tuple[str, tuple[str, ...]]]) -> tuple[str, int]:
        """Return the name that a chain begins with, which goes on at a dot, and where it begins."""
        at = dot
        while True:
            while at > 0 and self.masked[at - 1].isspace():
                at -= 1
            if at == 0 or self.masked[at - 1] != ")":
                name = _name_before(self.masked, at)
                return name.rpartition(".")[2].strip(), at - len(name)
            opening = self._opening.get(at - 1)
            if opening is None:
                return "", at
            name = _name_before(self.masked, opening)
            start = opening - len(name)
            link = start
            while link > 0 and self.masked[link - 1] in " \t\n?":
                link -= 1
            before, dotted, last = name.rpartition(".")
            if link > 0 and self.masked[link - 1] == ".":
                through.append((name.strip(), self.arguments(opening)))
                at = link - 1
            elif dotted and not name.lstrip().startswith("new "):
                through.append((last.strip(), self.arguments(opening)))
                return before.rpartition(".")[2].strip(" \n?"), start
            else:
                return "", start

    @cached_property
    def _pairs(self) -> dict[int, int]:
        pairs: dict[int, int] = {}
        waiting: list[tuple[str, int]] = []
        for found in _BRACKET.finditer(self.masked):
            sign = found[0]
            if sign not in _PARTNER:
                waiting.append((sign, found.start()))
                continue
            fitting = next((n for n in range(len(waiting) - 1, -1, -1) if waiting[n][0] == _PARTNER[sign]), None)
            if fitting is not None:  # what is left open between them was no bracket of code
                pairs[waiting[fitting][1]] = found.start()
                del waiting[fitting:]
        return pairs

    @cached_property
    def _opening(self) -> dict[int, int]:
        return {closing: opening for opening, closing in self._pairs.items()}


def _blanked(found: re.Match[str]) -> str:
    """Return a text with its quotes, and nothing that could be code between them."""
    gap, whole = found["gap"] or "", found[0]
    body = whole[len(gap) :]
    return f"{gap}{body[0]}{_INSIDE.sub('_', body[1:-1])}{body[-1]}"


def _name_before(text: str, at: int) -> str:
    """Return the dotted name that ends at a position, with the blanks around its dots."""
    found = _BEFORE.search(text, max(0, at - _LONGEST_NAME), at)
    return found[0] if found is not None else ""
