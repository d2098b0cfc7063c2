"""What is older than the days to keep goes; nothing that a window of those days asks about does."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from auditor.ledger import schema
from auditor.ledger.store import Ledger
from auditor.model.ingestion import EventIds, IngestMark
from auditor.model.measures import HourlyUse
from auditor.model.usage import UsageTotal
from auditor.model.window import Window
from tests.ledger.samples import NOW, TODAY, all_day, collection, key_stats, measured

DAY = timedelta(days=1)
KEPT = 45


def fill(ledger: Ledger, days: int = 100) -> None:
    """Record everything that has a day, on each of so many days."""
    past = [TODAY - n * DAY for n in range(days)]
    hours, keys = {3: HourlyUse(count=2)}, ("GET /a", "GET /b")
    given = collection(
        samples=tuple(measured(key, day=day, hours=hours) for day in past for key in keys),
        watched=all_day(past), watched_kinds={"task": all_day(past)}, lost=tuple((day, 1) for day in past),
        event_ids=tuple(EventIds(day, "log", day.toordinal().to_bytes(8)) for day in past), known_version=0,
        marks=(IngestMark("log", 9, "d", past[-1], TODAY), IngestMark("gone", 9, "d", past[-1], past[-2])),
    )  # fmt: skip
    ledger.record([given], now=NOW)
    for ago, count in ((90, 100), (70, 110), (3, 110)):
        ledger.record([collection("totals", totals=(UsageTotal("GET /t", "endpoint", count),))], now=NOW - ago * DAY)


def windows() -> list[Window]:
    return [Window.last_days(days, NOW) for days in (1, 14, 30, KEPT)]


def test_no_window_of_the_days_to_keep_sees_a_difference(ledger: Ledger) -> None:
    fill(ledger)
    before = [(ledger.read(window), ledger.key_stats(window)) for window in windows()]
    ids = [one for one in ledger.before("redis").event_ids if one.day in windows()[-1].dates()]
    assert ledger.prune(now=NOW, keep_days=KEPT, keep_hours=30) == 2 * (100 - KEPT - 1)
    for window, (reading, stats) in zip(windows(), before, strict=True):
        found = ledger.read(window)
        assert (found.samples, found.watched, found.watched_kinds, found.lost) == (
            reading.samples, reading.watched, reading.watched_kinds, reading.lost,
        )  # fmt: skip
        assert ledger.key_stats(window) == stats == key_stats(found)
    assert list(ledger.before("redis").event_ids) == ids
    assert ledger.prune(now=NOW, keep_days=KEPT, keep_hours=30) == 0


def test_what_is_older_is_gone_from_every_table(open_ledger: Callable[[], Ledger]) -> None:
    with open_ledger() as ledger:
        fill(ledger)
        ledger.prune(now=NOW, keep_days=KEPT, keep_hours=5)
        first = windows()[-1].dates()[0]
        assert ledger.read(Window.last_days(400, NOW)).samples[0].day == first
        assert ledger.read(Window.last_days(400, NOW)).since == (NOW - 70 * DAY).date()
        assert {mark.origin: mark.first_day for mark in ledger.before("redis").marks.values()} == {"log": first}
        with ledger._database.reading() as connection:
            for table in schema.metadata.sorted_tables:
                if "day" in table.c and table is not schema.totals:
                    assert connection.execute(sa.select(sa.func.min(table.c.day))).scalar() >= first, table.name
            hours = connection.execute(sa.select(sa.func.min(schema.usage_hours.c.day))).scalar()
            assert hours == TODAY - 5 * DAY
            totals = connection.execute(sa.select(schema.totals.c.day).order_by(schema.totals.c.day)).scalars().all()
            assert totals == [TODAY - 70 * DAY]


def test_no_hours_are_kept_where_none_are_wanted(ledger: Ledger) -> None:
    fill(ledger, 3)
    ledger.prune(now=NOW, keep_days=KEPT, keep_hours=0)
    with ledger._database.reading() as connection:
        assert connection.execute(sa.select(schema.usage_hours.c.day)).all() == []
    assert len(ledger.read(windows()[1]).samples) == 6


def test_a_clock_that_runs_years_ahead_costs_nothing(ledger: Ledger) -> None:
    fill(ledger, KEPT)
    before = ledger.read(windows()[-1])
    assert ledger.prune(now=NOW + 700 * DAY, keep_days=KEPT, keep_hours=KEPT) == 0
    found = ledger.read(windows()[-1])
    assert (found.samples, found.watched, found.watched_kinds) == (
        before.samples, before.watched, before.watched_kinds,
    )  # fmt: skip
