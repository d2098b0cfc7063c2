"""Collections, samples and routes with everything filled in that a test does not care about."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from auditor.ledger.summing import KeySum
from auditor.model.answers import KeyStats
from auditor.model.measures import Durations
from auditor.model.usage import (
    Collection,
    LedgerReading,
    RegisteredHandler,
    RegisteredName,
    RegisteredRoute,
    UsageKind,
    UsageSample,
    WatchedDay,
)
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.tracking.sketches import UserSketch

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
WINDOW = Window.last_days(14, NOW)


def sample(
    key: str = "GET /users/{id}", count: int = 1, *, day: date = TODAY, origin: str = "", **more: object
) -> UsageSample:
    return UsageSample(key=key, kind="endpoint", day=day, count=count, origin=origin, **more)  # type: ignore[arg-type]  # keywords of one test each


def users(*names: str) -> bytes:
    sketch = UserSketch()
    for one in names:
        sketch.add(one, "shop", TODAY)
    return sketch.redis_value()


def durations(*milliseconds: float) -> Durations:
    taken = [round(one * 1000) for one in milliseconds]
    buckets = Counter(layout.duration_bucket(one / 1e6) for one in taken)
    return Durations(dict(sorted(buckets.items())), sum(taken), min(taken), max(taken))


def measured(key: str = "GET /users/{id}", *, day: date = TODAY, origin: str = "", **more: object) -> UsageSample:
    """Return a sample with a value for every measure there is."""
    measures = {
        "count": 10, "errors": 3, "by_status": {"2xx": 7, "5xx": 3}, "last_seen": NOW, "succeeded": 7, "timed_out": 1,
        "first_seen": NOW - timedelta(hours=3), "durations": durations(5, 7, 900), "users": users("a", "b"),
        "errors_by_code": {"500": 2, "TimeoutError": 1}, "cost": 2_500_000, "costed": 4,
    }  # fmt: skip
    return sample(key, day=day, origin=origin, **(measures | more))  # type: ignore[arg-type]  # keywords of one test each


def route(
    key: str = "GET /users/{id}",
    handler: str = "shop.users:get",
    *,
    first: datetime | None = NOW - timedelta(days=30),
    last: datetime | None = NOW - timedelta(days=1),
    version: str = "v1",
    shadowed: Sequence[str] = (),
) -> RegisteredRoute:
    return RegisteredRoute(
        key=key,
        handler=RegisteredHandler(handler, "shop/users.py", 12),
        version=version,
        first_registered=first,
        last_registered=last,
        shadowed=tuple(RegisteredHandler(name, "shop/old.py", 3) for name in shadowed),
    )


def name(
    name: str = "mail.remind",
    target: str = "shop.tasks:remind",
    kind: UsageKind = "task",
    *,
    first: datetime | None = NOW - timedelta(days=30),
    last: datetime | None = NOW - timedelta(days=1),
    version: str = "v1",
) -> RegisteredName:
    return RegisteredName(kind, name, RegisteredHandler(target, "shop/tasks.py", 7), version, first, last)


def all_day(days: Sequence[date] = WINDOW.dates()) -> tuple[WatchedDay, ...]:
    return tuple(WatchedDay(day, b"\xff" * 180) for day in days)


def collection(source: str = "redis", **more: object) -> Collection:
    return Collection(source=source, window=WINDOW, **more)  # type: ignore[arg-type]  # keywords of one test each


def watched_from(
    start: datetime, end: datetime, without: Sequence[tuple[datetime, datetime]] = ()
) -> tuple[WatchedDay, ...]:
    """Return the days in which every minute from `start` to `end` was watched but those of `without`, all half-open."""
    minutes: dict[date, set[int]] = {}
    silent = [(begin.timestamp(), stop.timestamp()) for begin, stop in without]
    for stamp in range(int(start.timestamp()), int(end.timestamp()), 60):
        if not any(begin <= stamp < stop for begin, stop in silent):
            moment = datetime.fromtimestamp(stamp, UTC)
            minutes.setdefault(moment.date(), set()).add(moment.hour * 60 + moment.minute)
    return tuple(WatchedDay.of_minutes(day, found) for day, found in sorted(minutes.items()))


def daily(key: str, counts: Sequence[int], *, first: date, **more: object) -> list[UsageSample]:
    """Return a sample for each count above zero, one a day from `first` on."""
    days = (first + timedelta(days=n) for n in range(len(counts)))
    return [sample(key, count, day=day, **more) for day, count in zip(days, counts, strict=True) if count]


def key_stats(reading: LedgerReading) -> tuple[KeyStats, ...]:
    """Return what an answer about keys must say: a reading's samples, summed by kind and key."""
    sums: dict[tuple[UsageKind, str], KeySum] = defaultdict(KeySum)
    for sample in reading.samples:
        sums[sample.kind, sample.key].add(sample)
    return tuple(sums[kind, key].stats(kind, key) for kind, key in sorted(sums))
