"""Times that were written without a zone, and whose zone is known: how far they are from UTC, and since when.

In: a zone, a period. Out: offsets and where they begin. All numbers are seconds; a local time is a number of seconds
since 1970 as if it were UTC. Never guesses a zone.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

_STEP = timedelta(hours=1)
_MARGIN = timedelta(days=2)


class Offset(msgspec.Struct, frozen=True):
    """From the local time `since` on, UTC is the local time less `offset`."""

    since: int
    offset: int


class Ambiguous(msgspec.Struct, frozen=True):
    """UTC seconds, half-open, whose local times stand for two times each, because clocks were set back."""

    start: int
    end: int


def offsets(zone: ZoneInfo, start: datetime, end: datetime) -> tuple[tuple[Offset, ...], tuple[Ambiguous, ...]]:
    """Return the offsets that hold for local times between two aware times, and the UTC times that are in doubt.

    A local time that occurs twice is read as the first of the two.
    """
    moment = (start - _MARGIN).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    found = [Offset(-(2**62), _offset(zone, moment))]
    doubtful = []
    while moment < end + _MARGIN:
        before, after = _offset(zone, moment), _offset(zone, moment + _STEP)
        if before != after:
            change = _change(zone, int(moment.timestamp()), int((moment + _STEP).timestamp()), before)
            found.append(Offset(change + max(before, after), after))
            if after < before:
                doubtful.append(Ambiguous(change - (before - after), change + (before - after)))
        moment += _STEP
    return tuple(found), tuple(doubtful)


def without(minutes: set[int], doubtful: Sequence[Ambiguous]) -> set[int]:
    """Return epoch minutes less those in doubt: which of two a local time stood for cannot be known."""
    return {
        minute
        for minute in minutes
        if not any(one.start < (minute + 1) * 60 and minute * 60 < one.end for one in doubtful)
    }


def _change(zone: ZoneInfo, low: int, high: int, before: int) -> int:
    """Return the first epoch second in (low, high] at which the offset is no longer `before`."""
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, datetime.fromtimestamp(middle, UTC)) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    shift = moment.astimezone(zone).utcoffset()
    return int(shift.total_seconds()) if shift else 0
