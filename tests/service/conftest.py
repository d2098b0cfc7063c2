"""A project with a ledger of today, and the service over it in processes and threads of their own."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from auditor.ledger.store import Ledger
from auditor.model.usage import Collection, WatchedDay
from auditor.model.window import Window
from tests.ledger.samples import route, sample
from tests.redis_deployments import free_port, wait_for

URL = "sqlite:///.auditor/ledger.db"
CONFIG = """
app = "shop"
[usage]
[[usage.sources]]
name = "redis"
kind = "redis"
url = "redis://127.0.0.1:1/0"
[service]
origins = ["https://shop.example"]
"""
Serve = Callable[..., str]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project whose ledger was collected just now: one route called, one silent, all of 14 days watched."""
    (tmp_path / "auditor.toml").write_text(CONFIG, "utf-8")
    record(tmp_path)
    return tmp_path


def record(root: Path, **more: Any) -> None:
    """Record a collection of now into a project's ledger."""
    now = datetime.now(UTC)
    window = Window.last_days(14, now)
    given: dict[str, Any] = {
        "watched": tuple(WatchedDay(day, b"\xff" * 180) for day in (*window.dates(), now.date())),
        "routes": (
            route("GET /silent", "shop.a:silent", first=now - timedelta(30), last=now),
            route("GET /used", "shop.a:used", first=now - timedelta(30), last=now),
        ),
        "samples": (sample("GET /used", 7, day=now.date(), last_seen=now),),
        **more,
    }
    with closing(Ledger.open(URL, root)) as ledger:
        ledger.record([Collection(source="redis", window=window, **given)], now=now)


@pytest.fixture
def serve(project: Path) -> Iterator[Serve]:
    """Start `auditor serve ARGUMENTS` in the project; return its address once it answers."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str, host: str = "127.0.0.1", **environment: str) -> str:
        port = free_port()
        log = (project / "serve.log").open("w")
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "auditor", "serve", "--host", host, "--port", str(port), *arguments],
                cwd=project, env={**os.environ, **environment}, stderr=log, stdout=log, text=True,
            )
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: started[-1].poll() is not None or answers(address))
        assert started[-1].poll() is None, (project / "serve.log").read_text()
        return address

    yield run
    for process in started:
        process.terminate()
        assert process.wait(20) in (143, -15)
    assert "Traceback" not in (project / "serve.log").read_text()


@pytest.fixture
def host() -> Iterator[Callable[[Any], str]]:
    """Serve an ASGI application by uvicorn in a thread; return its address."""
    servers: list[tuple[uvicorn.Server, threading.Thread]] = []

    def run(application: Any) -> str:
        port = free_port()
        server = uvicorn.Server(uvicorn.Config(application, port=port, log_level="warning"))
        thread = threading.Thread(target=server.run)
        thread.start()
        servers.append((server, thread))
        wait_for(lambda: server.started)
        return f"http://127.0.0.1:{port}"

    yield run
    for server, thread in servers:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


def answers(address: str) -> bool:
    """Return whether something answers HTTP there."""
    try:
        httpx.get(f"{address}/nothing", timeout=5)
    except httpx.TransportError:
        time.sleep(0.02)
        return False
    return True
