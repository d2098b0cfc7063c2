"""Values that say how a monitoring period goes: how well it was watched, what looks wrong, when deletion may begin.

In: nothing. Out: frozen structs; the JSON form of `MonitoringStatus` is what `auditor status --format json` prints. All
times are aware UTC; all days are UTC dates. Never reads a clock.
"""

from datetime import date, datetime
from typing import Literal

import msgspec

from auditor.model.usage import UsageKind

AnomalyKind = Literal[
    "traffic_fell", "source_quiet", "source_empty", "unknown_routes", "unmatched_requests", "untracked_instance",
    "counts_lost", "version_skew",
]  # fmt: skip


class DayWatched(msgspec.Struct, frozen=True):
    """Watched minutes of one day, of the `of` minutes of it that lie inside the period and are known by now."""

    day: date
    minutes: int
    of: int

    @property
    def share(self) -> float:
        """Share of the minutes so far that were watched, 0 to 1; 0 where none has passed."""
        return self.minutes / self.of if self.of else 0.0


class Gap(msgspec.Struct, frozen=True):
    """A stretch that nobody watched, half-open."""

    start: datetime
    end: datetime
    minutes: int


class WatchStrip(msgspec.Struct, frozen=True):
    """How one source watched one kind, day by day; `gaps` are the longest, `gaps_left_out` the number of others."""

    source: str
    kind: UsageKind
    days: tuple[DayWatched, ...]
    gaps: tuple[Gap, ...] = ()
    gaps_left_out: int = 0


class Checkpoint(msgspec.Struct, frozen=True):
    """How the period stood after a week of it.

    Attributes:
        number: Day of the period, from 1: 7, 14 and so on, and its last.
        day: That day; the checkpoint is reached when it is over.
        reached: Whether it is; what follows means nothing before.
        keys: Different keys used up to then.
        watched_share: Of the period up to then, 0 to 1.
        thin_days: Days up to then on which too little was watched, or counts were lost.
    """

    number: int
    day: date
    reached: bool
    keys: int = 0
    watched_share: float = 0.0
    thin_days: tuple[date, ...] = ()


class Anomaly(msgspec.Struct, frozen=True):
    """Something that a person should look at; `detail` is one sentence, `keys` those concerned, the busiest first."""

    kind: AnomalyKind
    detail: str
    source: str | None = None
    day: date | None = None
    keys: tuple[str, ...] = ()


class NewKeys(msgspec.Struct, frozen=True):
    """How many keys were used on a day that no day before it had."""

    day: date
    keys: int


class BatchState(msgspec.Struct, frozen=True):
    """What became of one batch of the stored plan."""

    number: int
    state: str


class NotJudged(msgspec.Struct, frozen=True):
    """How many of the `of` routes that a source publishes a plan could not judge yet; `because` is of most of them."""

    source: str
    routes: int
    of: int
    because: str


class MonitoringStatus(msgspec.Struct, frozen=True):
    """The answer to "how does the monitoring go, and may deletion begin".

    Attributes:
        state: `unknown`: the ledger knows nothing. `waiting`: the period begins later. `running`: it is not over, or
            too little was watched. `complete`: a plan may rest on its last `period_days` days.
        checked_at: When this was asked.
        period_start: First day.
        period_days: Days asked for.
        day: Which day of the period it is, from 1; 0 before it begins.
        deletion_may_begin: Whether a plan over the last `period_days` days would be allowed now.
        not_before: The first day on which one could be, if all is watched from now on; None where it may now.
        because: Why it may not now, in one sentence.
        health: As `auditor usage health` says.
        problems: What is wrong with sources, a sentence each.
        min_watched: Share of a day's minutes that must be watched.
        watched_share: Of the days shown, up to now, by any source.
        thin_days: Days shown on which too little was watched, or counts were lost.
        strips: How each source watched each kind.
        checkpoints: Weekly.
        keys: Different keys used in the days shown.
        new_keys: Keys used for the first time, by day.
        days_without_new_keys: Whole days up to now without any.
        anomalies: What a person should look at.
        batches: Of the stored plan; empty where there is none.
        plan_id: Of the stored plan.
        not_judged: Published routes that nobody calls and that stay undecided for now, by source: what a log watched
            says nothing of the routes that a younger tracker publishes.
    """

    state: Literal["unknown", "waiting", "running", "complete"]
    checked_at: datetime
    period_start: date | None
    period_days: int
    day: int
    deletion_may_begin: bool
    not_before: date | None
    because: str | None
    health: Literal["ok", "degraded", "down"]
    problems: tuple[str, ...]
    min_watched: float
    watched_share: float = 0.0
    thin_days: tuple[date, ...] = ()
    strips: tuple[WatchStrip, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    keys: int = 0
    new_keys: tuple[NewKeys, ...] = ()
    days_without_new_keys: int = 0
    anomalies: tuple[Anomaly, ...] = ()
    batches: tuple[BatchState, ...] = ()
    plan_id: str | None = None
    not_judged: tuple[NotJudged, ...] = ()
