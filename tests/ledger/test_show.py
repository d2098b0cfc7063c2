"""One key in full: what was counted, and for no use who watched."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from auditor.ledger import show
from auditor.ledger.key_history import KeyHistory
from auditor.ledger.store import Ledger
from auditor.model.key_answers import KeyAnswer, KeyReport
from auditor.model.measures import Durations, HourlyUse
from auditor.model.usage import UNDATED, Collection, UsageSample, UsageTotal
from auditor.tracking.sketches import UserSketch
from auditor.usage.routes import RouteTable
from tests.ledger.samples import NOW, TODAY, WINDOW, all_day, collection, name, route, sample

YESTERDAY = TODAY - timedelta(days=1)


def asked(ledger: Ledger, key: str, *collections: Collection, kind: str | None = None) -> KeyAnswer:
    if collections:
        ledger.record(collections, now=NOW)
    return ledger.show(
        key, kind=kind, window=WINDOW, min_watched=0.95, matcher=lambda keys: RouteTable(keys).match  # type: ignore[arg-type]  # a literal
    )  # fmt: skip


def report(ledger: Ledger, key: str, *collections: Collection) -> KeyReport:
    found = asked(ledger, key, *collections).report
    assert found is not None
    return found


def test_all_that_was_counted_is_told(ledger: Ledger) -> None:
    users = UserSketch()
    for user in ("ann", "bob", "cem"):
        users.add(user, "shop", TODAY)
    first = datetime(2026, 11, 1, 7, 0, tzinfo=UTC)
    today = sample(
        "GET /a", 10, errors=3, timed_out=1, succeeded=7, by_status={"2xx": 7, "5xx": 3}, last_seen=NOW,
        durations=Durations({70: 9, 100: 1}, 20_000, 700, 14_000), users=users.redis_value(),
        errors_by_code={"ValueError": 2, "500": 1}, cost=2_500_000, costed=5,
        hours={9: HourlyUse(4), 11: HourlyUse(6)},
    )  # fmt: skip
    before = sample("GET /a", 5, day=TODAY - timedelta(days=20), first_seen=first, last_seen=first)
    yesterday = sample("GET /a", 2, day=YESTERDAY, hours={9: HourlyUse(2)})
    found = report(
        ledger, "GET:/a", collection(samples=(today, before, yesterday), watched=all_day(), routes=(route("GET /a"),))
    )
    assert (found.calls, found.errors, found.succeeded, found.timed_out) == (12, 3, 7, 1)
    assert (found.undated, found.users) == (0, 3)
    assert found.ever is not None
    assert (found.ever.first_seen, found.ever.last_seen, found.ever.last_day) == (first, NOW, TODAY)
    assert (found.by_status, found.by_source) == ({"2xx": 7, "5xx": 3}, {"redis": 12})
    assert {hour: count for hour, count in found.by_hour.items() if count} == {9: 6, 11: 6}
    assert [(day.day, day.calls, day.errors, day.users) for day in found.days if day.calls] == [
        (YESTERDAY, 2, 0, None), (TODAY, 10, 3, 3),
    ]  # fmt: skip
    assert {day.watched == day.of for day in found.days} == {True}
    assert found.duration_ms is not None
    assert (found.duration_ms.mean, found.duration_ms.p50) == (2.0, pytest.approx(0.79, rel=0.05))
    assert (found.errors_by_code, found.cost, found.costed) == ({"500": 1, "ValueError": 2}, 2.5, 5)
    assert [(one.handler, one.path, one.line, one.source, one.version) for one in found.handlers] == [
        ("shop.users:get", "shop/users.py", 12, "redis", "v1")
    ]  # fmt: skip
    assert (found.conclusion, found.nothing_known) == ("", False)


def test_what_several_sources_saw_is_told_apart_and_not_added_up(ledger: Ledger) -> None:
    mine = collection("redis", samples=(sample("GET /a", 10, hours={9: HourlyUse(10)}),))
    theirs = collection("edge", samples=(sample("GET /a", 12, hours={9: HourlyUse(8), 10: HourlyUse(4)}),))
    found = report(ledger, "GET /a", mine, theirs)
    assert (found.calls, found.by_source) == (12, {"edge": 12, "redis": 10})
    assert {hour: count for hour, count in found.by_hour.items() if count} == {9: 10, 10: 4}


def test_no_use_that_was_watched_is_an_answer(ledger: Ledger) -> None:
    found = report(ledger, "/silent", collection(watched=all_day(), routes=(route("GET /silent"),)))
    assert (found.calls, found.ever, found.nothing_known) == (0, None, False)
    assert found.conclusion == "0 calls, and 20,160 of 20,160 minutes were watched by redis: it was not used"
    assert [(one.source, one.minutes) for one in found.watched] == [("redis", WINDOW.minutes)]


@pytest.mark.parametrize(("more", "conclusion"), [
    ({"watched": all_day(WINDOW.dates()[3:])},
     "0 calls, and 16,560 of 20,160 minutes were watched by redis; that proves nothing: redis watched 16,560 of"),
    ({"watched": all_day(), "routes": (route("GET /silent", first=NOW - timedelta(days=2)),)},
     "0 calls, and 20,160 of 20,160 minutes were watched by redis; that proves nothing: its handler was first"),
], ids=["thin", "young"])  # fmt: skip
def test_no_use_that_proves_nothing_says_so(ledger: Ledger, more: dict[str, object], conclusion: str) -> None:
    found = report(ledger, "/silent", collection(**{"routes": (route("GET /silent"),)} | more))
    assert found.conclusion.startswith(conclusion)


def test_where_nobody_watched_nothing_is_known(ledger: Ledger) -> None:
    found = report(ledger, "/silent", collection(routes=(route("GET /silent"),)))
    assert (found.nothing_known, found.watched) == (True, ())
    assert found.conclusion == "no source watched requests in this time, so nothing is known of it"


def test_minutes_of_requests_say_nothing_of_a_task(ledger: Ledger) -> None:
    found = report(ledger, "remind", collection(watched=all_day(), names=(name(),)))
    assert (found.kind, found.key, found.nothing_known) == ("task", "mail.remind", True)
    ledger.record([collection(watched_kinds={"task": all_day()})], now=NOW)
    found = report(ledger, "remind")
    assert found.conclusion == "0 calls, and 20,160 of 20,160 minutes were watched by redis: it was not used"


def test_what_was_used_and_is_no_longer_published_is_told_as_that(ledger: Ledger) -> None:
    old = sample("GET /old", 3, day=TODAY - timedelta(days=40))
    found = report(ledger, "/old", collection(samples=(old,), watched=all_day()))
    assert found.conclusion.endswith("it was not used; no tracker has published it")


def test_a_source_that_can_only_prove_use_proves_no_absence(ledger: Ledger) -> None:
    ledger.record([collection(watched=all_day(), routes=(route("GET /a"),))], now=NOW - timedelta(hours=1))
    assert report(ledger, "/a", collection(only_for_use=True)).nothing_known


def test_an_unknown_key_has_no_report(ledger: Ledger) -> None:
    found = asked(ledger, "GET /user", collection(watched=all_day(), routes=(route(),), samples=(sample("GET /used"),)))
    assert (found.report, found.ambiguous, found.refusal) == (None, False, None)
    assert (found.candidates[0].key, found.candidates[0].registered) == ("GET /used", False)


def test_a_spelling_that_fits_several_is_not_guessed(ledger: Ledger) -> None:
    uses = (UsageSample("export", "task", TODAY, 1), UsageSample("export", "component", TODAY, 2))
    found = asked(ledger, "export", collection(samples=uses))
    assert (found.report, found.ambiguous) == (None, True)
    assert [one.kind for one in found.candidates] == ["component", "task"]
    only = asked(ledger, "export", kind="task").report
    assert only is not None
    assert (only.kind, only.calls) == ("task", 1)


def test_without_any_evidence_no_key_can_be_unknown(ledger: Ledger) -> None:
    assert asked(ledger, "/a").refusal == "nothing was counted and nothing was watched; run 'auditor collect'"
    found = asked(ledger, "/a", collection(problem="connection refused"))
    assert found.refusal is not None
    assert "redis is sick: connection refused" in found.refusal


def test_uses_at_no_known_day_are_uses_and_stand_on_no_day(ledger: Ledger) -> None:
    reading = ledger.read(WINDOW)
    undated = UsageSample("GET /a", "endpoint", TODAY, 7, by_status={UNDATED: 7})
    found = show.report(
        msgspec.structs.replace(reading, samples=(undated,)), ("endpoint", "GET /a"), KeyHistory(None, {}, {}),
        min_watched=0.95,
    )  # fmt: skip
    assert (found.calls, found.undated, found.by_status, found.conclusion) == (7, 7, {}, "")
    assert [day.calls for day in found.days if day.calls] == []


def test_a_key_of_which_only_a_total_is_known_is_shown(ledger: Ledger) -> None:
    found = report(ledger, "/a", collection(totals=(UsageTotal("GET /a", "endpoint", 7),), only_for_use=True))
    assert (found.calls, found.undated, found.conclusion) == (7, 7, "")
    assert found.ever is not None
    assert (found.ever.last_day, found.ever.dated) == (TODAY, False)
