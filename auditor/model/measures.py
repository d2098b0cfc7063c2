"""What a source may tell of uses besides their number: durations, users, outcomes, cost; and uses by the hour.

In: nothing. Out: frozen structs that add up over hours, days and origins. All times are aware UTC. Never reads a clock.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import accumulate

import msgspec

from auditor.tracking import layout


class Durations(msgspec.Struct, frozen=True):
    """How long uses took: counts in buckets of equal ratio, from which every quantile is known within 5 %.

    Attributes:
        buckets: Number of `tracking.layout.duration_bucket` -> uses.
        total: All together, microseconds.
        shortest: Microseconds; None where it is not known.
        longest: Microseconds; None where it is not known.

    Source: DDSketch, Masson, Rim and Lee, VLDB 2019. Sketches add up over hours, days and origins.
    """

    buckets: Mapping[int, int]
    total: int = 0
    shortest: int | None = None
    longest: int | None = None

    @property
    def count(self) -> int:
        """Number of uses whose duration is known."""
        return sum(self.buckets.values())

    def added(self, other: "Durations | None") -> "Durations":
        """Return the durations of different uses together."""
        if other is None:
            return self
        return self._with(other, self.total + other.total, lambda one, two: one + two)

    def joined(self, other: "Durations | None") -> "Durations":
        """Return what two readings of the same, growing origin say: the larger of each number."""
        return self if other is None else self._with(other, max(self.total, other.total), max)

    def _with(self, other: "Durations", total: int, of_both: Callable[[int, int], int]) -> "Durations":
        numbers = sorted({*self.buckets, *other.buckets})
        return Durations(
            {number: of_both(self.buckets.get(number, 0), other.buckets.get(number, 0)) for number in numbers},
            total,
            min((one for one in (self.shortest, other.shortest) if one is not None), default=None),
            max((one for one in (self.longest, other.longest) if one is not None), default=None),
        )

    def mean(self) -> float | None:
        """Return the mean in microseconds, None where nothing is known."""
        return self.total / self.count if self.count else None

    def quantile(self, share: float) -> float | None:
        """Return the duration in microseconds that `share` (0 to 1) of the uses did not exceed; None where unknown.

        At most 5 % off, and never below the shortest nor above the longest.
        """
        (found,) = self.quantiles(share)
        return found

    def quantiles(self, *shares: float) -> list[float | None]:
        """Return the quantile of each share, as `quantile` does, in one go."""
        numbers = sorted(self.buckets)
        reached = list(accumulate(self.buckets[number] for number in numbers))
        if not reached or not reached[-1]:
            return [None] * len(shares)
        at = (numbers[bisect_right(reached, share * (reached[-1] - 1))] for share in shares)
        return [self._within(layout.bucket_seconds(number) * 1e6) for number in at]

    def _within(self, value: float) -> float:
        value = value if self.longest is None else min(value, self.longest)
        return value if self.shortest is None else max(value, self.shortest)


class UsageMeasures(msgspec.Struct, frozen=True, kw_only=True):
    """What a source may tell of uses besides their number; each is empty where it does not.

    All only ever grow as more is read of one origin (`first_seen` falls), so two readings of it join by the larger.

    Attributes:
        first_seen: Aware UTC.
        succeeded: Uses that are known to have succeeded; failures are `errors`.
        timed_out: Those of the `errors` that were given up for time.
        durations: How long uses took.
        users: How many different users: HyperLogLog registers as Redis keeps them (`tracking.sketches`), never ids.
        errors_by_code: Failures by a code that names no person: HTTP status, exception class, error code.
        cost: What uses cost together, in millionths of the source's unit.
        costed: Uses whose cost is known.
    """

    first_seen: datetime | None = None
    succeeded: int = 0
    timed_out: int = 0
    durations: Durations | None = None
    users: bytes = b""
    errors_by_code: Mapping[str, int] = {}
    cost: int = 0
    costed: int = 0


class HourlyUse(UsageMeasures, frozen=True):
    """Uses of one key in one hour; as in `UsageSample`."""

    count: int
    errors: int = 0
    last_seen: datetime | None = None
    by_status: Mapping[str, int] = {}
