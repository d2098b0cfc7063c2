"""Health is about evidence coming in: collected, well, and watching."""

from datetime import timedelta

from auditor.ledger import health
from auditor.ledger.store import Ledger
from auditor.model.answers import LedgerHealth
from auditor.model.usage import LedgerReading, SourceHealth, WatchedDay
from auditor.model.window import Window
from tests.ledger.samples import NOW, TODAY, all_day, collection

HOURS_36 = timedelta(hours=36)


def asked(ledger: Ledger, later: timedelta = timedelta(0)) -> LedgerHealth:
    return ledger.health(now=NOW + later, max_age=HOURS_36)


def test_an_empty_ledger_is_down(ledger: Ledger) -> None:
    found = asked(ledger)
    assert (found.status, found.problems) == ("down", ("no source was ever collected; run 'auditor collect'",))


def test_collected_and_watching_is_ok(ledger: Ledger) -> None:
    watched = (WatchedDay.of_minutes(TODAY, {0, 7, 8, 719, 900}),)
    ledger.record([collection(watched=watched)], now=NOW)
    found = asked(ledger)
    assert (found.status, found.problems) == ("ok", ())
    (row,) = found.sources
    assert (row.status, row.watched_minutes, row.collected_at) == ("ok", 4, NOW)
    assert row.last_watched == NOW - timedelta(minutes=1), "a minute of the future is a clock that runs ahead"


def test_the_last_minute_watched_may_lie_days_back(ledger: Ledger) -> None:
    yesterday = TODAY - timedelta(days=1)
    ledger.record([collection(watched=(WatchedDay.of_minutes(yesterday, {1439}),))], now=NOW)
    (row,) = asked(ledger).sources
    assert row.last_watched == NOW - timedelta(hours=12, minutes=1)


def test_no_collection_for_long_is_stale(ledger: Ledger) -> None:
    ledger.record([collection(watched=all_day())], now=NOW)
    assert asked(ledger, timedelta(hours=36)).status == "ok"
    found = asked(ledger, timedelta(hours=37))
    assert (found.status, found.sources[0].status) == ("down", "stale")
    assert found.problems == ("redis: not collected within 36 h; run 'auditor collect'",)


def test_a_tracker_that_stopped_is_stale_though_it_is_collected(ledger: Ledger) -> None:
    ledger.record([collection(watched=(WatchedDay.of_minutes(TODAY - timedelta(days=3), {1}),))], now=NOW)
    found = asked(ledger)
    assert found.status == "down"
    assert "nothing was watched within 36 h" in found.problems[0]


def test_a_sampled_source_need_not_watch(ledger: Ledger) -> None:
    ledger.record([collection(only_for_use=True)], now=NOW)
    assert asked(ledger).status == "ok"


def test_one_sick_source_among_well_ones_is_degraded(ledger: Ledger) -> None:
    ledger.record(
        [collection(watched=all_day(), lost=((TODAY, 3),)), collection("edge", problem="no such file")], now=NOW
    )
    found = asked(ledger)
    assert (found.status, found.problems) == ("degraded", ("edge: no such file",))
    assert [(row.name, row.status, row.lost) for row in found.sources] == [("edge", "sick", 0), ("redis", "ok", 3)]


def of_kinds(sources: tuple[SourceHealth, ...], **kinds: tuple[WatchedDay, ...]) -> LedgerHealth:
    window = Window(NOW - HOURS_36, NOW)
    days = {"worker": kinds}
    reading = LedgerReading(window, (), {}, (), {}, sources, TODAY - timedelta(days=3), watched_kinds=days)  # type: ignore[arg-type]  # keywords are kinds
    return health.health(reading, now=NOW, max_age=HOURS_36)


def test_an_application_that_has_only_tasks_is_fresh() -> None:
    worker = (SourceHealth("worker", True, None, NOW, healthy_at=NOW),)
    found = of_kinds(worker, task=(WatchedDay.of_minutes(TODAY, {7, 700}),), command=all_day())
    assert (found.status, found.problems) == ("ok", ())
    (row,) = found.sources
    assert (row.watched_minutes, row.watched_kinds) == (0, {"command": 36 * 60, "task": 2})
    assert (row.last_watched, found.newest) == (NOW, NOW)
    assert found.collected_since == TODAY - timedelta(days=3)


def test_a_kind_that_was_last_watched_long_ago_is_stale() -> None:
    worker = (SourceHealth("worker", True, None, NOW, healthy_at=NOW),)
    assert of_kinds(worker, task=(WatchedDay.of_minutes(TODAY - timedelta(days=4), {7}),)).status == "down"
