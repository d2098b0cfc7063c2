"""The progress line on a terminal: which part of the work it is, how much of it is done, how fast, how long it takes.

In: what the pipeline tells, the stream, the environment. Out: one line on stderr, drawn over itself and gone at the
end; nothing where stderr is no terminal, or one that cannot take it. Never writes to stdout, never raises.
"""

import contextlib
import os
import time
from collections.abc import Callable, Mapping
from typing import TextIO

AFTER = 0.5
"""Seconds of work before the line is shown: what is quicker needs none."""

_EVERY = 0.1
_SURE_AFTER, _MANY = 1.0, 20
"""Seconds of a part, and how many there must be in all, before its pace is told."""
_ECHO = len("^C")
"""Columns kept free behind the line for what the terminal itself writes when Ctrl-C is pressed."""

_NARROWEST_BAR, _WIDEST_BAR = 8, 20


def line(part: str, done: int, total: int, width: int, seconds: float = 0.0) -> str:
    """Return the line, at most `width` columns: the part, a count, the pace and a bar where there is room for them.

    `seconds` is for how long the part has been worked on.
    """
    if total <= 0:
        return f"auditor: {part}"[:width]
    share = f"{100 * done // total:3}%"
    unit = " files" if part.endswith("reading code") else ""
    count = f"{part} {done:,} of {total:,}{unit}"
    told = pace(done, total, seconds)
    if told and len(f"auditor: {count}{told} {share}") <= width:
        count += told
    room = width - len(f"auditor: {count} [] {share}")
    if room >= _NARROWEST_BAR:
        size = min(room, _WIDEST_BAR)
        full = size * done // total
        return f"auditor: {count} [{'=' * full}{' ' * (size - full)}] {share}"
    for text in (f"auditor: {count} {share}", f"{count} {share}", f"{part} {share}"):
        if len(text) <= width:
            return text
    return share.strip()[:width]


def pace(done: int, total: int, seconds: float) -> str:
    """Return how many were done a second and how long the others will take; empty where that is not known yet."""
    if seconds < _SURE_AFTER or total < _MANY or not 0 < done < total:
        return ""
    left = max(1, round((total - done) * seconds / done))
    time_left = f"{left} s" if left < 120 else f"{left // 60} min"
    rate = done / seconds
    return f", {rate:,.0f} a second, {time_left} left" if rate >= 1 else f", {time_left} left"


def wanted(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Return whether a line that is drawn over itself makes sense there: a capable terminal with somebody before it."""
    dumb = environment.get("TERM", "") in ("dumb", "unknown")
    return not dumb and not environment.get("CI") and not stream.closed and stream.isatty()


class ProgressLine:
    """Draws what it is told, seldom, in plain characters without colour; `clear` takes the line away again."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._start = clock()
        self._drawn, self._last, self._part = 0, 0.0, ""
        self._told, self._began = "", self._start

    def __call__(self, part: str, done: int, total: int) -> None:
        """Draw the line, unless it is too early or the last one is fresh enough."""
        now = self._clock()
        if part != self._told:
            self._told, self._began = part, now
        if now - self._start < AFTER or (part == self._part and done < total and now - self._last < _EVERY):
            return
        self._last, self._part = now, part
        room = max(1, self._width() - 1 - _ECHO)
        text = line(part, done, total, room, now - self._began)
        wipe = f"\r{' ' * self._drawn}" if self._drawn > len(text) else ""
        self._drawn = max(self._drawn, len(text))  # before it is: Ctrl-C may come right after
        self._write(f"{wipe}\r{text}")
        self._drawn = len(text)

    def clear(self) -> None:
        """Leave an empty line and the cursor at its start."""
        if self._drawn:
            blanks = min(self._drawn + _ECHO, max(1, self._width() - 1))
            self._write(f"\r{' ' * blanks}\r")
            self._drawn = 0

    def _width(self) -> int:
        """Return the columns of the terminal that the stream is, which need not be the one of stdout."""
        with contextlib.suppress(OSError, ValueError):
            return os.get_terminal_size(self._stream.fileno()).columns or 80
        return 80

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()
