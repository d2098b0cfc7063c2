"""Calls over time as a plan shows them: of its endpoints, and of keys when they were used for the first time.

In: nothing. Out: frozen structs. Days are UTC dates. A day on which nobody watched is told apart from one without a
call. Never holds more keys than are shown. Never reads a clock.
"""

from collections.abc import Mapping
from datetime import date

import msgspec

from auditor.model.monitoring import NewKeys
from auditor.model.usage import UsageKind


class KeyCalls(msgspec.Struct, frozen=True):
    """Uses of one key, day by day.

    Attributes:
        kind: What the key names.
        key: As the plan or production spells it.
        total: Of all days.
        by_status: One number for each of the days that are told, by status class (`2xx`); `other` where the source does
            not tell it, `err` for failures without one. Classes without a use are left out.
    """

    kind: UsageKind
    key: str
    total: int = 0
    by_status: Mapping[str, tuple[int, ...]] = {}


class DailyUse(msgspec.Struct, frozen=True):
    """What is known of every day from `first_day` on, one number a day in each series.

    Attributes:
        first_day: The first day told; None where nothing is.
        window_from: How many of the days lie before the window's first one.
        watched: By kind, minutes in which any source that proves absence recorded uses of that kind.
        possible: Minutes of each day that had passed when the plan was made.
        keys: Those that nobody called in the window and the plan speaks of, those that contradict it, and the busiest.
        left_out: Keys in use that are not among them.
        first_used: Of the window's days, how many keys were used for the first time in the window.
        only_before: Keys that were used on the days before the window, and not in it.
    """

    first_day: date | None = None
    window_from: int = 0
    watched: Mapping[str, tuple[int, ...]] = {}
    possible: tuple[int, ...] = ()
    keys: tuple[KeyCalls, ...] = ()
    left_out: int = 0
    first_used: tuple[NewKeys, ...] = ()
    only_before: int = 0

    def of(self, kind: str, key: str) -> KeyCalls | None:
        """Return the calls of a key, None where they are not told."""
        return next((one for one in self.keys if (one.kind, one.key) == (kind, key)), None)
