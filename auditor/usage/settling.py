"""Which watched minutes do not hold, because a tracker that saw a part of them may have died with its counts.

In: each tracker's last flush, the outages that trackers bridged, a window. Out: watched days without such minutes, and
a note. A minute is watched only when what *every* tracker counted in it is stored. Never reads a source.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from auditor.model.days import first_second
from auditor.model.usage import SeenVersion, WatchedDay
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage.records import moment

_LONGEST_ALONE = 3600.0
"""Seconds for which a process that was cut off, and that nobody replaced, is believed to have gone on."""
_SLACK_SECONDS = 10.0
"""What a delivery may be late: the sink's time-outs, a machine that is busy."""

Span = tuple[float, float]
"""From and to, epoch seconds, both included."""


class LastFlush(msgspec.Struct, frozen=True):
    """A tracker's latest flush, as `layout.instance_record` lays it out; `closed` is None where it is not said."""

    flushed: float
    closed: bool | None = None
    interval: float = 5.0
    watching: tuple[str, ...] = (layout.CALLS,)
    started: float = 0.0
    version: str = ""


def versions(flushes: Iterable[LastFlush]) -> tuple[SeenVersion, ...]:
    """Return the versions that trackers told, sorted, each with when one first began and last delivered under it."""
    found: dict[str, SeenVersion] = {}
    for flush in flushes:
        last = moment(flush.flushed)
        if not flush.version or last is None:
            continue
        first = min(moment(flush.started) or last, last) if flush.started else last
        known = found.get(flush.version, SeenVersion(flush.version, first, last))
        found[flush.version] = SeenVersion(flush.version, min(known.first, first), max(known.last, last))
    return tuple(found[version] for version in sorted(found))


class Trackers:
    """What is known of the trackers' lives.

    Args:
        flushes: The last flush of each.
        outages: When one of them could not deliver and lived on.
        window: What is asked about; its end is the present.
    """

    def __init__(self, flushes: Iterable[LastFlush], outages: Iterable[Span], window: Window) -> None:
        self._from = float(first_second(window.dates()[0]))
        self._until = window.end.timestamp()
        self._away = sorted(outages)
        known = list(flushes)
        self._starts = sorted((one.started, one.watching) for one in known if one.started > 0)
        self._open = [flush for flush in known if flush.closed is False and flush.flushed <= self._until]

    def settled(self, watched: Sequence[WatchedDay], kind: str) -> tuple[WatchedDay, ...]:
        """Return watched days of a kind without the minutes in which a tracker may have counted and not delivered.

        A tracker that fell silent without a last flush took with it what it counted until the next one was due; where
        the store was away then, as others tell that lived on, it may have gone on counting until the store was back;
        where it alone was cut off, until it was replaced by a tracker that started later, and for an hour at most.
        What one that is not silent long enough to be given up counted since is not known yet: those minutes come later.
        """
        days = {day.day: bytearray(day.bitmap) for day in watched}
        for flush in self._open:
            if kind in flush.watching:
                _clear(days, max(flush.flushed, self._from), min(self._end(flush), self._until))
        return tuple(WatchedDay(day, bytes(bits)) for day, bits in days.items() if any(bits))

    def notes(self) -> tuple[str, ...]:
        """Return a note on trackers that died without a last flush."""
        silent = sum(1 for flush in self._open if self._is_given_up(flush))
        if not silent:
            return ()
        who, they = ("1 process", "it") if silent == 1 else (f"{silent:,} processes", "they")
        return (f"{who} ended without a last flush; minutes that {they} may have taken do not count",)

    def _is_given_up(self, flush: LastFlush) -> bool:
        return self._until - flush.flushed > layout.may_be_silent(flush.interval) + _SLACK_SECONDS

    def _end(self, flush: LastFlush) -> float:
        """Return when a tracker would have delivered again at the latest, had it lived.

        One that has nothing to deliver but its minutes is silent for most of a minute; then a use may come, and death.
        """
        if not self._is_given_up(flush):
            return self._until
        patience = layout.may_be_silent(flush.interval) + _SLACK_SECONDS
        end = flush.flushed + patience
        for start, back in self._away:
            if start <= end and back > end:
                end = back + patience
        return max(end, self._replaced(flush)) if self._starts else end

    def _replaced(self, flush: LastFlush) -> float:
        """Return when a tracker of the same kinds began after a flush, at most an hour later."""
        later = (
            started
            for started, watching in self._starts
            if started > flush.flushed and set(flush.watching) <= set(watching)
        )
        return min(next(later, math.inf), flush.flushed + _LONGEST_ALONE)


def _clear(days: dict[date, bytearray], start: float, end: float) -> None:
    """Clear every minute that a span touches."""
    for minute in range(int(start // 60), int(end // 60) + 1):
        at = moment(minute * 60)
        bits = days.get(at.date()) if at is not None else None
        if at is not None and bits is not None:
            of_day = at.hour * 60 + at.minute
            bits[of_day >> 3] &= ~(0x80 >> (of_day & 7)) & 0xFF
