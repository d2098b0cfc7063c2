"""One key's uses in one month, day by day in columns, as the projection of months holds it. In: samples. Out: sums.

A column has one number for each of 31 days, so that any part of a month is summed by slices; a column without a number
is left out. Times are microseconds since the epoch.
"""

import struct
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec

from auditor.ledger import merging
from auditor.ledger.encoding import HIGHEST_BUCKET, MOST, UnreadableError
from auditor.ledger.summing import KeySum
from auditor.model.measures import Durations
from auditor.model.usage import UsageSample

DAYS = 31
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HEADER = struct.Struct("<qqqH")
"""Of the summed durations: total, shortest, longest (-1: not known), number of the lowest bucket; counts follow."""
_LANE = 8
_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}
"""Bytes of a number -> what `struct` calls it."""
_LARGEST = 2**63 - 1

Column = list[int]
TimeColumn = list[int | None]


class MonthDays(msgspec.Struct, omit_defaults=True):
    """The columns; as in `UsageSample`.

    `sources` has a bit for each day, `users` are numbers of users. `buckets` are the counts of the `width` duration
    buckets from `lowest` on, `lane` bytes each, day after day.
    """

    sources: dict[str, int] = msgspec.field(name="w", default_factory=dict)
    count: Column = msgspec.field(name="n", default_factory=list)
    errors: Column = msgspec.field(name="e", default_factory=list)
    by_status: dict[str, Column] = msgspec.field(name="s", default_factory=dict)
    succeeded: Column = msgspec.field(name="o", default_factory=list)
    timed_out: Column = msgspec.field(name="t", default_factory=list)
    cost: Column = msgspec.field(name="m", default_factory=list)
    costed: Column = msgspec.field(name="k", default_factory=list)
    errors_by_code: dict[str, Column] = msgspec.field(name="c", default_factory=dict)
    users: Column = msgspec.field(name="u", default_factory=list)
    first_seen: TimeColumn = msgspec.field(name="f", default_factory=list)
    last_seen: TimeColumn = msgspec.field(name="l", default_factory=list)
    taken: Column = msgspec.field(name="d", default_factory=list)
    shortest: TimeColumn = msgspec.field(name="a", default_factory=list)
    longest: TimeColumn = msgspec.field(name="z", default_factory=list)
    lowest: int = msgspec.field(name="b", default=0)
    width: int = msgspec.field(name="v", default=0)
    lane: int = msgspec.field(name="y", default=0)
    buckets: bytes = msgspec.field(name="x", default=b"")

    def __post_init__(self) -> None:
        """Reject what was not stored like this."""
        if len(self.buckets) != DAYS * self.width * self.lane or (self.width and self.lane not in _CODES):
            raise ValueError("a stored month is damaged")

    def put(self, sample: UsageSample) -> None:
        """Set one day to what is known of it now."""
        at = sample.day.day - 1
        for name in _NUMBERS:
            setattr(self, name, _with(getattr(self, name), at, _most(getattr(sample, name))))
        self.users = _with(self.users, at, _most(merging.user_count(sample.users)))
        self.first_seen = _with_time(self.first_seen, at, _microseconds(sample.first_seen))
        self.last_seen = _with_time(self.last_seen, at, _microseconds(sample.last_seen))
        _put_all(self.by_status, at, sample.by_status)
        _put_all(self.errors_by_code, at, sample.errors_by_code)
        durations = sample.durations or Durations({})
        self._put_buckets(at, durations.buckets)
        self.taken = _with(self.taken, at, durations.total)
        self.shortest = _with_time(self.shortest, at, durations.shortest)
        self.longest = _with_time(self.longest, at, durations.longest)
        names = set(sample.origin.split(", "))
        for name in {*names, *self.sources}:
            self.sources[name] = self.sources.get(name, 0) & ~(1 << at) | (name in names) << at

    def add_to(self, whole: KeySum, first: int, last: int) -> None:
        """Add the uses of some days of the month, both inclusive, to a sum."""
        part = slice(first - 1, last)
        seen = [name for name, bits in self.sources.items() if bits >> first - 1 & (1 << last - first + 1) - 1]
        if not seen:
            return
        whole.add_sources(seen)
        for name in _NUMBERS:
            setattr(whole, name, getattr(whole, name) + sum(getattr(self, name)[part]))
        whole.add_users(max(self.users[part], default=0))
        whole.add_times(_time(_least(self.first_seen[part])), _time(_greatest(self.last_seen[part])))
        whole.add_statuses(_sums(self.by_status, part))
        whole.add_codes(_sums(self.errors_by_code, part))
        durations = self.durations(first, last)
        if durations:
            whole.add_durations(durations)

    def durations(self, first: int = 1, last: int = DAYS) -> Durations | None:
        """Return how long the uses of some days took, both inclusive."""
        if not self.width:
            return None
        size, part = self.width * self.lane, slice(first - 1, last)
        days = (self.buckets[at * size : at * size + size] for at in range(first - 1, last))
        # Every bucket's number has room for a month's: adding up the days as integers adds up the buckets.
        summed = sum(int.from_bytes(day, "little") for day in days)
        if not summed:
            return None
        counts = struct.unpack(f"<{self.width}{_CODES[self.lane]}", summed.to_bytes(size, "little"))
        buckets = {self.lowest + at: count for at, count in enumerate(counts) if count}
        return Durations(buckets, sum(self.taken[part]), _least(self.shortest[part]), _greatest(self.longest[part]))

    def _put_buckets(self, at: int, buckets: Mapping[int, int]) -> None:
        if buckets:
            lowest, end = min(buckets), max(buckets) + 1
            room = next(lane for lane in _CODES if max(buckets.values()) * DAYS < 1 << 8 * lane - 1)
            if self.width:
                lowest, end = min(lowest, self.lowest), max(end, self.lowest + self.width)
            self._reshape(lowest, end - lowest, max(room, self.lane))
        if self.width:
            counts = (buckets.get(number, 0) for number in range(self.lowest, self.lowest + self.width))
            day, size = struct.pack(f"<{self.width}{_CODES[self.lane]}", *counts), self.width * self.lane
            self.buckets = self.buckets[: at * size] + day + self.buckets[at * size + size :]

    def _reshape(self, lowest: int, width: int, lane: int) -> None:
        """Make room for lower and higher buckets, and for larger numbers."""
        if (lowest, width, lane) == (self.lowest, self.width, self.lane):
            return
        before, after = (0,) * (self.lowest - lowest), (0,) * (lowest + width - self.lowest - self.width)
        if self.width:
            days = struct.iter_unpack(f"<{self.width}{_CODES[self.lane]}", self.buckets)
            new = struct.Struct(f"<{width}{_CODES[lane]}")
            self.buckets = b"".join(new.pack(*before, *counts, *after) for counts in days)
        else:
            self.buckets = bytes(DAYS * width * lane)
        self.lowest, self.width, self.lane = lowest, width, lane

    @property
    def last_day(self) -> int:
        """The last day of the month of which anything is known."""
        return max(bits.bit_length() for bits in self.sources.values())


_NUMBERS = ("count", "errors", "succeeded", "timed_out", "cost", "costed")


def packed_sum(durations: Durations | None) -> bytes | None:
    """Return a month's durations for `LaneSum`; None for none."""
    if durations is None:
        return None
    low, high = min(durations.buckets), max(durations.buckets)
    counts = [min(durations.buckets.get(number, 0), MOST) for number in range(low, high + 1)]
    header = _HEADER.pack(
        min(durations.total, _LARGEST), _or_unknown(durations.shortest), _or_unknown(durations.longest), low
    )
    return header + struct.pack(f"<{len(counts)}q", *counts)


class LaneSum:
    """Durations of many months, added up as one large integer of which every 64 bits are the count of a bucket."""

    __slots__ = ("_lanes", "_longest", "_shortest", "_total")

    def __init__(self) -> None:
        self._lanes = self._total = 0
        self._shortest: int | None = None
        self._longest: int | None = None

    def add(self, packed: bytes) -> None:
        """Add what `packed_sum` gave."""
        if len(packed) < _HEADER.size or (len(packed) - _HEADER.size) % _LANE or len(packed) > _LONGEST_SUM:
            raise UnreadableError("stored durations are damaged")
        total, shortest, longest, low = _HEADER.unpack_from(packed)
        if low > HIGHEST_BUCKET:
            raise UnreadableError("stored durations are damaged")
        self._lanes += int.from_bytes(packed[_HEADER.size :], "little") << 64 * low
        self._total += total
        if shortest >= 0 and (self._shortest is None or shortest < self._shortest):
            self._shortest = shortest
        if longest >= 0 and (self._longest is None or longest > self._longest):
            self._longest = longest

    def durations(self) -> Durations:
        """Return all that was added."""
        size = (self._lanes.bit_length() + 63) // 64
        counts = struct.unpack(f"<{size}q", self._lanes.to_bytes(size * _LANE, "little"))
        buckets = {number: count for number, count in enumerate(counts) if count}
        return Durations(buckets, self._total, self._shortest, self._longest)


_LONGEST_SUM = _HEADER.size + _LANE * (HIGHEST_BUCKET + 1)


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def _most(number: int) -> int:
    return min(number, MOST)


def _with(column: Column, at: int, number: int) -> Column:
    """Return a column with another number in it; none for one without any."""
    if not number and not column:
        return column
    column = column or [0] * DAYS
    column[at] = number
    return column if number or any(column) else []


def _with_time(column: TimeColumn, at: int, moment: int | None) -> TimeColumn:
    if moment is None and not column:
        return column
    column = column or [None] * DAYS
    column[at] = moment
    return column


def _put_all(columns: dict[str, Column], at: int, numbers: Mapping[str, int]) -> None:
    for name in set(columns) | set(numbers):
        column = _with(columns.get(name, []), at, _most(numbers.get(name, 0)))
        if column:
            columns[name] = column
        else:
            columns.pop(name, None)


def _sums(columns: dict[str, Column], part: slice) -> dict[str, int]:
    """Return the sum of each column; a name that none of the days has is left out."""
    return {name: sum(column[part]) for name, column in columns.items() if any(column[part])}


def _least(moments: TimeColumn) -> int | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _greatest(moments: TimeColumn) -> int | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _microseconds(time: datetime | None) -> int | None:
    return None if time is None else (time - _EPOCH) // _MICROSECOND


def _time(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def _or_unknown(number: int | None) -> int:
    return -1 if number is None else min(number, _LARGEST)
