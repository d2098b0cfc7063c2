"""Statistics say what was used, and say so when they know nothing."""

from datetime import timedelta

import msgspec
import pytest

from auditor.ledger.store import Ledger
from auditor.model.answers import StatsRow
from auditor.model.usage import UsageSample
from tests.ledger.samples import NOW, TODAY, WINDOW, all_day, collection, measured, route, sample, users


def test_statistics_have_the_seeds_shape(ledger: Ledger) -> None:
    yesterday, earlier = TODAY - timedelta(days=1), NOW - timedelta(hours=1)
    samples = (
        sample(
            "POST /api/v1/pam/chat", 3, errors=1, by_status={"2xx": 2, "5xx": 1}, last_seen=NOW - timedelta(hours=1)
        ),
        sample("POST /api/v1/pam/chat", 4, day=yesterday, last_seen=NOW - timedelta(days=1)),
        sample("GET /silent", 0),
        sample("(unmatched)", 9),
        UsageSample("Checkout", "component", TODAY, 2),
        UsageSample("shop export", "command", TODAY, 3, 1),
    )
    ledger.record([collection(samples=samples, watched=all_day(), routes=(route("GET /silent"),))], now=NOW)
    found = ledger.usage_stats(14, now=NOW)
    row = StatsRow(calls=7, errors=1, last_used=earlier, by_status={"2xx": 2, "5xx": 1})
    assert found.stats == {"POST:/api/v1/pam/chat": row}
    assert (found.period_days, found.endpoints_used, found.endpoints_registered, found.unmatched) == (14, 1, 1, 9)
    assert found.components == {"Checkout": StatsRow(2, 0)}
    assert found.commands == {"shop export": StatsRow(3, 1)}
    assert (found.watched, found.notes, found.refusal) == ({"redis": WINDOW.minutes}, (), None)


def test_an_empty_ledger_gives_no_figures(ledger: Ledger) -> None:
    found = ledger.usage_stats(14, now=NOW)
    assert found.refusal is not None
    assert "run 'auditor collect'" in found.refusal


def test_a_sick_source_alone_gives_no_figures(ledger: Ledger) -> None:
    ledger.record([collection(problem="connection refused")], now=NOW)
    refusal = ledger.usage_stats(14, now=NOW).refusal
    assert refusal is not None
    assert "redis is sick: connection refused" in refusal


def test_watched_and_silent_is_an_answer(ledger: Ledger) -> None:
    ledger.record([collection(watched=all_day())], now=NOW)
    found = ledger.usage_stats(14, now=NOW)
    assert (found.endpoints_used, found.refusal) == (0, None)


def test_days_beyond_what_was_collected_are_said(ledger: Ledger) -> None:
    ledger.record([collection(watched=all_day(), samples=(sample(),))], now=NOW)
    found = ledger.usage_stats(90, now=NOW)
    assert found.collected_since == WINDOW.dates()[0]
    assert found.notes == (
        "the ledger knows nothing before 2026-11-07: 76 days of the window are without evidence",
    )  # fmt: skip


def test_what_a_source_lost_or_cannot_prove_is_said(ledger: Ledger) -> None:
    ledger.record([collection(watched=all_day(), lost=((TODAY, 4),))], now=NOW)
    ledger.record([collection("edge", only_for_use=True, problem="half read")], now=NOW)
    assert ledger.usage_stats(14, now=NOW).notes == (
        "edge is sick: half read",
        "edge can prove use, never absence",
        "redis lost 4 counts in the window",
    )


def test_statistics_tell_what_is_known_and_nothing_else(ledger: Ledger) -> None:
    of_two_days = (measured(), measured(day=TODAY - timedelta(days=1), users=users("a", "b", "c"), origin="b"))
    ledger.record([collection(samples=(*of_two_days, sample("GET /b", 2), sample("GET /c", 2, errors=2)))], now=NOW)
    stats = ledger.usage_stats(14, now=NOW).stats
    found = stats["GET:/users/{id}"]
    assert (found.calls, found.errors, found.succeeded, found.timed_out, found.users) == (20, 6, 14, 2, 3)
    assert (found.cost, found.costed, found.errors_by_code) == (5.0, 8, {"500": 4, "TimeoutError": 2})
    assert found.first_used == NOW - timedelta(hours=3)
    assert found.duration_ms is not None
    assert (found.duration_ms.mean, found.duration_ms.min, found.duration_ms.max) == (304.0, 5.0, 900.0)
    assert found.duration_ms.p50 == pytest.approx(7, rel=0.05)
    assert found.duration_ms.p99 == pytest.approx(900, rel=0.05)
    assert msgspec.to_builtins(stats["GET:/b"]) == {"calls": 2, "errors": 0, "last_used": None, "by_status": {}}
    assert stats["GET:/c"].succeeded == 0
