"""What nobody used for long, and nothing that nobody watched."""

from datetime import timedelta

import pytest

from auditor.ledger.store import Ledger
from auditor.model.key_answers import DeadWeight
from auditor.model.usage import Collection, UsageSample, UsageTotal
from tests.ledger.samples import NOW, TODAY, WINDOW, all_day, collection, name, route, sample

LONG_AGO = TODAY - timedelta(days=60)
OLDER = TODAY - timedelta(days=90)


def asked(ledger: Ledger, *collections: Collection, days: int = 14) -> DeadWeight:
    ledger.record(collections, now=NOW)
    return ledger.dead_weight(days, now=NOW, min_watched=0.95)


def test_what_was_never_used_and_what_was_long_ago_are_listed_the_oldest_first(ledger: Ledger) -> None:
    found = asked(ledger, collection(
        watched=all_day(), watched_kinds={"task": all_day()},
        routes=(route("GET /never"), route("GET /once"), route("GET /used")), names=(name(),),
        samples=(
            sample("GET /once", 3, day=LONG_AGO, last_seen=NOW - timedelta(days=60)), sample("GET /used"),
            sample("GET /gone", 2, day=OLDER), UsageSample("mail.remind", "task", TODAY - timedelta(days=15), 4),
        ),
    ))  # fmt: skip
    assert [(one.key, one.last_day, one.registered) for one in found.dead] == [
        ("GET /never", None, True),
        ("GET /gone", OLDER, False),
        ("GET /once", LONG_AGO, True),
        ("mail.remind", TODAY - timedelta(days=15), True),
    ]
    never, gone, once, _ = found.dead
    assert (never.handler, never.path, never.watched_minutes) == ("shop.users:get", "shop/users.py", WINDOW.minutes)
    assert (gone.handler, gone.source, once.last_used) == ("", "redis", NOW - timedelta(days=60))
    assert (found.used, found.not_known, found.refusal) == (1, (), None)


@pytest.mark.parametrize("key", ["GET /a", "HEAD /a"])
def test_a_use_in_the_window_by_anyone_is_use(ledger: Ledger, key: str) -> None:
    used = collection("stats", samples=(sample(key),), only_for_use=True)
    found = asked(ledger, collection(watched=all_day(), routes=(route("GET /a"),)), used)
    assert (found.dead, found.not_known, found.used) == ((), (), 1)


def test_days_that_were_not_watched_are_not_known_and_no_dead_weight(ledger: Ledger) -> None:
    old = sample("GET /old", day=OLDER)
    found = asked(ledger, collection(watched=all_day(), routes=(route("GET /a"),), samples=(old,)), days=80)
    assert found.dead == ()
    assert found.refusal is not None
    assert "of the 115,200 minutes of" in found.refusal
    assert [one.key for one in found.not_known] == ["GET /a", "GET /old"]


def test_a_handler_younger_than_the_window_is_not_known(ledger: Ledger) -> None:
    young = route("GET /new", first=NOW - timedelta(days=3))
    found = asked(ledger, collection(watched=all_day(), routes=(route("GET /a"), young)))
    assert [one.key for one in found.dead] == ["GET /a"]
    assert [(one.key, one.reason) for one in found.not_known] == [
        ("GET /new", "its handler was first registered on 2026-11-18 12:00 UTC, inside the window")
    ]


def test_what_only_a_sampled_source_ever_saw_is_not_known(ledger: Ledger) -> None:
    seen = collection("sampled", samples=(sample("GET /old", day=LONG_AGO),), only_for_use=True)
    found = asked(ledger, collection(watched=all_day(), routes=(route("GET /a"),)), seen)
    assert [(one.key, one.reason) for one in found.not_known] == [("GET /old", "sampled can prove use, never absence")]


def test_an_access_log_alone_tells_what_is_no_longer_used(ledger: Ledger) -> None:
    old = sample("GET /old", day=LONG_AGO)
    found = asked(ledger, collection("edge", watched=all_day(), samples=(old, sample("GET /used"))))
    assert [(one.key, one.source, one.watched_minutes) for one in found.dead] == [("GET /old", "edge", WINDOW.minutes)]


def test_routes_that_were_never_called_are_missing_where_no_table_was_published_and_that_is_said(
    ledger: Ledger,
) -> None:
    found = asked(ledger, collection("edge", watched=all_day(), samples=(sample("GET /a"),)))
    assert (found.dead, found.refusal) == ((), None)
    assert "routes that were never called are not known" in found.notes[-1]
    table = collection(watched=all_day(), routes=(route("GET /a"),))
    assert not any("never called" in note for note in asked(ledger, table).notes)


def test_requests_without_a_route_are_no_key(ledger: Ledger) -> None:
    lost = sample("(unmatched)", day=LONG_AGO)
    found = asked(ledger, collection(watched=all_day(), routes=(route("GET /a"),), samples=(lost, sample("GET /a"))))
    assert (found.dead, found.not_known) == ((), ())


def test_a_sick_source_lets_nothing_be_concluded(ledger: Ledger) -> None:
    found = asked(ledger, collection(watched=all_day(), routes=(route("GET /a"),), problem="timed out"))
    assert (found.dead, found.refusal) == ((), "redis is sick: timed out")


def test_an_empty_ledger_is_refused(ledger: Ledger) -> None:
    assert asked(ledger).refusal == "no source was ever collected; run 'auditor collect'"


def test_a_cumulative_count_from_before_is_a_use_at_the_latest_then(ledger: Ledger) -> None:
    total = (UsageTotal("GET /a", "endpoint", 7),)
    before = NOW - timedelta(days=40)
    ledger.record([collection("stats", totals=total, only_for_use=True)], now=before)
    ledger.record([collection("stats", totals=total, only_for_use=True)], now=NOW)
    found = asked(ledger, collection(watched=all_day(), routes=(route("GET /a"),)))
    assert [(one.key, one.last_day, one.dated) for one in found.dead] == [("GET /a", before.date(), False)]
    risen = (UsageTotal("GET /a", "endpoint", 8),)
    found = asked(ledger, collection("stats", totals=risen, only_for_use=True))
    assert (found.dead, found.used) == ((), 1)
