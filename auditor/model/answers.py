"""Values that the ledger answers with: what was recorded, what was used, what was not, whether evidence keeps coming.

In: nothing. Out: frozen structs; the JSON form of `UsageStats`, `UnusedRoutes` and `LedgerHealth` is that of the HTTP
service. All times are aware UTC; all days are UTC dates. Never reads a clock.
"""

from datetime import date, datetime
from typing import Literal

import msgspec

from auditor.model.usage import RegisteredHandler, UsageKind


class RecordedSource(msgspec.Struct, frozen=True):
    """What recording one collection did.

    `samples`, `routes` were given; `changed` of the samples were new or higher than known; `minutes_added` were not
    known as watched before.
    """

    source: str
    samples: int
    changed: int
    minutes_added: int
    routes: int
    problem: str | None = None


class RecordSummary(msgspec.Struct, frozen=True):
    """What recording collections did, in the order given."""

    sources: tuple[RecordedSource, ...]


class KeyStats(msgspec.Struct, frozen=True):
    """Use of one key in a window. `sources` saw it; `last_seen` is aware UTC, None where no source has times."""

    key: str
    kind: UsageKind
    calls: int
    errors: int
    last_seen: datetime | None = None
    by_status: dict[str, int] = {}
    sources: tuple[str, ...] = ()


class StatsRow(msgspec.Struct, frozen=True):
    """One key's row of `UsageStats`; `last_used` is aware UTC."""

    calls: int
    errors: int
    last_used: datetime | None = None
    by_status: dict[str, int] = {}


class UsageStats(msgspec.Struct, frozen=True):
    """The answer to "what was used", whose JSON form is the one of `/stats`.

    `stats` are endpoints by `METHOD:/template`; requests that matched no route are only counted (`unmatched`).
    `watched` are watched minutes inside the window by source. `notes` say what the window lacks. `refusal` is set where
    nothing at all is known of the window: the figures mean nothing then.
    """

    period_days: int
    endpoints_used: int
    stats: dict[str, StatsRow]
    generated_at: datetime
    endpoints_registered: int = 0
    unmatched: int = 0
    components: dict[str, StatsRow] = {}
    tasks: dict[str, StatsRow] = {}
    commands: dict[str, StatsRow] = {}
    functions: dict[str, StatsRow] = {}
    watched: dict[str, int] = {}
    collected_since: date | None = None
    notes: tuple[str, ...] = ()
    refusal: str | None = None


class UnusedRoute(msgspec.Struct, frozen=True):
    """A route that was registered for the whole window, watched, and never called.

    `watched_minutes` are those of `source`, which published it, inside the window. `shadowed` never serve anyway.
    """

    key: str
    handler: str
    path: str
    line: int
    source: str
    watched_minutes: int
    version: str = ""
    first_registered: datetime | None = None
    last_registered: datetime | None = None
    shadowed: tuple[RegisteredHandler, ...] = ()


class UndecidedRoute(msgspec.Struct, frozen=True):
    """A route without a call of which that proves nothing; `reason` is one sentence."""

    key: str
    handler: str
    source: str
    reason: str


class UnusedRoutes(msgspec.Struct, frozen=True):
    """The answer to "what is registered and never called"; its JSON form is the one of `/unused`.

    `refusal` says why nothing may be concluded from the window; `unused` is empty then.
    """

    period_days: int
    unused: tuple[UnusedRoute, ...]
    undecided: tuple[UndecidedRoute, ...]
    registered: int
    called: int
    generated_at: datetime
    watched: dict[str, int] = {}
    collected_since: date | None = None
    notes: tuple[str, ...] = ()
    refusal: str | None = None


class SourceStatus(msgspec.Struct, frozen=True):
    """One source's row of `LedgerHealth`.

    `last_watched` is the start of the last watched minute, aware UTC, None where none lies in the days looked at.
    `lost` are counts of those days that a tracker could not deliver.
    """

    name: str
    status: Literal["ok", "stale", "sick"]
    problem: str | None
    collected_at: datetime | None
    healthy_at: datetime | None
    last_watched: datetime | None
    watched_minutes: int
    lost: int = 0
    only_for_use: bool = False
    notes: tuple[str, ...] = ()


class LedgerHealth(msgspec.Struct, frozen=True):
    """Whether evidence keeps coming in; its JSON form is the one of `/health`.

    `ok`: every source is well and fresh. `degraded`: at least one is. `down`: none is, or there is none. `since` and
    `checked_at` bound the days that watched minutes and lost counts are given for.
    """

    status: Literal["ok", "degraded", "down"]
    checked_at: datetime
    since: datetime
    problems: tuple[str, ...]
    sources: tuple[SourceStatus, ...]
