"""Counts of no known day as uses of a window. In: a connection, a window. Out: samples. Never writes.

A total that has been counting since ever was used where it rose between two collections: on the day of the later one,
by the difference; a fall is a reset, and the new value the difference. One that is known only from inside the window
was used at an unknown day. A total of the last days was used in them. Where a source tells when a key was last used,
that decides whether it was in the window, and dates it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from auditor.ledger import merging, schema
from auditor.ledger.merging import SampleKey
from auditor.model.usage import UNDATED, UsageKind, UsageSample
from auditor.model.window import Window

Key = tuple[UsageKind, str]
"""Kind and key."""


class _Total(NamedTuple):
    """One stored total; `period_days` 0 counts since ever."""

    source: str
    kind: UsageKind
    key: str
    origin: str
    period_days: int
    day: date
    uses: int
    errors: int
    last_seen: datetime | None


_COLUMNS = (*_Total._fields[:6], "count", *_Total._fields[7:])


def uses(connection: sa.Connection, window: Window) -> dict[Key, list[UsageSample]]:
    """Return what the totals prove of a window, by kind and key, by day: of the source that tells most of each."""
    days = window.dates()
    by_series: dict[tuple[str, UsageKind, str, str, int], list[_Total]] = defaultdict(list)
    for total in _stored(connection, days[0], days[-1]):
        by_series[total[:5]].append(total)
    told: dict[Key, dict[tuple[str, int], list[UsageSample]]] = defaultdict(lambda: defaultdict(list))
    for (source, kind, key, _, period), series in by_series.items():
        found = _of_period(series, days[0], days[-1]) if period else _since_ever(series, days[0])
        if found:
            told[kind, key][source, period] += found
    return {
        key: sorted(max((by_source[one] for one in sorted(by_source)), key=_count), key=lambda sample: sample.day)
        for key, by_source in told.items()
    }


def beyond(found: Iterable[UsageSample], counted: int, errors: int) -> list[UsageSample]:
    """Return what totals prove of a key beyond the uses (and errors) that are known by day: those are the same uses.

    Of the earliest samples nothing is left where the days know as much.
    """
    left = []
    for sample in found:
        known, failed = min(counted, sample.count), min(errors, sample.errors)
        counted, errors = counted - known, errors - failed
        if sample.count > known:
            rest = sample.count - known
            undated = {UNDATED: rest} if sample.by_status else {}
            left.append(
                msgspec.structs.replace(sample, count=rest, errors=min(sample.errors - failed, rest), by_status=undated)
            )
    return left


def completed(
    samples: Mapping[SampleKey, UsageSample], totals: Mapping[Key, list[UsageSample]]
) -> dict[SampleKey, UsageSample]:
    """Return samples by day with what the totals prove beyond them."""
    counted: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for sample in samples.values() if totals else ():
        counts = counted[sample.kind, sample.key]
        counts[0] += sample.count
        counts[1] += sample.errors
    whole = dict(samples)
    for key in sorted(totals):
        for sample in beyond(totals[key], *counted[key]):
            place = (*key, sample.day)
            whole[place] = _together(whole[place], sample) if place in whole else sample
    return whole


def _stored(connection: sa.Connection, first: date, last: date) -> Iterable[_Total]:
    """Return the totals that may tell of the days from `first` to `last`, by day; the latest before them as well."""
    table = schema.totals
    columns = [table.c[name] for name in _COLUMNS]
    newest = sa.func.row_number().over(
        partition_by=(table.c.source, table.c.kind, table.c.key, table.c.origin), order_by=table.c.day.desc()
    )
    earlier = sa.select(*columns, newest.label("newest")).where(table.c.period_days == 0, table.c.day < first)
    latest = earlier.subquery()
    inside = sa.select(*columns).where(table.c.day >= first, (table.c.period_days > 0) | (table.c.day <= last))
    bases = sa.select(*(latest.c[name] for name in _COLUMNS)).where(latest.c.newest == 1)
    found = [_Total(*row) for query in (bases, inside) for row in connection.execute(query)]
    return sorted(found, key=lambda total: (total.day, total[:5]))


def _since_ever(series: list[_Total], first: date) -> list[UsageSample]:
    """Return the rises of a total, by day; `series` may begin with the latest before the window."""
    found = []
    before: _Total | None = None
    for total in series:
        fell = before is not None and total.uses < before.uses
        known = 0 if before is None or fell else before.uses
        failed = 0 if before is None or fell else before.errors
        if total.day >= first and total.uses > known and not _is_before(total, first):
            dated = before is not None or total.last_seen is not None
            errors = min(max(total.errors - failed, 0), total.uses - known)
            day = total.day if total.last_seen is None else min(total.last_seen.date(), total.day)
            found.append(_sample(total, total.uses - known, errors, day, dated=dated))
        before = total
    return found


def _of_period(series: list[_Total], first: date, last: date) -> list[UsageSample]:
    """Return the uses of a total of so many days: of periods that do not overlap, or of the one that tells most."""
    found: list[UsageSample] = []
    single: UsageSample | None = None
    free = date.max
    for total in reversed(series):
        began = total.day - timedelta(days=min(total.period_days, total.day.toordinal() - 1))
        sample = _in_period(total, began, first, last)
        if sample is not None and (single is None or sample.count > single.count):
            single = sample
        if total.day <= free:
            free = began
            found += [sample] if sample is not None else []
    return [single] if single is not None and single.count > _count(found) else found


def _in_period(total: _Total, began: date, first: date, last: date) -> UsageSample | None:
    if not total.uses or began > last or _is_before(total, first):
        return None
    if total.last_seen is None:
        return _sample(total, total.uses, total.errors, min(total.day, last), dated=False)
    if total.last_seen.date() > last:  # used since, and perhaps in the window as well
        return _sample(total._replace(last_seen=None), total.uses, total.errors, last, dated=False)
    return _sample(total, total.uses, total.errors, total.last_seen.date(), dated=True)


def _is_before(total: _Total, first: date) -> bool:
    """Return whether the last use is known to have been before the window."""
    return total.last_seen is not None and total.last_seen.date() < first


def _sample(total: _Total, count: int, errors: int, day: date, *, dated: bool) -> UsageSample:
    return UsageSample(
        key=total.key,
        kind=total.kind,
        day=day,
        count=count,
        errors=min(errors, count),
        last_seen=total.last_seen if dated else None,
        by_status={} if dated else {UNDATED: count},
        origin=total.source,
    )


def _together(one: UsageSample, other: UsageSample) -> UsageSample:
    names = sorted({*one.origin.split(", "), *other.origin.split(", ")})
    return msgspec.structs.replace(merging.added(one, other), origin=", ".join(names))


def _count(samples: Iterable[UsageSample]) -> int:
    return sum(sample.count for sample in samples)
