"""Lines of text: wrapped, inert, joined, as what shows them can take it. In: sentences. Out: lines. Never prints.

A terminal shows as many columns as it has. Elsewhere (a pipe, a file, a log of CI) names stand whole, however long:
a script that looks for one finds it. Sentences are wrapped everywhere. Which of these it is, and whether there are
colours, is said once for all that is rendered: `shown_on`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

import msgspec

from auditor.report import wording
from auditor.report.wording import columns, elided, printable

NARROWEST, WIDEST_SENTENCE = 80, 100
"""Columns that every text may take, and that a sentence takes at most: longer lines are hard to read."""

_ORPHAN = 12
"""Columns of a word that does not stand alone on a last line."""

Style = Literal["strong", "good", "bad", "doubtful", "command"]
_ANSI: dict[Style, str] = {"strong": "1", "good": "1;32", "bad": "1;31", "doubtful": "1;33", "command": "36"}


class Screen(msgspec.Struct, frozen=True):
    """What text is shown on.

    Attributes:
        width: Columns of a line.
        whole: Whether names stand whole even where they do not fit.
        colours: Whether it has colours.
    """

    width: int = NARROWEST
    whole: bool = False
    colours: bool = False


_PLAIN = Screen()
_SCREEN: ContextVar[Screen] = ContextVar("screen", default=_PLAIN)


@contextmanager
def shown_on(screen: Screen) -> Iterator[None]:
    """Render for a screen; without this, for 80 columns without colours."""
    token = _SCREEN.set(screen)
    try:
        yield
    finally:
        _SCREEN.reset(token)


def width() -> int:
    """Return the columns that a line may take."""
    return _SCREEN.get().width


def fitted(text: str, room: int) -> str:
    """Return a printable text that takes at most `room` columns, its middle left out; whole where names stand whole."""
    return text if _SCREEN.get().whole else elided(text, room)


def room_beside(taken: int, names: Iterable[str]) -> int:
    """Return the columns of a table's names: as on the narrowest screen, and more where they need it and it is there.

    Args:
        taken: Columns of what stands beside them.
        names: All of them, printable.
    """
    longest = max(map(columns, names), default=0)
    return min(width() - taken, max(NARROWEST - taken, longest))


def padded(text: str, room: int) -> str:
    """Return a printable text followed by as many blanks as it lacks to `room` columns."""
    return text + " " * (room - columns(text))


class Styled(str):
    """A line, a part of which has a style where there are colours: text like any other until it is finished."""

    __slots__ = ("part", "style")

    part: str
    style: Style


def styled(line: str, style: Style, part: str | None = None) -> Styled:
    """Return a line of which a part, or all but its indentation, has a style."""
    made = Styled(line)
    made.part, made.style = line.strip() if part is None else part, style
    return made


def led(style: Style, part: str, lines: list[str]) -> list[str]:
    """Return lines, the first with a part in a style."""
    return [styled(lines[0], style, part), *lines[1:]]


def command(label: str, typed: str) -> str:
    """Return a line with a command to type: it is never cut, as half a command is of no use."""
    return styled(f"{label}: {typed}", "command", typed)


def wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    """Return a text made printable and cut into lines; a word longer than a line is broken, or stands whole.

    Args:
        text: One paragraph.
        first: What the first line begins with.
        rest: What the other lines begin with.
    """
    lines: list[str] = []
    current = first
    room = min(width(), WIDEST_SENTENCE)
    for word in printable(text).split(" "):
        for piece in _pieces(word, room - max(columns(first), columns(rest))):
            blank = "" if current in (first, rest) and (not lines or current == rest) else " "
            if columns(current + blank + piece) > room and current not in (first, rest):
                lines.append(current)
                current, blank = rest, ""
            current += blank + piece
    return [line.rstrip() for line in _without_orphan([*lines, current], first, rest)]


def _without_orphan(lines: list[str], first: str, rest: str) -> list[str]:
    """Return lines of which the last is more than one short word, where the one before it can spare a word."""
    *others, last = lines
    alone = last.removeprefix(rest)
    if not others or " " in alone or columns(alone) > _ORPHAN:
        return lines
    before, _, moved = others[-1].rpartition(" ")
    if not moved.strip("%…"):  # a unit stays with its figure
        before, _, figure = before.rpartition(" ")
        moved = f"{figure} {moved}"
    if len(before.removeprefix(rest if len(others) > 1 else first)) < _ORPHAN:
        return lines
    return [*others[:-1], before, f"{rest}{moved} {alone}"]


def _pieces(word: str, room: int) -> Iterable[str]:
    if _SCREEN.get().whole:
        yield word
        return
    piece = ""
    for char in word:
        if columns(piece + char) > room:
            yield piece
            piece = ""
        piece += char
    yield piece


def finished(lines: list[str]) -> str:
    """Return lines as one text that ends in a newline, none of them a command to a CI service."""
    return "\n".join(map(_finished, lines)) + "\n"


def _finished(line: str) -> str:
    screen = _SCREEN.get()
    uncut = screen.whole or (isinstance(line, Styled) and line.style == "command")
    text = wording.inert(str(line), None if uncut else screen.width).rstrip()
    if not screen.colours or not isinstance(line, Styled) or not line.part or line.part not in text:
        return text
    before, _, after = text.partition(line.part)
    return f"{before}\x1b[{_ANSI[line.style]}m{line.part}\x1b[0m{after}"
