"""What the ledger holds of keys, by source and in any window. In: a connection. Out: last uses, one key's history.

A reading joins the sources and ends with its window; this keeps the sources apart and looks back as far as there is
anything. Never writes.
"""

from collections import defaultdict
from datetime import UTC, date, datetime

import msgspec
import sqlalchemy as sa

from auditor.ledger import merging, reading, schema, totals
from auditor.ledger.encoding import unpacked_hours
from auditor.ledger.spelling import Place
from auditor.model.key_answers import LastUse
from auditor.model.usage import UNDATED, UsageSample
from auditor.model.window import Window

_EVER = Window(datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
"""All times that a command takes for the present."""


class KeyHistory(msgspec.Struct, frozen=True):
    """What the sources hold of one key besides what a reading has.

    Attributes:
        ever: First and last use; None where it was never used.
        by_source: Uses in the window by source.
        by_hour: Uses in the window by UTC hour of the day, of each day's hour the source that saw most; empty where
            none knows.
    """

    ever: LastUse | None
    by_source: dict[str, int]
    by_hour: dict[int, int]


def last_uses(connection: sa.Connection, place: Place | None = None) -> dict[Place, LastUse]:
    """Return when each key was used, or one alone; keys that never were are left out."""
    table = schema.usage_days
    columns = (table.c.kind, table.c.key, table.c.source)
    bounds = (
        sa.func.min(table.c.day),
        sa.func.max(table.c.day),
        sa.type_coerce(sa.func.min(table.c.first_seen), schema.UtcTime),
        sa.type_coerce(sa.func.max(table.c.last_seen), schema.UtcTime),
    )
    query = sa.select(*columns, *bounds).where(table.c.count > 0).group_by(*columns).order_by(*columns)
    if place is not None:
        query = query.where(table.c.kind == place[0], table.c.key == place[1])
    found: dict[Place, LastUse] = {}
    for kind, key, source, first_day, last_day, first, last in connection.execute(query):
        use = LastUse(first_day, last_day, first, last, (source,))
        known = found.get((kind, key))
        found[kind, key] = use if known is None else _joined(known, use)
    some = connection.execute(sa.select(schema.totals.c.day).limit(1)).first()
    for of_total, samples in (totals.uses(connection, _EVER) if some else {}).items():
        for sample in samples if place in (None, of_total) else ():
            dated = not sample.by_status.get(UNDATED)
            use = LastUse(sample.day, sample.day, None, sample.last_seen, tuple(sample.origin.split(", ")), dated)
            known = found.get(of_total)
            if known is None or known.last_day < sample.day:
                found[of_total] = use if known is None else _joined(known, use)
    return found


def _joined(one: LastUse, other: LastUse) -> LastUse:
    return LastUse(
        min(one.first_day, other.first_day),
        max(one.last_day, other.last_day),
        min((time for time in (one.first_seen, other.first_seen) if time), default=None),
        max((time for time in (one.last_seen, other.last_seen) if time), default=None),
        tuple(sorted({*one.sources, *other.sources})),
        max(one, other, key=lambda use: (use.last_day, use.dated)).dated,
    )


def all_keys(connection: sa.Connection) -> set[Place]:
    """Return every kind and key that was ever counted."""
    tables = (schema.usage_days, schema.totals)
    queries = (sa.select(table.c.kind, table.c.key).distinct() for table in tables)
    return {(kind, key) for query in queries for kind, key in connection.execute(query)}


def samples(connection: sa.Connection, place: Place, window: Window) -> tuple[UsageSample, ...]:
    """Return one key's samples of the days that the window touches, as a reading of everything would hold them."""
    columns, days = schema.usage_days.c, window.dates()
    of_key = (columns.kind == place[0]) & (columns.key == place[1])
    counted = merging.by_key(reading.usage_rows(connection, of_key & columns.day.between(days[0], days[-1])))
    told = {key: found for key, found in totals.uses(connection, window).items() if key == place}
    whole = totals.completed(counted, told)
    return tuple(whole[key] for key in sorted(whole))


def history(connection: sa.Connection, place: Place, window: Window) -> KeyHistory:
    """Return what is held of one key."""
    days = window.dates()
    table = schema.usage_days
    query = (
        sa.select(table.c.source, sa.func.sum(table.c.count))
        .where(table.c.kind == place[0], table.c.key == place[1], table.c.day.between(days[0], days[-1]))
        .group_by(table.c.source)
        .order_by(table.c.source)
    )
    by_source = {source: int(count) for source, count in connection.execute(query) if count}
    return KeyHistory(last_uses(connection, place).get(place), by_source, _by_hour(connection, place, days))


def _by_hour(connection: sa.Connection, place: Place, days: tuple[date, ...]) -> dict[int, int]:
    table = schema.usage_hours
    query = sa.select(table.c.day, table.c.source, table.c.hours).where(
        table.c.kind == place[0], table.c.key == place[1], table.c.day.between(days[0], days[-1])
    )
    counts: dict[tuple[date, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for day, source, stored in connection.execute(query):
        for hour, use in unpacked_hours(bytes(stored)).items():
            counts[day, hour][source] += use.count
    found = dict.fromkeys(range(24), 0) if counts else {}
    for (_, hour), by_source in counts.items():
        found[hour] += max(by_source.values())
    return found
