"""Counters of another program, from its Redis through the ledger to what people see."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
import uvicorn

from auditor import pipeline
from auditor.config import SourceConfig, load
from auditor.model.window import Window
from auditor.usage.http_stats import http_stats

APP = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/users/{user_id}")
def get_user(user_id: int): ...


@app.post("/chat")
def chat(): ...


@app.get("/old")
def old(): ...
"""
CONFIG = """
app = "shop"
[[usage.sources]]
name = "calls"
kind = "redis"
url = "env:OWN_REDIS"
layout = "endpoint_usage"
[[usage.sources]]
name = "totals"
kind = "redis"
url = "env:OWN_REDIS"
layout = "counter"
pattern = "hits:{method}:{path}"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "main.py").write_text(APP)
    (tmp_path / "auditor.toml").write_text(CONFIG)
    return tmp_path


def test_collected_twice_it_counts_once_and_no_path_is_kept(project: Path, redis_url: str) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with redis.Redis.from_url(redis_url) as client:
        for minutes in range(1, 300):
            at = now - timedelta(minutes=minutes)
            client.zadd("endpoint_usage:POST:/chat", {at.replace(tzinfo=None).isoformat(): at.timestamp()})
            client.zadd("endpoint_usage:GET:/users/4711", {at.replace(tzinfo=None).isoformat(): at.timestamp()})
        client.zadd("endpoint_usage:GET:/wp-login.php", {"x": now.timestamp() - 60})
        client.set("hits:GET:/users/4712", 3)
    loaded = load(project)
    for _ in range(2):
        collected = pipeline.collect(loaded, days=2, source=None, now=now, environment={"OWN_REDIS": redis_url})
        assert [one.problem for one in collected] == [None, None]
    stats = pipeline.usage_stats(loaded, days=2, now=now)
    calls = {key: row.calls for key, row in stats.stats.items()}
    assert calls["POST:/chat"] == 299 and calls["GET:/users/{user_id}"] >= 299 and "GET:/old" not in calls
    assert stats.watched["calls"] == 299 and not stats.watched.get("totals") and stats.unmatched == 1
    for file in (project / ".auditor").rglob("ledger*"):
        if file.is_file():
            assert not re.search(rb"4711|4712|wp-login", file.read_bytes())


def test_what_auditor_serves_another_can_read(project: Path, redis_url: str) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with redis.Redis.from_url(redis_url) as client:
        client.zadd("endpoint_usage:POST:/chat", {f"call {n}": now.timestamp() - 60 for n in range(7)})
    (project / "auditor.toml").write_text(CONFIG + "[service]\nread_token = 'env:READ_TOKEN'\n")
    environment = {"OWN_REDIS": redis_url, "READ_TOKEN": "s3cret"}
    loaded = load(project)
    pipeline.collect(loaded, days=2, source=None, now=now, environment=environment)
    with serving(pipeline.service(loaded, now=lambda: now, environment=environment)) as url:
        source = SourceConfig(name="stats", kind="http_stats", headers={"Authorization": "env:STATS_AUTHORIZATION"})
        window, routes = Window.last_days(2, now), ["POST /chat"]
        shown = {"STATS_AUTHORIZATION": "Bearer s3cret"}
        found = http_stats(source, f"{url}/stats", shown, project, routes).collect(window)
        assert found.problem is None
        assert [(one.key, one.count, one.period_days) for one in found.totals] == [("POST /chat", 7, 2)]
        refused = http_stats(source, f"{url}/stats", {"STATS_AUTHORIZATION": "no"}, project, routes).collect(window)
        assert refused.problem is not None and "401; check its headers" in refused.problem


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Serve an application with uvicorn on a free port of loopback and give its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
