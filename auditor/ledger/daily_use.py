"""Calls over time of the keys that a plan shows. In: a connection, a window, keys by name. Out: `DailyUse`.

Looks back further than the window, as far as anything is known: what nobody calls now, somebody may have called before.
Uses at no known day are left out, and answers that the router gave by itself (405).
Never writes.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

import sqlalchemy as sa

from auditor.ledger import merging, reading, schema, watching
from auditor.ledger.daily_counts import DailyCounts, daily_counts
from auditor.ledger.spelling import Place
from auditor.model.daily_use import DailyUse, KeyCalls
from auditor.model.days import midnight
from auditor.model.monitoring import NewKeys
from auditor.model.route_keys import shape
from auditor.model.usage import MINUTES_A_DAY, LedgerReading, UsageKind, UsageSample, WatchedDay
from auditor.model.window import Window
from auditor.tracking import layout

MOST_KEYS = 60
"""Keys that are told day by day."""
LOOK_BACK = timedelta(days=42)
MOST_DAYS = 100
"""A longer window is not looked back from: what is told stays small."""
KINDS: tuple[UsageKind, ...] = ("endpoint", "component", "task", "command", "function")
_NOT_CALLED = "405"
_UNKNOWN = "other"


def daily_use(
    connection: sa.Connection,
    window: Window,
    configured: frozenset[str] | None,
    named: Mapping[str, Collection[str]],
) -> DailyUse:
    """Return what is known of each day.

    Args:
        connection: The ledger's.
        window: What the plan rests on.
        configured: Sources that count; None: all do.
        named: What the plan speaks of, with all keys it is known by: told first, the busiest others after it.
    """
    days = window.dates()
    first = _first_day(connection, days)
    told = Window(midnight(first), window.end)
    found = reading.read(connection, told, configured, samples=False)
    counts = _by_key(daily_counts(connection, told))
    places = _places(named, counts)
    of_names = dict(list(places.items())[:MOST_KEYS])
    known = {(kind, key) for (kind, _), keys in places.items() for key in keys}
    in_window = Counter({place: sum(n for day, n in of.items() if day >= days[0]) for place, of in counts.items()})
    busiest = [place for place, calls in in_window.most_common() if calls and place not in known]
    chosen: dict[Place, Collection[str]] = {
        place: (place[1],) for place in sorted(busiest[: MOST_KEYS - len(of_names)])
    }
    keys = _calls(connection, told, of_names | chosen)
    return DailyUse(
        first_day=first,
        window_from=(days[0] - first).days,
        watched=_watched(found, told),
        possible=tuple(_possible(day, window) for day in told.dates()),
        keys=keys,
        left_out=len(busiest) - len(chosen),
        first_used=_first_used(counts, days),
        only_before=sum(1 for place, of in counts.items() if not in_window[place] and of),
    )


def _first_day(connection: sa.Connection, days: tuple[date, ...]) -> date:
    """Return the first day to tell: before the window only where something is known of it."""
    known = [
        connection.execute(sa.select(sa.func.min(table.c.day))).scalar()
        for table in (schema.usage_days, schema.watched_days, schema.watched_kinds)
    ]
    since = min((day for day in known if day is not None), default=days[0])
    if len(days) >= MOST_DAYS:
        return days[0]
    return min(days[0], max(since, days[0] - LOOK_BACK))


def _places(named: Mapping[str, Collection[str]], counts: Collection[Place]) -> dict[Place, Collection[str]]:
    """Return kind and name of what is named, with the keys of that kind under which it was counted, however spelt."""
    spelt: dict[Place, set[str]] = defaultdict(set)
    for kind, key in counts:
        spelt[kind, shape(key)].add(key)
    found: dict[Place, Collection[str]] = {}
    for name, keys in named.items():
        shapes = sorted({shape(key) for key in keys})
        kind = next((one for one in KINDS if any((one, each) in spelt for each in shapes)), _guessed(name))
        found[kind, name] = {key for each in shapes for key in spelt.get((kind, each), ())}
    return found


def _guessed(name: str) -> UsageKind:
    """Return of which kind a name is that was never counted: it is watched, or not, as others of its kind."""
    method, space, path = name.partition(" ")
    return "endpoint" if space and method.isupper() and path.startswith("/") else "task"


def _by_key(counts: DailyCounts) -> dict[Place, dict[date, int]]:
    """Return uses by key and day: of different sources the largest, since they count the same uses."""
    found: dict[Place, dict[date, int]] = defaultdict(dict)
    for one in counts.counts:
        if one.key != layout.UNMATCHED:
            days = found[one.kind, one.key]
            days[one.day] = max(one.count, days.get(one.day, 0))
    return found


def _calls(connection: sa.Connection, told: Window, names: Mapping[Place, Collection[str]]) -> tuple[KeyCalls, ...]:
    """Return the calls of each name: those of all its keys together."""
    days = {day: at for at, day in enumerate(told.dates())}
    columns = schema.usage_days.c
    wanted = sorted({key for keys in names.values() for key in keys})
    rows: Iterable[UsageSample] = ()
    if wanted:
        between = columns.day.between(min(days), max(days))
        rows = reading.usage_rows(connection, between & columns.key.in_(wanted))
    samples: dict[Place, list[UsageSample]] = defaultdict(list)
    for sample in merging.by_key(rows).values():
        samples[sample.kind, sample.key].append(sample)
    return tuple(_of_key(place, keys, samples, days) for place, keys in names.items())


def _of_key(
    place: Place, keys: Collection[str], samples: Mapping[Place, list[UsageSample]], days: Mapping[date, int]
) -> KeyCalls:
    series: dict[str, list[int]] = {}
    for sample in (one for key in sorted(keys) for one in samples.get((place[0], key), ())):
        for status, count in _statuses(sample).items():
            if count > 0 and status != _NOT_CALLED:
                series.setdefault(status, [0] * len(days))[days[sample.day]] += count
    by_status = {status: tuple(series[status]) for status in sorted(series)}
    return KeyCalls(place[0], place[1], sum(map(sum, series.values())), by_status)


def _statuses(sample: UsageSample) -> dict[str, int]:
    """Return a sample's uses by status class: what the source does not tell is `other`, or failed."""
    told = dict(sample.by_status)
    rest = sample.count - sum(told.values())
    failed = min(sample.errors, rest) if not told else 0
    return told | ({"err": failed} if failed > 0 else {}) | ({_UNKNOWN: rest - failed} if rest > failed else {})


def _watched(found: LedgerReading, told: Window) -> dict[str, tuple[int, ...]]:
    """Return the minutes of each day in which a source that proves absence recorded, by kind, where any did."""
    minutes: dict[str, tuple[int, ...]] = {}
    for kind in KINDS:
        union: dict[date, WatchedDay] = {}
        for source in (one.name for one in found.sources if not one.only_for_use):
            lost = watching.lost_days(found, source)
            for day in watching.days_of(found, source, kind):
                if day.day not in lost:
                    union[day.day] = union[day.day].union(day) if day.day in union else day
        numbers = tuple(union[day].minutes_within(told) if day in union else 0 for day in told.dates())
        if any(numbers):
            minutes[kind] = numbers
    return minutes


def _possible(day: date, window: Window) -> int:
    """Return how many minutes of a day had passed when the window ended."""
    return min(MINUTES_A_DAY, max(0, int((window.end - midnight(day)) / timedelta(minutes=1))))


def _first_used(counts: Mapping[Place, Mapping[date, int]], days: tuple[date, ...]) -> tuple[NewKeys, ...]:
    """Return for each day of the window how many keys it was the first in the window to use."""
    began = Counter(min((day for day in of if day >= days[0]), default=None) for of in counts.values())
    return tuple(NewKeys(day, began[day]) for day in days)
