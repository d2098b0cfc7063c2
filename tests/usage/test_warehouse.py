"""Warehouses: the same rows give what a log file gives, and what cannot be known is never a zero."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import msgspec
import psycopg
import pytest

from auditor.config import SourceConfig
from auditor.model.measures import Durations, HourlyUse
from auditor.model.usage import Collection, UsageSample, WatchedDay
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage.logs.source import LogFiles
from auditor.usage.routes import RouteTable
from auditor.usage.warehouse.source import WarehouseTable
from tests.usage.warehouse_rows import DAYS, KEYS, NOW, Request, requests, write_lines

WINDOW = Window.last_days(DAYS, NOW)
ROWS = requests()


def lake(**options: Any) -> SourceConfig:
    return SourceConfig(**{"name": "lake", "kind": "warehouse", "url": "env:LAKE", "table": "requests"} | options)


@pytest.fixture(scope="module")
def from_files(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """What the log file of the same requests gives."""
    root = tmp_path_factory.mktemp("logs")
    write_lines(root / "requests.jsonl", ROWS)
    source = SourceConfig(name="lake", kind="json_log", path="requests.jsonl", duration_unit="ms")
    return LogFiles(source, root, KEYS).collect(WINDOW)


@pytest.fixture(scope="module")
def duckdb_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the requests, with times of a zone and without."""
    path = tmp_path_factory.mktemp("lake") / "lake.duckdb"
    with duckdb.connect(str(path)) as connection:
        fill_duckdb(connection, ROWS)
    return f"duckdb://{path}"


def fill_duckdb(connection: duckdb.DuckDBPyConnection, rows: list[Request]) -> None:
    connection.execute(
        "CREATE TABLE requests (ts TIMESTAMPTZ, method VARCHAR, path VARCHAR, status INTEGER, duration_ms INTEGER, "
        "agent VARCHAR, address VARCHAR)"
    )
    for start in range(0, len(rows), 1000):
        some = rows[start : start + 1000]
        marks = ", ".join("(?::TIMESTAMPTZ, ?, ?, ?, ?, ?, ?)" for _ in some)
        connection.execute(
            f"INSERT INTO requests VALUES {marks}", [value for row in some for value in (row.at.isoformat(), *row[1:])]
        )


def assert_same(found: Collection, expected: Collection) -> None:
    """Compare with what a log file gives, which has an origin for each file."""
    assert found.problem is None and found.notes == expected.notes and found.only_for_use == expected.only_for_use
    assert found.watched == expected.watched and found.watched_kinds == expected.watched_kinds
    assert found.samples == tuple(msgspec.structs.replace(sample, origin="") for sample in expected.samples)


def brute_force(rows: list[Request]) -> tuple[UsageSample, ...]:
    """Return what the rows say, one row after the other."""
    routes = RouteTable(KEYS)
    days: dict[tuple[str, date], list[Request]] = {}
    for row in rows:
        key = routes.match(row.method, row.path) or layout.UNMATCHED
        days.setdefault((key, row.at.astimezone(UTC).date()), []).append(row)
    return tuple(_sample(key, day, of_day) for (key, day), of_day in sorted(days.items()))


def watched_minutes(rows: list[Request]) -> tuple[WatchedDay, ...]:
    """Return the minutes with a request."""
    days: dict[date, set[int]] = {}
    for row in rows:
        at = row.at.astimezone(UTC)
        days.setdefault(at.date(), set()).add(at.hour * 60 + at.minute)
    return tuple(WatchedDay.of_minutes(day, minutes) for day, minutes in sorted(days.items()))


def _sample(key: str, day: date, rows: list[Request]) -> UsageSample:
    hours: dict[int, list[Request]] = {}
    for row in rows:
        hours.setdefault(row.at.astimezone(UTC).hour, []).append(row)
    taken = [row.duration_ms for row in rows]
    failures = Counter(row.status for row in rows if row.status is not None and row.status >= 500)
    buckets = Counter(layout.duration_bucket(one / 1000) for one in taken)
    durations = Durations(dict(sorted(buckets.items())), sum(taken) * 1000, min(taken) * 1000, max(taken) * 1000)
    return UsageSample(
        key, "endpoint", day, durations=durations, first_seen=min(map(_second, rows)), **_told(rows),
        errors_by_code={str(code): count for code, count in sorted(failures.items())},
        hours={hour: HourlyUse(**_told(of_hour)) for hour, of_hour in sorted(hours.items())},
    )  # fmt: skip


def _second(row: Request) -> datetime:
    return row.at.astimezone(UTC).replace(microsecond=0)


def _told(rows: list[Request]) -> dict[str, Any]:
    codes = Counter(row.status for row in rows if row.status is not None)
    classes = Counter[str]()
    for code, count in codes.items():
        classes["405" if code == 405 else f"{code // 100}xx"] += count
    return {
        "count": len(rows), "errors": classes["5xx"],
        "by_status": {name: count for name, count in sorted(classes.items()) if count},
        "succeeded": classes["2xx"] + classes["3xx"], "timed_out": codes[504],
        "last_seen": max(map(_second, rows)),
    }  # fmt: skip


def test_the_rows_of_a_table_give_what_the_lines_of_a_log_give(duckdb_url: str, from_files: Collection) -> None:
    found = WarehouseTable(lake(), duckdb_url, KEYS).collect(WINDOW)
    assert sum(sample.count for sample in from_files.samples) == len(ROWS)
    assert_same(found, from_files)
    assert found.samples == brute_force(ROWS)


@pytest.fixture(scope="module")
def postgres_table(shared_postgres: str) -> Iterator[str]:
    """URL of a database with the requests in a schema of its own, as `edge.requests`."""
    url = shared_postgres.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS edge")
        connection.execute(
            "CREATE TABLE edge.requests (ts TIMESTAMPTZ, method TEXT, path TEXT, status SMALLINT, "
            "duration_ms DOUBLE PRECISION, agent TEXT, address INET)"
        )
        with connection.cursor() as cursor, cursor.copy("COPY edge.requests FROM STDIN") as copy:
            for row in ROWS:
                copy.write_row(row)
        yield url
        connection.execute("DROP SCHEMA edge CASCADE")


def test_postgresql_gives_the_same(postgres_table: str, from_files: Collection) -> None:
    found = WarehouseTable(lake(table="edge.requests"), postgres_table, KEYS).collect(WINDOW)
    assert_same(found, from_files)
    assert found.samples == brute_force(ROWS)
