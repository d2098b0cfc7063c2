"""Lines of text for a terminal: wrapped to 80 columns, inert, joined. In: sentences. Out: lines. Never prints."""

from collections.abc import Iterable

from auditor.report import wording
from auditor.report.wording import columns, printable

WIDTH = 80
"""Columns that every text output fits into."""


def wrapped(text: str, first: str = "", rest: str = "", width: int = WIDTH) -> list[str]:
    """Return a text made printable and cut into lines of at most `width` columns, words longer than a line broken.

    Args:
        text: One paragraph.
        first: What the first line begins with.
        rest: What the other lines begin with.
        width: Columns a line may take.
    """
    lines: list[str] = []
    current = first
    for word in printable(text).split(" "):
        for piece in _pieces(word, width - max(columns(first), columns(rest))):
            blank = "" if current in (first, rest) and (not lines or current == rest) else " "
            if columns(current + blank + piece) > width:
                lines.append(current)
                current, blank = rest, ""
            current += blank + piece
    return [line.rstrip() for line in [*lines, current]]


def _pieces(word: str, room: int) -> Iterable[str]:
    piece = ""
    for char in word:
        if columns(piece + char) > room:
            yield piece
            piece = ""
        piece += char
    yield piece


def finished(lines: list[str]) -> str:
    """Return lines as one text that ends in a newline, none of them a command to a CI service."""
    return "\n".join(wording.inert(line, WIDTH).rstrip() for line in lines) + "\n"
