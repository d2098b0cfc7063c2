"""Values that answer what is known of single keys: one in full, those that nobody used for long, how well each does.

In: nothing. Out: frozen structs; their JSON form is what `auditor usage show|scores|dead-weight` print. All times are
aware UTC; all days are UTC dates; durations are milliseconds. Never reads a clock.
"""

from datetime import date, datetime

import msgspec

from auditor.model.answers import ANSWER_FORMAT_VERSION, DurationStats
from auditor.model.usage import RegisteredHandler, UsageKind
from auditor.model.window import Window


class LastUse(msgspec.Struct, frozen=True):
    """When a key was first and last used, of all that a ledger knows; times are None where no source has them.

    Where it is not `dated`, only the order of the last use is known: it was on `last_day` at the latest.
    """

    first_day: date
    last_day: date
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    sources: tuple[str, ...] = ()
    dated: bool = True


class KeyDay(msgspec.Struct, frozen=True):
    """One day of a key: `watched` of the `of` minutes of it in the window were watched, by the source that did best."""

    day: date
    calls: int
    errors: int
    watched: int
    of: int
    users: int | None = None


class KeyHandler(msgspec.Struct, frozen=True):
    """What runs under a key, as `source` published it."""

    handler: str
    path: str
    line: int
    source: str
    version: str = ""
    first_registered: datetime | None = None
    last_registered: datetime | None = None
    shadowed: tuple[RegisteredHandler, ...] = ()


class KeyWatched(msgspec.Struct, frozen=True):
    """For how many of the window's minutes a source that can prove absence watched the kind of a key."""

    source: str
    minutes: int
    of: int


class KeyReport(msgspec.Struct, frozen=True):
    """All that is known of one key in a window, and when it was used first and last in any.

    Attributes:
        kind: What it is.
        key: `METHOD /template`, or the name.
        window: The time asked about.
        calls: Uses in it; of several sources, what the one saw that saw most.
        errors: Failures among them.
        succeeded: Uses that are known to have succeeded; None where no source tells.
        timed_out: Those of the errors that were given up for time; None where no source tells.
        users: How many different users there were on the day that had most; None where no source tells.
        undated: Those of the uses of which only the order is known: before they were collected.
        ever: First and last use in any window; None where it never was used.
        by_status: Uses by status class.
        by_source: Uses by source: not to be added up, several may have seen the same ones.
        by_hour: Uses by UTC hour of the day, 0 to 23; empty where no source knows.
        days: Every day that the window touches.
        duration_ms: How long they took; None where no source measures.
        errors_by_code: Failures by code.
        cost: Together, in the source's unit; None where no source knows.
        costed: Uses whose cost is known.
        handlers: What was published under the key.
        watched: Who watched its kind.
        conclusion: What no use means, in one sentence; empty where it was used.
        nothing_known: Whether nobody watched and nobody counted.
    """

    kind: UsageKind
    key: str
    window: Window
    calls: int
    errors: int
    succeeded: int | None
    timed_out: int | None
    users: int | None
    undated: int
    ever: LastUse | None
    by_status: dict[str, int]
    by_source: dict[str, int]
    by_hour: dict[int, int]
    days: tuple[KeyDay, ...]
    duration_ms: DurationStats | None
    errors_by_code: dict[str, int]
    cost: float | None
    costed: int
    handlers: tuple[KeyHandler, ...]
    watched: tuple[KeyWatched, ...]
    conclusion: str = ""
    nothing_known: bool = False


class KeyCandidate(msgspec.Struct, frozen=True):
    """A key that may have been meant."""

    kind: UsageKind
    key: str
    registered: bool


class KeyAnswer(msgspec.Struct, frozen=True):
    """The answer to "what is known of this key": its report, or what may have been meant.

    `candidates` are the keys that a spelling fits where it fits several, else those nearest to it. `ambiguous` tells
    these apart. `refusal` is set where nothing can be said of any key, as nothing is known at all.
    """

    asked: str
    report: KeyReport | None = None
    ambiguous: bool = False
    candidates: tuple[KeyCandidate, ...] = ()
    refusal: str | None = None
    format_version: int = ANSWER_FORMAT_VERSION


class UnusedKey(msgspec.Struct, frozen=True):
    """A key that nobody used for long, or (with a `reason`) of which that is not known.

    Attributes:
        kind: What it is.
        key: `METHOD /template`, or the name.
        last_used: None where no source has a time for it, and where it never was used.
        last_day: The last day on which it was used; None for never.
        dated: Whether it was on that day; where not, at the latest.
        registered: Whether a tracker published it.
        handler: What runs under it, empty where it is not registered.
        path: Of the handler, relative to the audited root where it lies there.
        line: Of the handler.
        source: Who published it, else who saw it.
        watched_minutes: In which `source` watched its kind.
        reason: Why no use proves nothing.
    """

    kind: UsageKind
    key: str
    last_used: datetime | None
    last_day: date | None
    registered: bool
    handler: str
    path: str
    line: int
    source: str
    watched_minutes: int
    reason: str | None = None
    dated: bool = True


class DeadWeight(msgspec.Struct, frozen=True):
    """The answer to "what was not used for so many days": what was watched all the while, and what was not.

    `used` counts the keys, registered or not, that were used. `refusal` says why nothing may be concluded at all.
    """

    period_days: int
    generated_at: datetime
    dead: tuple[UnusedKey, ...]
    not_known: tuple[UnusedKey, ...]
    used: int
    collected_since: date | None = None
    notes: tuple[str, ...] = ()
    refusal: str | None = None
    format_version: int = ANSWER_FORMAT_VERSION


class Score(msgspec.Struct, frozen=True):
    """How well one key did.

    Attributes:
        kind: What it is.
        key: `METHOD /template`, or the name.
        sample_size: Uses.
        success_rate: Share of the uses with a known end that succeeded, 0 to 1; None where none is known.
        average_cost: Of the uses whose cost is known, in the source's unit; None where none is.
        median_duration: Milliseconds, at most 5 % off; None where no source measures.
    """

    kind: UsageKind
    key: str
    sample_size: int
    success_rate: float | None = None
    average_cost: float | None = None
    median_duration: float | None = None


class Scores(msgspec.Struct, frozen=True):
    """How well each key did in the `days` before `computed_at`; `refusal` where nothing is known of them."""

    days: int
    computed_at: datetime
    scores: tuple[Score, ...]
    refusal: str | None = None
    format_version: int = ANSWER_FORMAT_VERSION
