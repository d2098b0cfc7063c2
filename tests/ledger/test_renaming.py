"""A parameter that was renamed between two collections: its requests count once, and are use of the route of today."""

from datetime import timedelta

from auditor.ledger.store import Ledger
from auditor.model.measures import HourlyUse
from auditor.model.usage import RegisteredRoute
from tests.ledger.samples import NOW, TODAY, WINDOW, all_day, collection, key_stats, route, sample

OLD, NEW = "GET /users/{id}", "GET /users/{user_id}"
YESTERDAY = TODAY - timedelta(days=1)


def counts(ledger: Ledger) -> dict[str, int]:
    """Return what a reading says, once it is what the projection of months says."""
    read = {found.key: found.calls for found in key_stats(ledger.read(WINDOW))}
    assert {found.key: found.calls for found in ledger.key_stats(WINDOW)} == read
    return read


def test_a_log_that_is_read_again_counts_once_under_the_new_key(ledger: Ledger) -> None:
    hours = {9: HourlyUse(7)}
    before = (sample(OLD, 7, origin="f", hours=hours), sample(OLD, 3, day=YESTERDAY, origin="rotated"))
    ledger.record([collection("edge", samples=before)], now=NOW)
    again = collection("edge", samples=(sample(NEW, 9, origin="f", hours={9: HourlyUse(7), 10: HourlyUse(2)}),))
    for _ in range(2):
        ledger.record([again], now=NOW)
        assert counts(ledger) == {NEW: 9, OLD: 3}  # the rotated file is gone: what it had stays as it was
    shown = ledger.show(NEW, kind=None, window=WINDOW, min_watched=0.95, matcher=lambda keys: lambda *asked: None)
    assert shown.report is not None
    assert {hour: count for hour, count in shown.report.by_hour.items() if count} == {9: 7, 10: 2}


def test_what_may_be_two_routes_stays_two(ledger: Ledger) -> None:
    ledger.record([collection("edge", samples=(sample("GET /u/{id:int}", 7), sample(OLD, 4), sample(NEW, 9)))], now=NOW)
    ledger.record([collection("edge", samples=(sample("GET /u/{name}", 8), sample(NEW, 9)))], now=NOW)
    assert counts(ledger) == {"GET /u/{id:int}": 7, "GET /u/{name}": 8, OLD: 4, NEW: 9}


def test_fewer_requests_are_not_the_same_ones(ledger: Ledger) -> None:
    ledger.record([collection("edge", samples=(sample(OLD, 7),))], now=NOW)
    ledger.record([collection("edge", samples=(sample(NEW, 6),))], now=NOW)
    assert counts(ledger) == {OLD: 7, NEW: 6}


def test_a_tracker_that_tells_both_spellings_has_seen_both(ledger: Ledger) -> None:
    ledger.record([collection(samples=(sample(OLD, 7),), routes=(route(OLD),))], now=NOW)
    ledger.record([collection(samples=(sample(OLD, 7), sample(NEW, 9)), routes=(route(NEW),))], now=NOW)
    assert counts(ledger) == {OLD: 7, NEW: 9}


def test_calls_under_the_old_name_are_use_of_the_renamed_route(ledger: Ledger) -> None:
    def published(key: str, version: str, hours: float) -> RegisteredRoute:
        return route(key, first=NOW - timedelta(hours=hours), last=NOW, version=version)

    used = collection(samples=(sample(OLD, 7, day=WINDOW.dates()[0]),), watched=all_day())
    ledger.record([used], now=NOW)
    later = collection(watched=all_day(), routes=(published(NEW, "v2", 335), published("GET /never", "v2", 400)))
    ledger.record([later], now=NOW)
    found = ledger.unused(14, now=NOW, min_watched=0.9)
    assert [one.key for one in found.unused] == ["GET /never"]
    assert found.called == 1
    dead = ledger.dead_weight(14, now=NOW, min_watched=0.9)
    assert [one.key for one in dead.dead] == ["GET /never"]
