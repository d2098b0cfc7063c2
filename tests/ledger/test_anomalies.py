"""Each anomaly is seen where it is, and not where a weekend, a gap, today or a small number explains it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec
import pytest

from auditor.ledger.anomalies import Evidence, anomalies
from auditor.ledger.daily_counts import DailyCount
from auditor.model.monitoring import Anomaly
from auditor.model.usage import LedgerReading, RegisteredRoute, SourceHealth, UsageKind, WatchedDay
from auditor.model.window import Window
from tests.ledger.samples import NOW, TODAY, all_day, route, watched_from

WINDOW = Window.last_days(28, NOW)
FIRST = TODAY - timedelta(days=13)
WELL = (SourceHealth("redis", True, None, NOW, healthy_at=NOW), SourceHealth("edge", True, None, NOW, healthy_at=NOW))
ALWAYS = tuple(day for day in all_day(WINDOW.dates()) if day.day < TODAY) + watched_from(
    NOW.replace(hour=0), NOW
)  # fmt: skip
GET = route("GET /a")


def uses(
    counts: Mapping[date, int], key: str = "GET /a", source: str = "redis", kind: UsageKind = "endpoint"
) -> list[DailyCount]:
    return [DailyCount(day, source, kind, key, count) for day, count in counts.items() if count]


def steadily(count: int, **changed: int) -> dict[date, int]:
    """Return the same count on every day of the window, but those that are told as `d3=0`: three days before today."""
    counts = dict.fromkeys(WINDOW.dates(), count)
    return counts | {TODAY - timedelta(days=int(name[1:])): changed[name] for name in changed}


def found(
    counts: Sequence[DailyCount],
    *,
    routes: Sequence[RegisteredRoute] = (GET,),
    sources: Sequence[SourceHealth] = WELL[:1],
    watched: Mapping[str, tuple[WatchedDay, ...]] = {"redis": ALWAYS, "edge": ALWAYS},
    undated: Sequence[str] = (),
    **more: object,
) -> tuple[Anomaly, ...]:
    published = tuple(msgspec.structs.replace(one, source="redis") for one in routes)
    filled: dict[str, object] = {"samples": (), "lost": {}, "since": FIRST} | more
    reading = LedgerReading(WINDOW, watched=watched, routes=published, sources=tuple(sources), **filled)  # type: ignore[arg-type]  # keywords of one test each
    return anomalies(Evidence(reading, tuple(counts), frozenset(undated), FIRST, NOW))


def test_a_steady_application_has_none() -> None:
    assert found(uses(steadily(500))) == ()


def test_traffic_that_fell_against_the_same_weekday_is_seen() -> None:
    (only,) = found(uses(steadily(500, d3=50)))
    assert (only.kind, only.source, only.day) == ("traffic_fell", "redis", TODAY - timedelta(days=3))
    assert "counted 50 requests on Wednesday, 2026-11-18, and 500 on the same weekday before" in only.detail


@pytest.mark.parametrize("counts", [
    steadily(500, d0=0),
    steadily(99, d3=0),
    steadily(500, d3=51),
    {day: 900 if day.weekday() < 5 else 20 for day in WINDOW.dates()},
    steadily(500, d10=90_000),
], ids=["today", "few", "less", "weekends", "one busy day before"])  # fmt: skip
def test_what_is_no_fall(counts: dict[date, int]) -> None:
    assert found(uses(counts)) == ()


@pytest.mark.parametrize("days_ago", [3, 10])
def test_a_day_that_was_not_watched_is_a_gap_and_no_fall(days_ago: int) -> None:
    gap = TODAY - timedelta(days=days_ago)
    watched = {"redis": tuple(day for day in ALWAYS if day.day != gap)}
    counts = steadily(500, d3=0) if days_ago == 3 else steadily(500, d3=0, d10=0, d17=0)
    assert found(uses(counts), watched=watched) == ()


def test_a_fall_of_tasks_is_measured_by_the_minutes_of_tasks() -> None:
    counts = uses(steadily(500, d3=0), "mail", kind="task") + uses(steadily(500))
    (only,) = found(counts, watched_kinds={"redis": {"task": ALWAYS}})
    assert "counted 0 tasks" in only.detail
    assert found(counts) == ()


@pytest.mark.parametrize(("hours", "nights", "quiet"), [
    (3, 0, True), (1, 0, False), (3, 3, False), (5, 3, True), (13, 12, True),
], ids=["silent", "a pause", "as at night", "longer than at night", "never longer than twelve hours"])  # fmt: skip
def test_a_source_that_went_quiet_is_seen(hours: int, nights: int, quiet: bool) -> None:
    pauses = [
        (NOW - timedelta(days=n), NOW - timedelta(days=n) + timedelta(hours=nights)) for n in range(1, 14)
    ] if nights else []  # fmt: skip
    watched = watched_from(WINDOW.start, NOW - timedelta(hours=hours), pauses)
    kinds = [one.kind for one in found(uses(steadily(50)), watched={"redis": watched})]
    assert kinds == (["source_quiet"] if quiet else [])


def test_minutes_after_the_last_collection_are_not_known_to_be_silent() -> None:
    collected = SourceHealth("redis", True, None, NOW - timedelta(hours=9), healthy_at=NOW - timedelta(hours=9))
    watched = watched_from(WINDOW.start, NOW - timedelta(hours=9))
    assert found(uses(steadily(50)), sources=(collected,), watched={"redis": watched}) == ()


def test_a_source_that_began_in_the_minute_of_its_collection_is_not_quiet() -> None:
    watched = watched_from(NOW, NOW + timedelta(minutes=1))
    assert found(uses(steadily(50)), watched={"redis": watched}) == ()


def test_a_source_that_counts_nothing_is_seen_unless_it_is_sick() -> None:
    sick = SourceHealth("edge", False, "no such file", NOW)
    assert [(one.kind, one.source) for one in found(uses(steadily(5)), sources=WELL)] == [("source_empty", "edge")]
    assert found(uses(steadily(5)), sources=(WELL[0], sick)) == ()
    assert found(uses(steadily(5)), sources=WELL, undated=["edge"]) == ()


def test_an_instance_without_a_tracker_is_seen_where_another_source_sees_all() -> None:
    counts = uses(steadily(300)) + uses(steadily(300, d2=700, d4=600), source="edge")
    (only,) = found(counts, sources=WELL)
    assert (only.kind, only.source, only.keys) == ("untracked_instance", "edge", ("GET /a",))
    assert only.detail.startswith(
        "edge saw 700 calls of GET /a on 2026-11-19, the tracker 300 (1 key on 2 days in all)"
    )


@pytest.mark.parametrize("edge", [
    uses(steadily(300, d2=449), source="edge"),
    uses(steadily(20, d2=119), source="edge"),
    uses(steadily(900), "GET /other", source="edge"),
    uses(steadily(0, d0=9000), source="edge"),
], ids=["half as many again", "few", "no key of the tracker", "today"])  # fmt: skip
def test_what_is_no_instance_without_a_tracker(edge: list[DailyCount]) -> None:
    tracked = uses(steadily(300 if edge[0].count != 20 else 20))
    assert [one for one in found(tracked + edge, sources=WELL) if one.kind == "untracked_instance"] == []


def test_a_gap_of_the_tracker_is_no_instance_without_one() -> None:
    gap = TODAY - timedelta(days=2)
    watched = {"redis": tuple(day for day in ALWAYS if day.day != gap), "edge": ALWAYS}
    counts = uses(steadily(300, d2=0)) + uses(steadily(300), source="edge")
    assert found(counts, sources=WELL, watched=watched) == ()


def test_lost_counts_are_named_with_their_days() -> None:
    lost = {"redis": ((TODAY - timedelta(days=20), 4), (TODAY - timedelta(days=2), 7))}
    (only,) = found(uses(steadily(50)), lost=lost)
    assert only.detail == "redis lost 7 counts, so these days prove no absence: 2026-11-19"


def test_keys_that_nobody_published_are_counted_and_named() -> None:
    counts = (
        uses(steadily(50)) + uses(steadily(3), "GET /old") + uses(steadily(2), "HEAD /a") + uses(steadily(1), "PUT /z")
    )
    (only,) = found(counts)
    assert (only.kind, only.keys) == ("unknown_routes", ("GET /old", "PUT /z"))
    assert only.detail.startswith("2 keys that no tracker has published: GET /old has 42 calls;")
    assert found(counts, routes=()) == (), "without a route table nothing is unknown"


@pytest.mark.parametrize(("unmatched", "seen"), [(60, True), (50, False), (2, False)])
def test_many_requests_without_a_route_are_seen(unmatched: int, seen: bool) -> None:
    counts = uses(steadily(500 if unmatched > 2 else 1)) + uses(steadily(unmatched), "(unmatched)")
    assert [one.kind for one in found(counts)] == (["unmatched_requests"] if seen else [])


def test_two_versions_side_by_side_are_seen() -> None:
    start = NOW - timedelta(days=2)
    new = route("GET /a", version="v2", first=start, last=start)
    later = route("GET /b", "shop.b:get", version="v1", last=start + timedelta(hours=2))
    (only,) = found(uses(steadily(50)), routes=(route("GET /c", version="v2", last=NOW), new, later))
    assert only.detail.startswith("redis saw v1 start after v2 had")
    before = route("GET /b", "shop.b:get", version="v1", last=start - timedelta(hours=2))
    assert found(uses(steadily(50)), routes=(new, before)) == ()
