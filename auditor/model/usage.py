"""Values that describe production usage: samples, collections, and observations bound to definitions.

In: nothing. Out: frozen structs. "Observed zero" (watched, count 0) and "not measured" (not watched) are different
values everywhere. All times are aware UTC; all days are UTC dates. Never reads a clock.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from auditor.model.days import midnight
from auditor.model.ingestion import EventIds, IngestMark
from auditor.model.measures import HourlyUse, UsageMeasures
from auditor.model.window import Window

UsageKind = Literal["endpoint", "component", "task", "command", "function"]
PROBE, BOT = "probe", "bot"
"""Statuses of a sample's `by_status` that count the requests of monitors and of crawlers, however they ended."""
UNDATED = "undated"
"""Status of a sample's `by_status` that counts uses of which only the order is known: before they were collected."""
MINUTES_A_DAY = 1440
BITMAP_BYTES = MINUTES_A_DAY // 8


class WatchedDay(msgspec.Struct, frozen=True):
    """The minutes of one UTC day in which a source provably recorded.

    `bitmap` is 180 bytes in Redis bit order (SETBIT: bit 0 is the highest bit of byte 0).
    """

    day: date
    bitmap: bytes

    def __post_init__(self) -> None:
        """Reject bitmaps of another length."""
        if len(self.bitmap) != BITMAP_BYTES:
            raise ValueError(f"a day's bitmap has {BITMAP_BYTES} bytes, not {len(self.bitmap)}")

    @classmethod
    def of_minutes(cls, day: date, minutes: "frozenset[int] | set[int]") -> "WatchedDay":
        """Return the day in which exactly `minutes` (0 to 1439, of the UTC day) were watched."""
        bits = bytearray(BITMAP_BYTES)
        for minute in minutes:
            bits[minute >> 3] |= 0x80 >> (minute & 7)
        return cls(day, bytes(bits))

    @property
    def minutes(self) -> int:
        """Number of watched minutes, 0 to 1440."""
        return int.from_bytes(self.bitmap).bit_count()

    def minutes_within(self, window: Window) -> int:
        """Return how many watched minutes lie inside `window`."""
        begin = midnight(self.day)
        first = max(0, -int((begin - window.start) // timedelta(minutes=1)))
        last = min(MINUTES_A_DAY, int((window.end - begin) // timedelta(minutes=1)))
        if first >= last:
            return 0
        inside = int.from_bytes(self.bitmap) >> MINUTES_A_DAY - last
        return (inside & (1 << last - first) - 1).bit_count()

    def union(self, other: "WatchedDay") -> "WatchedDay":
        """Return the day in which either watched."""
        bits = int.from_bytes(self.bitmap) | int.from_bytes(other.bitmap)
        return WatchedDay(self.day, bits.to_bytes(BITMAP_BYTES))


class UsageSample(UsageMeasures, frozen=True):
    """Absolute count of one key on one UTC day from one origin.

    `origin` tells apart parts of a source whose counts add up (one tracker process's file, one log file by its
    fingerprint); reading the same origin again replaces, never adds. `errors` counts failures (HTTP 5xx, tasks that
    failed); `by_status` splits `count` by status class (`"2xx"`), requests of machines apart (`PROBE`, `BOT`).
    `last_seen` is aware UTC, None where the source has no time. `hours` splits the day by UTC hour, 0 to 23; empty
    where the source does not know.
    """

    key: str
    kind: UsageKind
    day: date
    count: int
    errors: int = 0
    last_seen: datetime | None = None
    by_status: Mapping[str, int] = {}
    origin: str = ""
    hours: Mapping[int, HourlyUse] = {}


class UsageTotal(msgspec.Struct, frozen=True):
    """How often a key was used at no known day: ever (`period_days` None), or in the days up to the collection.

    Proves use only. A total that is higher than when it was collected before was used in between; one that is lower
    was reset. `last_seen` is aware UTC where the source tells. `origin` as in `UsageSample`.
    """

    key: str
    kind: UsageKind
    count: int
    period_days: int | None = None
    errors: int = 0
    last_seen: datetime | None = None
    origin: str = ""


class RegisteredHandler(msgspec.Struct, frozen=True):
    """A handler as the running application published it. `handler` is a `DefinitionId`; `path` may be absolute."""

    handler: str
    path: str = ""
    line: int = 0


class RegisteredRoute(msgspec.Struct, frozen=True):
    """A route that a tracker published at start.

    `handler` serves, `shadowed` were registered behind it and never serve. `source` is filled in by the ledger.
    """

    key: str
    handler: RegisteredHandler
    version: str = ""
    first_registered: datetime | None = None
    last_registered: datetime | None = None
    shadowed: tuple[RegisteredHandler, ...] = ()
    source: str = ""


class RegisteredName(msgspec.Struct, frozen=True):
    """A task, component, command or function that a tracker published: `target` is what runs under the name.

    `source` is filled in by the ledger.
    """

    kind: UsageKind
    name: str
    target: RegisteredHandler
    version: str = ""
    first_registered: datetime | None = None
    last_registered: datetime | None = None
    source: str = ""


class SeenVersion(msgspec.Struct, frozen=True):
    """A version of the application, as its trackers call it, and from when to when one was seen to run it.

    `source` is filled in by the ledger.
    """

    version: str
    first: datetime
    last: datetime
    source: str = ""


class Collection(msgspec.Struct, frozen=True):
    """What one source gave for one window. A sick source is a value: `problem` says what is wrong with it, in one line.

    `only_for_use` marks sources that can prove use but never absence (sampled, cumulative, gaps unknown).
    `lost` are counts per UTC day that a tracker could not deliver: such a day proves no absence. `watched` are the
    minutes in which requests were, `watched_kinds` those in which uses of another kind were provably recorded.
    `known_version` is that of the `IngestedBefore` that `event_ids` rest on; None without any. `reads` tells apart what
    a source of one name reads, today and after its configuration changed; empty where that is not known.
    """

    source: str
    window: Window
    watched: tuple[WatchedDay, ...] = ()
    samples: tuple[UsageSample, ...] = ()
    routes: tuple[RegisteredRoute, ...] = ()
    lost: tuple[tuple[date, int], ...] = ()
    problem: str | None = None
    notes: tuple[str, ...] = ()
    only_for_use: bool = False
    names: tuple[RegisteredName, ...] = ()
    watched_kinds: Mapping[UsageKind, tuple[WatchedDay, ...]] = {}
    totals: tuple[UsageTotal, ...] = ()
    marks: tuple[IngestMark, ...] = ()
    event_ids: tuple[EventIds, ...] = ()
    known_version: int | None = None
    reads: str = ""
    versions: tuple[SeenVersion, ...] = ()


class SourceHealth(msgspec.Struct, frozen=True):
    """How one source did when it was last collected (`collected_at`, aware UTC; None if never).

    `healthy_at` is the last time it was collected and well; `notes` are the last collection's.
    """

    name: str
    healthy: bool
    problem: str | None = None
    collected_at: datetime | None = None
    only_for_use: bool = False
    healthy_at: datetime | None = None
    notes: tuple[str, ...] = ()


class LedgerReading(msgspec.Struct, frozen=True):
    """What the ledger knows of one window: samples, watched minutes, registered routes, lost counts, health.

    One sample a (kind, key, day): summed over the origins of one source, and the largest of different sources, because
    sources that watch the same traffic count the same calls; `origin` names the sources. Every day that the window
    touches counts whole: that is evidence of use. `watched` holds whole days too (see `WatchedDay.minutes_within`).
    `since` is the first day the ledger knows anything of, in any window; None for an empty ledger. `watched_kinds` are
    the minutes in which uses of another kind than endpoints were recorded, by source. Samples carry no `hours`, and
    uses at no known day are samples of the day they were collected, counted under `UNDATED`. `routes` are those last
    registered before the window's end; `earlier_routes` those that had a key of theirs before, in the window.
    """

    window: Window
    samples: tuple[UsageSample, ...]
    watched: Mapping[str, tuple[WatchedDay, ...]]
    routes: tuple[RegisteredRoute, ...]
    lost: Mapping[str, tuple[tuple[date, int], ...]]
    sources: tuple[SourceHealth, ...]
    since: date | None = None
    names: tuple[RegisteredName, ...] = ()
    watched_kinds: Mapping[str, Mapping[UsageKind, tuple[WatchedDay, ...]]] = {}
    earlier_routes: tuple[RegisteredRoute, ...] = ()
    versions: tuple[SeenVersion, ...] = ()


class Observation(msgspec.Struct, frozen=True):
    """Use of one definition in the window, summed over its keys. `count` 0 means watched and not called.

    `counts` splits `count` by key; keys that were watched and not called have 0 there. `apart` are those of the uses
    that were monitors (`PROBE`) and crawlers (`BOT`), or at no known day (`UNDATED`).
    """

    definition: str
    keys: tuple[str, ...]
    count: int
    errors: int = 0
    last_seen: datetime | None = None
    sources: tuple[str, ...] = ()
    counts: Mapping[str, int] = {}
    apart: Mapping[str, int] = {}
    watched_minutes: int | None = None
    """Minutes of the window in which its use would have been seen, by whoever measures it; None where nobody does."""


class WatchedMinutes(msgspec.Struct, frozen=True):
    """Watched minutes of one source on one UTC day, inside the window."""

    source: str
    day: date
    minutes: int


class RenderedComponents(msgspec.Struct, frozen=True):
    """Uses of components in a window.

    By name: their count, the last time, the UTC days on which any is known, and the sources that told.
    """

    counts: Mapping[str, int] = {}
    last_seen: Mapping[str, datetime] = {}
    days: Mapping[str, frozenset[date]] = {}
    sources: Mapping[str, tuple[str, ...]] = {}

    def only(self, names: AbstractSet[str]) -> "RenderedComponents":
        """Return what is known of some names."""
        return RenderedComponents(
            {name: count for name, count in self.counts.items() if name in names},
            {name: last for name, last in self.last_seen.items() if name in names},
            {name: days for name, days in self.days.items() if name in names},
            {name: told for name, told in self.sources.items() if name in names},
        )

    def silence(self, window: Window) -> str:
        """Return why it says nothing that a component was not rendered in a window, `""` where it says something."""
        days: frozenset[date] = frozenset().union(*self.days.values())
        if not days:
            return "no component was counted in any browser in the window, so nothing is known of what browsers use"
        silent = [day for day in window.full_days() if day not in days]
        more = f" and {len(silent) - 1} more days" if len(silent) > 1 else ""
        return f"no browser counted a component on {silent[0].isoformat()}{more}" if silent else ""


class Observations(msgspec.Struct, frozen=True):
    """Production's side of the join.

    `by_definition` has an entry for every definition that a usage key leads to, called or not. `measured` are the
    definitions whose use would have been seen: handlers of routes registered by a tracker or matched by a source that
    claims absence. `insufficient` says in one sentence why absence may not be concluded, None when it may.
    `components` is all use of components, whatever definition it leads to.
    """

    window: Window
    by_definition: Mapping[str, Observation]
    measured: frozenset[str]
    unattributed: tuple[tuple[str, int], ...]
    watched: tuple[WatchedMinutes, ...]
    watched_minutes: int
    sources: tuple[SourceHealth, ...]
    insufficient: str | None
    endpoints_observed: int = 0
    versions: tuple[SeenVersion, ...] = ()
    """Versions that ran in the window, by when they were first seen."""
    components: RenderedComponents = RenderedComponents()
    replaced: Mapping[str, datetime] = {}
    """Handlers that the application published in the window, and another one in their place since, with when last."""
    last_used: Mapping[str, date] = {}
    """The last day before the window on which each definition was used, of those that were."""
    since: date | None = None
    """The first day that anything is known of."""
    stale: bool = False
    """Whether `insufficient` is that the newest evidence is too old."""

    @property
    def watched_share(self) -> float:
        """Share of the window's minutes in which at least one source watched, 0 to 1."""
        return self.watched_minutes / self.window.minutes
