"""The projection of months: each key's uses of a month in one row, so that long windows are answered from few rows.

In: a connection, what changed in the days. Out: rows of months; sums of keys over days. It is kept in the transaction
that changes the days, and only ever made from them. Where there is none at all (a ledger of an older auditor), days are
read instead, and all are projected as soon as something is recorded.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from auditor.ledger import merging, reading, schema
from auditor.ledger.encoding import MOST, decoded, unpacked_durations
from auditor.ledger.months import LaneSum, MonthDays, month_of, packed_sum
from auditor.ledger.rows import Row
from auditor.ledger.summing import KeySum
from auditor.ledger.tables import Merged, write
from auditor.model.usage import UsageKind, UsageSample

Key = tuple[UsageKind, str]
"""Kind and key."""
_MONTHS = schema.usage_months.c
_SUMS = ("count", "errors", "succeeded", "timed_out", "cost", "costed")
_STATUSES = tuple(f"status_{status}" for status in schema.STATUSES)


def update(connection: sa.Connection, source: str, days: Merged) -> None:
    """Project again what changed in the days of a source; all days where none is projected."""
    changed: dict[date, set[merging.SampleKey]] = defaultdict(set)
    for _, row in days.changes:
        changed[month_of(row["day"])].add((row["kind"], row["key"], row["day"]))
    if not _has(connection):
        changed = {month: set() for month in _months_of_days(connection)}
    for month in sorted(changed):
        if _has(connection, month):
            _refresh(connection, source, month, changed[month], days)
        else:
            _project(connection, month)


def _project(connection: sa.Connection, month: date) -> None:
    """Make a month's rows from its days."""
    connection.execute(sa.delete(schema.usage_months).where(_MONTHS.month == month))
    by_key: dict[Key, MonthDays] = defaultdict(MonthDays)
    _put(by_key, reading.usage_rows(connection, schema.usage_days.c.day.between(month, _end(month))))
    write(connection, schema.usage_months, ((None, _row(month, key, by_key[key])) for key in sorted(by_key)))


def rebuild(connection: sa.Connection, days: Iterable[date]) -> None:
    """Make the months of some days anew, where they are projected."""
    for month in sorted({month_of(day) for day in days}):
        if _has(connection, month):
            _project(connection, month)


def cut(connection: sa.Connection, first: date) -> None:
    """Take what lies before `first`, whose days are gone, out of the projection."""
    if _has(connection):
        connection.execute(sa.delete(schema.usage_months).where(_MONTHS.month < month_of(first)))
        _project(connection, month_of(first))


def sums(connection: sa.Connection, first: date, last: date) -> dict[Key, KeySum]:
    """Return the sum of each key over the days from `first` to `last`, both inclusive."""
    found: dict[Key, KeySum] = defaultdict(KeySum)
    begin = first if first.day == 1 else _end(first) + timedelta(days=1)
    whole = _MONTHS.month.between(begin, last) & (_MONTHS.last_day <= last)
    _add_whole(connection, found, whole)
    part = _MONTHS.month.between(month_of(first), last) & ((_MONTHS.month < begin) | (_MONTHS.last_day > last))
    query = sa.select(_MONTHS.month, _MONTHS.kind, _MONTHS.key, _MONTHS.days).where(part)
    for month, kind, key, days in connection.execute(query).all():
        from_day = first.day if month < first else 1
        to_day = last.day if month == month_of(last) else 31
        decoded(days, MonthDays).add_to(found[kind, key], from_day, to_day)
    if not found and not _has(connection):
        wanted = reading.usage_rows(connection, schema.usage_days.c.day.between(first, last))
        for sample in merging.by_key(wanted).values():
            found[sample.kind, sample.key].add(sample)
    return {key: one for key, one in found.items() if one.sources}


def _add_whole(connection: sa.Connection, found: dict[Key, KeySum], whole: sa.ColumnElement[bool]) -> None:
    """Add the months that lie in the window as a whole: numbers are summed by the database."""
    totals = [sa.cast(sa.func.sum(_MONTHS[name]), sa.BigInteger) for name in (*_SUMS, *_STATUSES)]
    query = sa.select(
        _MONTHS.kind, _MONTHS.key, sa.func.max(_MONTHS.users), sa.func.min(_MONTHS.first_seen),
        sa.func.max(_MONTHS.last_seen), sa.func.min(_MONTHS.sources), sa.func.max(_MONTHS.sources), *totals,
    ).where(whole).group_by(_MONTHS.kind, _MONTHS.key)  # fmt: skip
    same = True
    for kind, key, users, first, last, least, greatest, *numbers in connection.execute(query).all():
        same = same and least == greatest
        one = found[kind, key]
        one.count, one.errors, one.succeeded, one.timed_out, one.cost, one.costed, *statuses = numbers
        one.add_users(users or 0)
        one.add_times(first, last)
        one.add_sources(least.split(", "))
        one.add_statuses(dict(zip(schema.STATUSES, statuses, strict=True)))
    if not same:
        of_keys = sa.select(_MONTHS.kind, _MONTHS.key, _MONTHS.sources).where(whole).distinct()
        for kind, key, sources in connection.execute(of_keys):
            found[kind, key].add_sources(sources.split(", "))
    lanes: dict[Key, LaneSum] = defaultdict(LaneSum)
    told = _MONTHS.durations.is_not(None) | _MONTHS.others.is_not(None)
    rest = sa.select(_MONTHS.kind, _MONTHS.key, _MONTHS.durations, _MONTHS.others).where(whole, told)
    for kind, key, durations, named in connection.execute(rest).all():
        if durations is not None:
            lanes[kind, key].add(durations)
        if named is not None:
            statuses_of, codes = decoded(named, tuple[dict[str, int], dict[str, int]])
            found[kind, key].add_statuses(statuses_of)
            found[kind, key].add_codes(codes)
    for place, lane in lanes.items():
        found[place].add_durations(lane.durations())


def _refresh(
    connection: sa.Connection, source: str, month: date, changed: set[merging.SampleKey], days: Merged
) -> None:
    """Project again the days that changed of a month that is projected."""
    columns = schema.usage_days.c
    first, last = min(day for _, _, day in changed), max(day for _, _, day in changed)
    others = reading.usage_rows(connection, columns.day.between(first, last) & (columns.source != source))
    samples = [_sample(row) for row in days.now.values() if (row["kind"], row["key"], row["day"]) in changed]
    samples += [sample for sample in others if (sample.kind, sample.key, sample.day) in changed]
    keys = {(kind, key) for kind, key, _ in changed}
    query = sa.select(_MONTHS.kind, _MONTHS.key, _MONTHS.days).where(_MONTHS.month == month)
    stored = {(kind, key): days for kind, key, days in connection.execute(query) if (kind, key) in keys}
    by_key: dict[Key, MonthDays] = defaultdict(MonthDays)
    by_key.update({key: decoded(days, MonthDays) for key, days in stored.items()})
    _put(by_key, samples)
    rows = ((key, _row(month, key, by_key[key])) for key in sorted(keys))
    write(connection, schema.usage_months, ((row if key in stored else None, row) for key, row in rows))


def _put(by_key: dict[Key, MonthDays], samples: Iterable[UsageSample]) -> None:
    for (kind, key, _), sample in merging.by_key(samples).items():
        by_key[kind, key].put(sample)


def _sample(row: Row) -> UsageSample:
    """Return a row of a day as a sample of its source."""
    return UsageSample(
        row["key"], row["kind"], row["day"], row["count"], row["errors"], row["last_seen"], row["by_status"],
        row["source"], first_seen=row["first_seen"], succeeded=row["succeeded"], timed_out=row["timed_out"],
        durations=unpacked_durations(row["durations"]), users=row["users"] or b"",
        errors_by_code=row["errors_by_code"] or {}, cost=row["cost"], costed=row["costed"],
    )  # fmt: skip


def _row(month: date, key: Key, days: MonthDays) -> Row:
    whole = KeySum()
    days.add_to(whole, 1, 31)
    statuses, codes = dict(whole.statuses), whole.errors_by_code
    own: dict[str, Any] = {f"status_{status}": min(statuses.pop(status, 0), MOST) for status in schema.STATUSES}
    return own | {
        "month": month,
        "kind": key[0],
        "key": key[1],
        "last_day": month + timedelta(days=days.last_day - 1),
        "sources": ", ".join(sorted(whole.sources)),
        **{name: min(getattr(whole, name), MOST) for name in _SUMS},
        "users": whole.users or None,
        "first_seen": whole.first_seen,
        "last_seen": whole.last_seen,
        "durations": packed_sum(days.durations()),
        "others": msgspec.msgpack.encode((statuses, codes)) if statuses or codes else None,
        "days": msgspec.msgpack.encode(days),
    }


def _has(connection: sa.Connection, month: date | None = None) -> bool:
    """Return whether a month is projected; without one, whether any is."""
    query = sa.select(_MONTHS.month).limit(1)
    return connection.execute(query if month is None else query.where(_MONTHS.month == month)).first() is not None


def _months_of_days(connection: sa.Connection) -> Iterator[date]:
    """Yield the months that there are days of: one look at the index for each."""
    column = schema.usage_days.c.day
    after: date | None = date.min
    while after and (day := connection.execute(sa.select(sa.func.min(column)).where(column >= after)).scalar()):
        yield month_of(day)
        after = None if _end(day) == date.max else _end(day) + timedelta(days=1)


def _end(day: date) -> date:
    """Return the last day of a day's month."""
    if (day.year, day.month) == (date.max.year, date.max.month):
        return date.max
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)
