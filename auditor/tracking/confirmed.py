"""What a server said it had stored, so that a server that has forgotten it is noticed.

In: deltas that were confirmed, then the number the server knows. Out: those it does not know any more, to be stored
again, and the uses of those that cannot be, by UTC day. A server restarted empty, rolled back to a snapshot, or a
replica that took over before it had everything has lost them, while other processes, or this one's next delivery, still
mark the minutes as watched. Never talks to a server.
"""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from auditor.tracking.delta import Delta

_MOST_DELTAS = 1000
_MOST_FIELDS = 5_000
"""Counts in the deltas that are kept whole, about a megabyte: what minutes to hours bring, the age of a snapshot."""
_FIELDS_OF_NONE = 5
"""What a delta without counts weighs."""


class Forgotten(NamedTuple):
    """What a server does not know any more: deltas to be stored `again`, and uses that are `lost`, by UTC day."""

    again: tuple[Delta, ...]
    lost: Mapping[date, int]


class Confirmed:
    """The deltas of one instance that its server confirmed: some whole, the latest ones singly, all before as one.

    Args:
        remembered_seconds: How long the server keeps the number of an instance that delivers nothing.
    """

    def __init__(self, remembered_seconds: float) -> None:
        self._remembered_seconds = remembered_seconds
        self._whole: deque[Delta] = deque()
        self._fields = 0
        self._uses: deque[tuple[int, Mapping[date, int]]] = deque()
        self._before: dict[date, int] = {}
        self._latest = 0.0

    def add(self, delta: Delta, known: int) -> None:
        """Take a numbered delta that was stored with what `forgotten(known, …)` gave, its `lost` being part of it.

        Of an instance that ended orderly nothing is expected to be known.
        """
        self._settle(known)
        if delta.closing:
            self._settle(0)
            return
        self._latest = delta.at
        self._uses.append((delta.sequence, _uses(delta)))
        if len(self._uses) > _MOST_DELTAS:
            add_to(self._before, self._uses.popleft()[1])
        self._whole.append(delta._replace(users={}))
        self._fields += _size(delta)
        while self._whole and self._fields > _MOST_FIELDS:
            self._fields -= _size(self._whole.popleft())

    def forgotten(self, known: int, delta: Delta) -> Forgotten:
        """Return what the server has forgotten that knows the number `known` when `delta` comes.

        A server that knows no number at all (0) may have dropped nothing but the number, so nothing is stored again.
        Uses of days that are long over are left out: no minute of them will be marked any more, and who has collected
        them meanwhile has them all. Where even the latest thousand deltas are gone, those before are taken to be gone.
        """
        if known >= self._last() or delta.at - self._latest >= self._remembered_seconds:
            return Forgotten((), {})
        again = tuple(one for one in self._whole if one.sequence > known) if known else ()
        gone = self._gone(known)
        lost: dict[date, int] = {}
        for sequence, uses in self._uses:
            if sequence in gone:
                add_to(lost, uses)
        if self._are_before_gone(known):
            add_to(lost, self._before)
        first = _first_day(delta)
        return Forgotten(again, {day: count for day, count in lost.items() if day >= first})

    def _gone(self, known: int) -> range:
        """Return the numbers that are forgotten and not kept whole."""
        return range(known + 1, self._whole[0].sequence if known and self._whole else self._last() + 1)

    def _last(self) -> int:
        return self._uses[-1][0] if self._uses else 0

    def _are_before_gone(self, known: int) -> bool:
        return bool(self._uses) and known < self._uses[0][0] - 1

    def _settle(self, known: int) -> None:
        """Forget what was stated as lost."""
        if self._are_before_gone(known):
            self._before = {}
        gone = self._gone(known)
        if not gone:
            return
        self._uses = deque((sequence, uses) for sequence, uses in self._uses if sequence not in gone)
        if not known:
            self._whole.clear()
            self._fields = 0


def add_to(totals: dict[date, int], counts: Mapping[date, int]) -> None:
    """Add counts by UTC day to totals."""
    for day, count in counts.items():
        totals[day] = totals.get(day, 0) + count


def _uses(delta: Delta) -> Mapping[date, int]:
    """Return what is to be stored of a delta or to be stated as lost, by UTC day."""
    uses = delta.counted()
    add_to(uses, delta.lost)
    return uses


def _size(delta: Delta) -> int:
    return _FIELDS_OF_NONE + sum(len(fields) for days in delta.counts.values() for fields in days.values())


def _first_day(delta: Delta) -> date:
    """Return the first day of which minutes may still be marked: by this delta, or by processes that are late a day."""
    minutes = [minute for some in (delta.minutes, *delta.watched.values()) for minute in some]
    seconds = min([delta.at - 86400, *(minute * 60 for minute in minutes)])
    return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)).date()
