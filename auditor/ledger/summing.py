"""The uses of one key, summed over days. In: samples, or sums of months. Out: KeyStats. Never reads anything."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from auditor.ledger import merging
from auditor.model.answers import DurationStats, KeyStats
from auditor.model.measures import Durations
from auditor.model.usage import UsageKind, UsageSample

_MILLIONTHS = 1_000_000


class KeySum:
    """What is known of one key so far. All numbers may be added to in any order."""

    __slots__ = (
        "_buckets", "_longest", "_shortest", "_total", "cost", "costed", "count", "errors", "errors_by_code",
        "first_seen", "last_seen", "sources", "statuses", "succeeded", "timed_out", "users",
    )  # fmt: skip

    def __init__(self) -> None:
        self.count = self.errors = self.succeeded = self.timed_out = self.cost = self.costed = self.users = 0
        self.first_seen: datetime | None = None
        self.last_seen: datetime | None = None
        self.statuses: dict[str, int] = {}
        self.errors_by_code: dict[str, int] = {}
        self.sources: set[str] = set()
        self._buckets: dict[int, int] = {}
        self._total = 0
        self._shortest: int | None = None
        self._longest: int | None = None

    def add(self, sample: UsageSample) -> None:
        """Add one day's uses; `origin` names their sources."""
        self.count += sample.count
        self.errors += sample.errors
        self.succeeded += sample.succeeded
        self.timed_out += sample.timed_out
        self.cost += sample.cost
        self.costed += sample.costed
        self.add_users(merging.user_count(sample.users))
        self.add_times(sample.first_seen, sample.last_seen)
        self.add_statuses(sample.by_status)
        self.add_codes(sample.errors_by_code)
        self.add_sources(sample.origin.split(", "))
        if sample.durations:
            self.add_durations(sample.durations)

    def add_users(self, users: int) -> None:
        """Add the number of users on one day."""
        self.users = max(self.users, users)

    def add_times(self, first: datetime | None, last: datetime | None) -> None:
        """Add when the first and the last of some uses were."""
        if first is not None and (self.first_seen is None or first < self.first_seen):
            self.first_seen = first
        if last is not None and (self.last_seen is None or last > self.last_seen):
            self.last_seen = last

    def add_statuses(self, statuses: Mapping[str, int]) -> None:
        """Add uses by status."""
        for status, count in statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count

    def add_codes(self, codes: Mapping[str, int]) -> None:
        """Add errors by code."""
        for code, count in codes.items():
            self.errors_by_code[code] = self.errors_by_code.get(code, 0) + count

    def add_sources(self, names: Iterable[str]) -> None:
        """Add who saw some uses."""
        self.sources.update(names)

    def add_durations(self, durations: Durations) -> None:
        """Add how long some uses took."""
        for bucket, count in durations.buckets.items():
            self._buckets[bucket] = self._buckets.get(bucket, 0) + count
        self._total += durations.total
        if durations.shortest is not None and (self._shortest is None or durations.shortest < self._shortest):
            self._shortest = durations.shortest
        if durations.longest is not None and (self._longest is None or durations.longest > self._longest):
            self._longest = durations.longest

    def stats(self, kind: UsageKind, key: str) -> KeyStats:
        """Return all that was added; a number that no source tells is None, and not zero."""
        ended = self.succeeded or (self.errors and self.errors == self.count)
        return KeyStats(
            key=key,
            kind=kind,
            calls=self.count,
            errors=self.errors,
            last_seen=self.last_seen,
            by_status=_used(self.statuses),
            sources=tuple(sorted(self.sources)),
            first_seen=self.first_seen,
            succeeded=self.succeeded if ended else None,
            timed_out=self.timed_out or None,
            duration_ms=self._durations(),
            users=self.users or None,
            cost=self.cost / _MILLIONTHS if self.costed else None,
            costed=self.costed,
            errors_by_code=_used(self.errors_by_code),
        )

    def _durations(self) -> DurationStats | None:
        durations = Durations(self._buckets, self._total, self._shortest, self._longest)
        mean = durations.mean()
        if mean is None:
            return None
        lowest, p50, p95, p99, highest = durations.quantiles(0, 0.5, 0.95, 0.99, 1)
        return DurationStats(
            mean=_milliseconds(mean),
            min=_milliseconds(lowest if self._shortest is None else self._shortest),
            max=_milliseconds(highest if self._longest is None else self._longest),
            p50=_milliseconds(p50),
            p95=_milliseconds(p95),
            p99=_milliseconds(p99),
        )


def _milliseconds(microseconds: float | None) -> float:
    return round((microseconds or 0) / 1000, 3)


def _used(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts[name] for name in sorted(counts) if counts[name]}
