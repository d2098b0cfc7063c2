"""A period is judged day by day, as a plan would judge it, and never by minutes that nobody has read yet."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from auditor.ledger.daily_counts import DailyCount, DailyCounts
from auditor.ledger.gaps import gaps
from auditor.ledger.health import health
from auditor.ledger.period import Period, status
from auditor.ledger.store import Ledger
from auditor.model.monitoring import MonitoringStatus
from auditor.model.usage import LedgerReading, SourceHealth, UsageTotal, WatchedDay
from auditor.model.window import Window
from auditor.report import status_text
from tests.ledger.samples import NOW, TODAY, WINDOW, collection, daily, route, sample, watched_from

START = date(2026, 11, 12)
MIDNIGHT = datetime(2026, 11, 12, tzinfo=UTC)


def asked(
    watched: Sequence[WatchedDay] = (), *, now: datetime = NOW, start: date | None = START, days: int = 14,
    counts: Sequence[DailyCount] = (), insufficient: str | None = None, collected: datetime | None = None,
    watched_by: Mapping[str, tuple[WatchedDay, ...]] | None = None, **more: object,
) -> MonitoringStatus:  # fmt: skip
    sources = (SourceHealth("redis", True, None, collected or now, healthy_at=now),)
    period = Period(start, days, now, 0.95)
    by_source = watched_by or {"redis": tuple(watched)}
    filled: dict[str, object] = {"watched": by_source, "lost": {}, "sources": sources, "routes": ()} | more
    reading = LedgerReading(period.window(), samples=(), since=start, **filled)  # type: ignore[arg-type]  # keywords of one test each
    well = health(reading, now=now, max_age=timedelta(hours=36))
    return status(period, reading, DailyCounts(tuple(counts)), well, insufficient)


def seen(first: date, *new: int) -> list[DailyCount]:
    """Return uses in which each day has so many keys that no day before it had."""
    found: list[DailyCount] = []
    for n, number in enumerate(new):
        day = first + timedelta(days=n)
        found += [DailyCount(day, "redis", "endpoint", f"GET /{n}/{k}", 1) for k in range(number)]
        found += [DailyCount(day, "redis", "endpoint", one.key, 1) for one in found if one.day == first]
    return found


def test_a_period_that_runs_says_which_day_it_is_and_when_it_ends() -> None:
    found = asked(watched_from(MIDNIGHT, NOW))
    assert (found.state, found.day, found.period_days, found.period_start) == ("running", 10, 14, START)
    assert (found.not_before, found.because) == (date(2026, 11, 26), "the 14 days are not over")
    assert (found.watched_share, found.thin_days, found.deletion_may_begin) == (1.0, (), False)


def test_a_period_that_is_over_and_was_watched_lets_deletion_begin() -> None:
    later = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    found = asked(watched_from(MIDNIGHT, later), now=later)
    assert (found.state, found.deletion_may_begin, found.not_before, found.because) == ("complete", True, None, None)


def test_routes_that_a_young_tracker_publishes_are_told_where_a_log_completes_the_period() -> None:
    later = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    mounted = later - timedelta(days=2)
    routes = (route(key, first=mounted, last=later) for key in ("GET /called", "GET /silent"))
    found = asked(
        now=later,
        sources=tuple(SourceHealth(name, True, None, later, healthy_at=later) for name in ("edge", "tracker")),
        routes=tuple(msgspec.structs.replace(one, source="tracker") for one in routes),
        counts=[DailyCount(later.date(), "edge", "endpoint", "GET /called", 1)],
        watched_by={"edge": tuple(watched_from(MIDNIGHT, later)), "tracker": tuple(watched_from(mounted, later))},
    )
    assert found.deletion_may_begin
    (waiting,) = found.not_judged
    assert (waiting.source, waiting.routes, waiting.of) == ("tracker", 1, 2)
    assert "first registered on 2026-11-24 08:00 UTC, inside the window" in waiting.because
    told = status_text.status(found)
    assert "1 of the 2 routes that tracker publishes stay undecided" in told
    assert " ".join(told.split()).endswith(
        "COMPLETE: deletion may begin, but 1 published route cannot be judged yet. Next: auditor plan --days 14"
    )


def test_what_a_plan_would_refuse_no_period_allows() -> None:
    later = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    found = asked(watched_from(MIDNIGHT, later), now=later, insufficient="a usage source is sick; edge: gone")
    assert (found.state, found.deletion_may_begin, found.because) == (
        "running", False, "a usage source is sick; edge: gone",
    )  # fmt: skip


def test_a_day_watched_too_little_puts_deletion_off_until_it_is_behind_the_period() -> None:
    gap = (MIDNIGHT + timedelta(days=4, hours=3), MIDNIGHT + timedelta(days=4, hours=5))
    found = asked(watched_from(MIDNIGHT, NOW, [gap]))
    assert (found.thin_days, found.not_before) == ((date(2026, 11, 16),), date(2026, 12, 1))
    assert found.because == "on 2026-11-16, 1,320 of 1,440 minutes were watched, and 95 % of each day are needed"
    (strip,) = found.strips
    assert [(gap.start, gap.minutes) for gap in strip.gaps] == [(gap[0], 120)]
    assert [day.share < 1 for day in strip.days].index(True) == 4


def test_a_day_with_lost_counts_puts_it_off_too() -> None:
    found = asked(watched_from(MIDNIGHT, NOW), lost={"redis": ((date(2026, 11, 14), 3),)})
    assert (found.not_before, found.because) == (date(2026, 11, 29), "counts were lost on 2026-11-14")


def test_two_sources_that_watch_in_turn_watch_together() -> None:
    half = MIDNIGHT + timedelta(days=5, hours=7)
    watched = {"redis": watched_from(MIDNIGHT, half), "edge": watched_from(half, NOW)}
    sources = tuple(SourceHealth(name, True, None, NOW, healthy_at=NOW) for name in watched)
    found = _with(watched, sources)
    assert (found.thin_days, found.watched_share) == ((), 1.0)
    assert [strip.source for strip in found.strips] == ["redis", "edge"]


def _with(watched: dict[str, tuple[WatchedDay, ...]], sources: tuple[SourceHealth, ...]) -> MonitoringStatus:
    period = Period(START, 14, NOW, 0.95)
    reading = LedgerReading(period.window(), (), watched, (), {}, sources, START)
    return status(period, reading, DailyCounts(), health(reading, now=NOW, max_age=timedelta(hours=36)), None)


def test_a_source_that_can_only_prove_use_watches_nothing() -> None:
    sources = (SourceHealth("redis", True, None, NOW, only_for_use=True, healthy_at=NOW),)
    found = _with({"redis": watched_from(MIDNIGHT, NOW)}, sources)
    assert (found.watched_share, found.strips, len(found.thin_days)) == (0.0, (), 10)


def test_minutes_that_were_not_collected_yet_are_not_missed() -> None:
    collected = NOW - timedelta(hours=5)
    found = asked(watched_from(MIDNIGHT, collected), collected=collected)
    assert found.thin_days == ()
    assert (found.strips[0].days[-1].minutes, found.strips[0].days[-1].of) == (7 * 60, 7 * 60)


def test_an_application_of_tasks_is_watched_by_its_workers() -> None:
    kinds = {"redis": {"task": watched_from(MIDNIGHT, NOW)}}
    found = asked(watched_kinds=kinds)
    assert (found.watched_share, found.thin_days) == (1.0, ())
    assert [(strip.source, strip.kind) for strip in found.strips] == [("redis", "task")]


def test_without_evidence_nothing_has_begun() -> None:
    found = asked(start=None)
    assert (found.state, found.day, found.deletion_may_begin, found.not_before) == ("unknown", 0, False, None)
    assert found.because == "nothing is known yet; run 'auditor collect'"


def test_a_period_may_begin_later() -> None:
    found = asked(start=TODAY + timedelta(days=3))
    assert (found.state, found.day, found.because) == ("waiting", 0, "the period begins on 2026-11-24")
    assert (found.strips, found.anomalies, found.new_keys) == ((), (), ())


def test_checkpoints_stand_at_each_week_and_at_the_end() -> None:
    gap = (MIDNIGHT + timedelta(days=1), MIDNIGHT + timedelta(days=2))
    found = asked(watched_from(MIDNIGHT, NOW, [gap]), days=17, counts=seen(START, 5, 2, 0, 0, 0, 0, 0, 3))
    assert [(one.number, one.day.day, one.reached) for one in found.checkpoints] == [
        (7, 18, True), (14, 25, False), (17, 28, False),
    ]  # fmt: skip
    first = found.checkpoints[0]
    assert (first.keys, first.thin_days, round(first.watched_share, 3)) == (7, (date(2026, 11, 13),), 0.857)


@pytest.mark.parametrize(("new", "calm"), [
    ((5, 2, 0, 0, 0, 0, 0, 0, 0, 0), 7), ((5, 0, 0, 0, 0, 0, 0, 0, 0, 1), 0), ((5, 0, 0, 0, 0, 0, 0, 0, 1, 0), 0),
    ((), 0),
])  # fmt: skip
def test_keys_seen_for_the_first_time_say_whether_the_period_is_long_enough(new: tuple[int, ...], calm: int) -> None:
    found = asked(watched_from(MIDNIGHT, NOW), counts=seen(START, *new))
    assert [one.keys for one in found.new_keys] == list(new or (0,) * 10)
    assert (found.keys, found.days_without_new_keys) == (sum(new), calm)


def test_a_key_that_was_used_before_the_days_shown_is_not_new() -> None:
    counts = [*seen(START, 2), DailyCount(START - timedelta(days=3), "redis", "endpoint", "GET /0/0", 1)]
    found = asked(watched_from(MIDNIGHT, NOW), counts=counts)
    assert (found.new_keys[0].keys, found.keys) == (1, 2)


def test_of_a_period_that_is_long_over_the_last_days_are_shown() -> None:
    later = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
    found = asked(watched_from(later - timedelta(days=20), later), now=later)
    assert (found.day, found.state) == (110, "complete")
    assert (found.strips[0].days[0].day, len(found.strips[0].days)) == (date(2027, 2, 15), 15)
    assert found.checkpoints == ()


def test_gaps_run_over_midnight_and_end_with_the_window() -> None:
    silent = (NOW - timedelta(hours=14), NOW - timedelta(hours=10))
    watched = watched_from(WINDOW.start, NOW - timedelta(minutes=5), [silent])
    window = Window(WINDOW.start + timedelta(minutes=7), NOW)
    assert [(gap.start, gap.minutes) for gap in gaps(watched, window)] == [
        (silent[0], 240), (NOW - timedelta(minutes=5), 5),
    ]  # fmt: skip


def test_counts_are_told_apart_by_source(ledger: Ledger) -> None:
    twice = (sample("GET /a", 3, origin="one"), sample("GET /a", 4, origin="two"), sample("GET /silent", 0))
    ledger.record([collection("redis", samples=(*twice, *daily("GET /b", [5], first=START)))], now=NOW)
    ledger.record([collection("edge", samples=(sample("GET /a", 9),))], now=NOW)
    ledger.record([collection("stats", totals=(UsageTotal("GET /a", "endpoint", 7),), only_for_use=True)], now=NOW)
    reading, found = ledger.watched(WINDOW)
    assert found.counts == (
        DailyCount(START, "redis", "endpoint", "GET /b", 5),
        DailyCount(TODAY, "edge", "endpoint", "GET /a", 9),
        DailyCount(TODAY, "redis", "endpoint", "GET /a", 7),
    )
    assert (found.undated, reading.samples) == ({"stats"}, ())
    assert [source.name for source in reading.sources] == ["edge", "redis", "stats"]
