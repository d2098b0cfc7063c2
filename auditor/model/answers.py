"""Values that the ledger answers with: what was recorded, what was used, what was not, whether evidence keeps coming.

In: nothing. Out: frozen structs; the JSON form of `UsageStats`, `UnusedRoutes` and `LedgerHealth` is that of the HTTP
service. All times are aware UTC; all days are UTC dates. Never reads a clock.
"""

from datetime import date, datetime
from typing import Literal

import msgspec

from auditor.model.usage import RegisteredHandler, UsageKind

ANSWER_FORMAT_VERSION = 1
"""Of the JSON of every answer; a field that is added does not change it."""

USES: dict[UsageKind, str] = {
    "endpoint": "requests", "task": "tasks", "component": "components", "command": "commands", "function": "functions",
}  # fmt: skip
"""What the uses of a kind are called in sentences."""


class RecordedSource(msgspec.Struct, frozen=True):
    """What recording one collection did.

    `samples`, `routes` were given; `changed` of the samples were new or higher than known; `minutes_added` were not
    known as watched before; `minutes_dropped` were watched in what the source no longer reads.
    """

    source: str
    samples: int
    changed: int
    minutes_added: int
    routes: int
    problem: str | None = None
    minutes_dropped: int = 0


class RecordSummary(msgspec.Struct, frozen=True):
    """What recording collections did, in the order given."""

    sources: tuple[RecordedSource, ...]


class DurationStats(msgspec.Struct, frozen=True):
    """How long the uses of one key took, milliseconds; `p50` and the like are quantiles, at most 5 % off."""

    mean: float
    min: float
    max: float
    p50: float
    p95: float
    p99: float


class KeyMeasures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of the uses of one key besides their number; None, and not in the JSON form, where no source tells.

    Attributes:
        succeeded: Uses that are known to have succeeded.
        timed_out: Those of the errors that were given up for time.
        duration_ms: How long they took.
        users: How many different users there were on the day that had most; an estimate.
        cost: What those `costed` uses cost together, in the source's unit.
        costed: Uses whose cost is known.
        errors_by_code: Errors by HTTP status, exception class or error code; not every error has one.
    """

    succeeded: int | None = None
    timed_out: int | None = None
    duration_ms: DurationStats | None = None
    users: int | None = None
    cost: float | None = None
    costed: int = 0
    errors_by_code: dict[str, int] = {}


class KeyStats(KeyMeasures, frozen=True):
    """Use of one key in a window.

    `sources` saw it; `first_seen` and `last_seen` are aware UTC, None where no source has times.
    """

    key: str
    kind: UsageKind
    calls: int
    errors: int
    last_seen: datetime | None = None
    by_status: dict[str, int] = {}
    sources: tuple[str, ...] = ()
    first_seen: datetime | None = None


class StatsRow(KeyMeasures, frozen=True):
    """One key's row of `UsageStats`; `first_used` and `last_used` are aware UTC."""

    calls: int
    errors: int
    # Factories, since these are part of the JSON form even where they are empty.
    last_used: datetime | None = msgspec.field(default_factory=lambda: None)
    by_status: dict[str, int] = msgspec.field(default_factory=lambda: {})
    first_used: datetime | None = None


class UsageStats(msgspec.Struct, frozen=True):
    """The answer to "what was used", whose JSON form is the one of `/stats`.

    `stats` are endpoints by `METHOD:/template`; requests that matched no route are only counted (`unmatched`).
    `watched` are watched minutes of requests inside the window by source, `watched_kinds` of others. `notes` say what
    the window lacks. `refusal` is set where nothing at all is known of it: the figures mean nothing then.
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
    watched_kinds: dict[str, dict[UsageKind, int]] = {}
    format_version: int = ANSWER_FORMAT_VERSION


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


class UnusedName(msgspec.Struct, frozen=True):
    """A task, component, command or function that was registered for the whole window, watched, and never used.

    `watched_minutes` are those in which `source`, which published it, watched its kind.
    """

    kind: UsageKind
    name: str
    handler: str
    path: str
    line: int
    source: str
    watched_minutes: int
    version: str = ""
    first_registered: datetime | None = None
    last_registered: datetime | None = None


class UndecidedName(msgspec.Struct, frozen=True):
    """A registered name without a use of which that proves nothing; `reason` is one sentence."""

    kind: UsageKind
    name: str
    handler: str
    source: str
    reason: str


class UnusedRoutes(msgspec.Struct, frozen=True):
    """The answer to "what is registered and never used"; its JSON form is the one of `/unused`.

    `registered` and `called` count routes, `names_registered` and `names_used` tasks, components, commands and
    functions. `watched` are minutes of requests by source, `watched_kinds` those of other kinds. `refusal` says why
    nothing may be concluded from the window; `unused` and `names` are empty then.
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
    names: tuple[UnusedName, ...] = ()
    undecided_names: tuple[UndecidedName, ...] = ()
    names_registered: int = 0
    names_used: int = 0
    watched_kinds: dict[str, dict[UsageKind, int]] = {}
    format_version: int = ANSWER_FORMAT_VERSION


class SourceStatus(msgspec.Struct, frozen=True):
    """One source's row of `LedgerHealth`.

    `last_watched` is the start of the last minute in which any kind was watched, aware UTC, None where none lies in the
    days looked at. `watched_minutes` are those of requests, `watched_kinds` those of other kinds. `lost` are counts of
    those days that a tracker could not deliver.
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
    watched_kinds: dict[UsageKind, int] = {}


class LedgerHealth(msgspec.Struct, frozen=True):
    """Whether evidence keeps coming in; its JSON form is the one of `/health`.

    `ok`: every source is well and fresh. `degraded`: at least one is. `down`: none is, or there is none. `since` and
    `checked_at` bound the days that watched minutes and lost counts are given for. `collected_since` is the first day
    that the ledger knows of, `newest` the last watched minute of any source.
    """

    status: Literal["ok", "degraded", "down"]
    checked_at: datetime
    since: datetime
    problems: tuple[str, ...]
    sources: tuple[SourceStatus, ...]
    collected_since: date | None = None
    newest: datetime | None = None
    format_version: int = ANSWER_FORMAT_VERSION
