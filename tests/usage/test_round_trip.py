"""What the tracker's own sinks write is what the sources read, and what attribution binds."""

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor import pipeline
from auditor.model.code import Definition
from auditor.model.graph import Analysis, Reachability, ReferenceGraph
from auditor.model.usage import LedgerReading, SourceHealth
from auditor.model.window import Window
from auditor.tracking import hooks, layout, registered, shared
from auditor.tracking.delta import Delta
from auditor.tracking.sinks import open_sink
from auditor.usage.attribution import attribute
from auditor.usage.file_counters import FileCounters
from auditor.usage.redis_counters import RedisCounters
from auditor.usage.sources import UsageSource
from tests.production import Project
from tests.redis_deployments import RedisCluster

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
                closing=hour == 47,
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


CONFIG = """
app = "shop"
[[usage.sources]]
name = "production"
kind = "{kind}"
url = "{url}"
"""
FILES = {
    "shop/__init__.py": "",
    "shop/main.py": """
from fastapi import FastAPI

app = FastAPI()

@app.get("/price")
def price():
    return 100

@app.get("/health")
def health():
    return "ok"

@app.get("/never")
def never():
    return 0
""",
    "shop/jobs.py": """
def remind():
    return 1

def export():
    return 1

def render():
    return 1

def convert():
    return 1

def rest():
    return 1
""",
}
ROUTES = {f"GET /{name}": f"shop.main:{name}" for name in ("price", "health", "never")}


@pytest.fixture(params=["redis", "file", "cluster"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project whose application is tracked by way of the environment, into each sink."""
    made = Project(tmp_path, FILES)
    if request.param == "redis":
        made.sink = request.getfixturevalue("redis_url")
    elif request.param == "cluster":
        cluster: RedisCluster = request.getfixturevalue("redis_cluster")
        made.sink = cluster.url
    kind = "file" if request.param == "file" else "redis"
    made.commit({"auditor.toml": CONFIG.format(kind=kind, url=made.sink)})
    monkeypatch.setenv("AUDITOR_SINK", made.sink)
    monkeypatch.setenv("AUDITOR_APP", "shop")
    monkeypatch.syspath_prepend(str(made.root))
    yield made
    shared.close_all()
    registered.forget()


def use() -> None:
    """Use each kind by its hook, tasks and commands under names that only registration can explain."""
    jobs: Any = importlib.import_module("shop.jobs")
    for kind, name, target in (
        ("tasks", "mail.remind", jobs.remind), ("commands", "shop export", jobs.export),
        ("components", "pdf", jobs.render), ("tasks", "mail.never", jobs.rest),
    ):  # fmt: skip
        hooks.register(kind, name, target)
    for _ in range(3):
        hooks.count("tasks", "mail.remind")
    hooks.outcome("tasks", "mail.remind", "failed")
    hooks.count("commands", "shop export")
    hooks.outcome("commands", "shop export", "timed_out")
    hooks.count("components", "pdf")
    hooks.count("functions", "shop.jobs:convert")
    hooks.watch("tasks")
    counters = shared.current()
    assert counters is not None
    for _ in range(30):
        counters.add("probes", layout.call_field("GET /health", "2xx"), "")
    counters.add("bots", layout.call_field("GET /price", "2xx"), "")
    counters.add("calls", layout.call_field("GET /price", "2xx"), "GET /price")
    shared.close_all()


def test_what_hooks_count_is_what_collect_usage_and_plan_see(project: Project) -> None:
    now = datetime.now(UTC)
    project.watch({"GET /price": 10}, ROUTES, until=now)
    use()
    later = datetime.now(UTC)
    (collected,) = pipeline.collect(project.loaded, days=14, source=None, now=later, environment={})
    assert collected.problem is None and "task" in collected.watched_kinds
    stats = pipeline.usage_stats(project.loaded, days=14, now=later)
    assert (stats.tasks["mail.remind"].calls, stats.tasks["mail.remind"].errors) == (3, 1)
    assert (stats.commands["shop export"].calls, stats.commands["shop export"].errors) == (1, 1)
    assert (stats.components["pdf"].calls, stats.functions["shop.jobs:convert"].calls) == (1, 1)
    assert stats.stats["GET:/health"].by_status == {"probe": 30}
    assert stats.stats["GET:/price"].by_status == {"2xx": 10 * 15 + 1, "bot": 1}
    unused = pipeline.usage_unused(project.loaded, days=14, now=later)
    assert [route.key for route in unused.unused] == ["GET /never"]
    plan = pipeline.plan(project.loaded, days=14, now=later, environment={}, collect_first=False)
    verdicts = {finding.id: str(finding.verdict) for finding in plan.findings}
    assert plan.refusal is None
    for used in ("remind", "export", "render", "convert"):
        assert verdicts[f"shop.jobs:{used}"] == "CONTRADICTED", "nothing in the source reaches it, yet it ran"
    assert verdicts["shop.jobs:rest"] == "DEAD", "a registered name that nobody used proves nothing, for or against"
    assert verdicts["shop.main:never"] == "DORMANT"
    assert verdicts.get("shop.main:health", "LIVE") == "LIVE"
