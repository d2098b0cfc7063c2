"""What the tracker's tests share: counters that are closed after each test, and sinks read back."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from auditor.tracking import hooks, registered, shared
from auditor.tracking.asgi import UsageMiddleware
from auditor.tracking.delta import Delta
from auditor.tracking.sinks import SinkError
from tests.tracking.asgi_driver import Tracked


class Clock:
    """Time that moves when told to; starts on a whole minute."""

    def __init__(self, start: str = "2026-11-21T12:00:00") -> None:
        self.now = datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp()

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class MemorySink:
    """A sink that keeps what it is given, can be away, and can lose a reply after applying."""

    def __init__(self) -> None:
        self.deltas: list[Delta] = []
        self.published: list[dict[str, Any]] = []
        self.away = False
        self.error: Exception | None = None
        self.closed = False

    def write(self, delta: Delta) -> None:
        self._maybe_fail()
        self.deltas.append(delta)

    def publish(self, table: str, records: Any, version: str) -> None:
        self._maybe_fail()
        self.published.append({table: records, "version": version})

    def close(self) -> None:
        self.closed = True

    def _maybe_fail(self) -> None:
        if self.away:
            raise SinkError("away")
        if self.error is not None:
            raise self.error

    def total(self, kind: str, name: str) -> int:
        return sum(fields.get(name, 0) for d in self.deltas for fields in d.counts.get(kind, {}).values())

    def minutes(self) -> list[int]:
        return [minute for delta in self.deltas for minute in delta.minutes]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory() -> MemorySink:
    return MemorySink()


@pytest.fixture(autouse=True)
def fresh_tracker() -> Iterator[None]:
    """Close what a test opened, and forget what was complained about."""
    hooks._complained.clear()
    hooks._early.clear()
    registered.forget()
    yield
    shared.close_all()
    hooks._early.clear()


@pytest.fixture
def tracker_log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="auditor.tracking")
    return caplog


def read_files(directory: Path) -> list[dict[str, Any]]:
    """Return all records below a file sink's directory, oldest file first."""
    return [json.loads(line) for file in sorted(directory.rglob("*.jsonl")) for line in file.read_text().splitlines()]


@pytest.fixture
def records() -> Any:
    return read_files


def call_totals(directory: Path) -> dict[str, int]:
    """Return the calls below a file sink's directory, summed over days and processes."""
    totals: dict[str, int] = {}
    for record in read_files(directory):
        for fields in record.get("calls", {}).values():
            for field, count in fields.items():
                totals[field] = totals.get(field, 0) + count
    return totals


@pytest.fixture
def totals() -> Any:
    return call_totals


@pytest.fixture
def track(tmp_path: Path, totals: Any, records: Any) -> Callable[..., Tracked]:
    def make(app: Any, outside: bool = False, **settings: Any) -> Tracked:
        given = {"app_name": "shop", "sink": f"file://{tmp_path}", "version": "v1"} | settings
        if outside:
            app = UsageMiddleware(app, **given)
        else:
            app.add_middleware(UsageMiddleware, **given)
        return Tracked(app, tmp_path, totals, records)

    return make
