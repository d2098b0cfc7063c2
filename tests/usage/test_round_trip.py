"""What the tracker's own sinks write is what the sources read, and what attribution binds."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditor.model.code import Definition
from auditor.model.graph import Analysis, Reachability, ReferenceGraph
from auditor.model.usage import LedgerReading, SourceHealth, Window
from auditor.tracking import layout
from auditor.tracking.delta import Delta
from auditor.tracking.sinks import open_sink
from auditor.usage.attribution import attribute
from auditor.usage.file_counters import FileCounters
from auditor.usage.redis_counters import RedisCounters
from auditor.usage.sources import UsageSource

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
WINDOW = Window.last_days(2, NOW)
USERS = "GET /users/{id}"


def write(url: str) -> None:
    sink = open_sink(url, "shop", instance="web-1")
    first = (NOW - timedelta(days=3)).timestamp()
    shadowed: list[dict[str, object]] = [{"handler": "shop.v1:get_user", "file": "/srv/shop/v1.py", "line": 3}]
    record = layout.route_record("shop.v2:get_user", "/srv/shop/v2.py", 3, "3f9c", shadowed, first, NOW.timestamp())
    sink.publish("routes", {USERS: record}, "3f9c")
    start = int(WINDOW.start.timestamp()) // 60
    for hour in range(48):
        at = WINDOW.start + timedelta(hours=hour, minutes=59)
        sink.write(
            Delta(
                at=at.timestamp(), version="3f9c", sequence=hour + 1,
                counts={"calls": {at.date(): {layout.call_field(USERS, "2xx"): 2}}},
                minutes=tuple(range(start + hour * 60, start + hour * 60 + 60)),
                last={USERS: at.timestamp()},
            )
        )  # fmt: skip
    sink.close()


@pytest.mark.parametrize("kind", ["redis", "file"])
def test_from_the_trackers_sink_to_an_observation(kind: str, tmp_path: Path, redis_url: str) -> None:
    url = redis_url if kind == "redis" else tmp_path.as_uri()
    write(url)
    source: UsageSource = RedisCounters("live", url, "shop") if kind == "redis" else FileCounters("live", url, "shop")
    found = source.collect(WINDOW)
    assert found.problem is None and found.lost == ()
    assert sum(sample.count for sample in found.samples) == 96
    assert sum(day.minutes_within(WINDOW) for day in found.watched) == WINDOW.minutes
    definitions = {
        name: Definition(name, "function", f"shop/{name[5:7]}.py", 1, 9)
        for name in ("shop.v1:get_user", "shop.v2:get_user")
    }
    reading = LedgerReading(
        WINDOW, found.samples, {"live": found.watched}, found.routes, {}, (SourceHealth("live", healthy=True),)
    )
    analysis = Analysis(ReferenceGraph(definitions, {}), (), (), Reachability({}, {}), 2, 18)
    seen = attribute(reading, analysis, {}, now=NOW, min_watched=1.0, max_age=timedelta(hours=1))
    assert seen.insufficient is None
    assert {name: one.count for name, one in seen.by_definition.items()} == {
        "shop.v1:get_user": 0,
        "shop.v2:get_user": 96,
    }
    assert seen.by_definition["shop.v2:get_user"].last_seen == NOW - timedelta(minutes=1)


@pytest.mark.parametrize("kind", ["redis", "file"])
def test_a_process_that_ended_without_a_last_flush_is_noted(kind: str, tmp_path: Path, redis_url: str) -> None:
    url = redis_url if kind == "redis" else tmp_path.as_uri()
    sink = open_sink(url, "shop", instance="web-1")
    at = NOW - timedelta(hours=3)
    source: UsageSource = RedisCounters("live", url, "shop") if kind == "redis" else FileCounters("live", url, "shop")
    for closing, noted in ((False, True), (True, False)):
        sink.write(Delta(at=at.timestamp(), version="1", minutes=(int(at.timestamp()) // 60,), closing=closing))
        assert any("without a last flush" in note for note in source.collect(WINDOW).notes) is noted
    sink.close()
