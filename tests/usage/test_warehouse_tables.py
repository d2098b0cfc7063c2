"""All that a table may be besides a plain one, and what may be wrong with it: stated, never a zero, never a secret."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import ibis
import msgspec
import psycopg
import pytest

from auditor.config import SourceConfig
from auditor.model.usage import Collection
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage.warehouse.source import WarehouseTable

NOW = datetime(2026, 11, 11, tzinfo=UTC)
WINDOW = Window.last_days(3, NOW)
DAY = date(2026, 11, 9)
KEYS = ("GET /users/me", "GET /users/{user_id}", "POST /users")
USER = KEYS[1]
PLAIN = "ts TIMESTAMPTZ, method VARCHAR, path VARCHAR, status INTEGER"
ROW = "('2026-11-09 10:00:30+00', 'GET', '/users/7', 200)"

Lake = Callable[..., str]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Make a database with a table `requests` of these columns and rows; return its URL."""

    def make(columns: str, *rows: str) -> str:
        path = tmp_path / "lake.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"CREATE TABLE requests ({columns})")
            if rows:
                connection.execute(f"INSERT INTO requests VALUES {', '.join(rows)}")
        return f"duckdb://{path}"

    return make


def collect(url: str, window: Window = WINDOW, **options: Any) -> Collection:
    source = SourceConfig(**{"name": "lake", "kind": "warehouse", "url": "env:LAKE", "table": "requests"} | options)
    return WarehouseTable(source, url, KEYS).collect(window)


def counts(found: Collection) -> dict[tuple[str, date], int]:
    assert found.problem is None, found.problem
    return {(sample.key, sample.day): sample.count for sample in found.samples}


def minutes(found: Collection) -> dict[date, int]:
    return {day.day: day.minutes for day in found.watched}


# --- columns


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("ts TIMESTAMPTZ, method VARCHAR, path VARCHAR, code INTEGER", "no column is known to be the status"),
        (f"{PLAIN}, url VARCHAR", "the path may be the column path or url; set fields.path"),
        ("ts VARCHAR, method VARCHAR, path VARCHAR, status INTEGER", "the column ts cannot be the timestamp"),
        ("d DATE, method VARCHAR, path VARCHAR, status INTEGER", "no column is known to be the timestamp"),
        ("ts TIMESTAMPTZ, verb INTEGER, path VARCHAR, status INTEGER", "the column verb cannot be the method"),
    ],
)  # fmt: skip
def test_a_column_that_is_missing_or_could_be_several_is_said(lake: Lake, columns: str, expected: str) -> None:
    found = collect(lake(columns))
    assert found.problem is not None and expected in found.problem and "\n" not in found.problem
    assert found.samples == () and found.watched == ()


def test_what_columns_there_are_is_listed(lake: Lake) -> None:
    found = collect(lake("one TIMESTAMPTZ, two VARCHAR"), fields={"timestamp": "one", "status": "zwei"})
    assert found.problem == "fields.status names no column zwei; there are one, two"


def test_a_field_that_none_is_called_is_refused(lake: Lake) -> None:
    found = collect(lake(PLAIN, ROW), fields={"verb": "method"})
    assert found.problem is not None and "fields names 'verb'; it may name method, path" in found.problem


def test_names_are_found_whatever_their_spelling_and_in_records(lake: Lake) -> None:
    record = "{'requestMethod': 'GET', 'requestUrl': 'https://shop.example/users/7?x', 'status': 200}"
    fields = '"requestMethod" VARCHAR, "requestUrl" VARCHAR, status INTEGER'
    url = lake(f'"@timestamp" TIMESTAMPTZ, "httpRequest" STRUCT({fields})', f"('2026-11-09 10:00:30+00', {record})")
    assert counts(collect(url)) == {(USER, DAY): 1}
    shouting = lake("TS TIMESTAMPTZ, REQUEST_METHOD VARCHAR, REQUEST_URI VARCHAR, STATUS_CODE INTEGER", ROW)
    assert counts(collect(shouting)) == {(USER, DAY): 1}


def test_a_request_line_is_taken_apart(lake: Lake) -> None:
    url = lake(
        "ts TIMESTAMPTZ, request VARCHAR, status INTEGER",
        "('2026-11-09 10:00:30+00', 'GET /users/7?q=1 HTTP/1.1', 200)",
        "('2026-11-09 10:00:30+00', 'GET /users/a b HTTP/2.0', 200)",
        "('2026-11-09 10:00:30+00', 'POST /users', 200)",
        "('2026-11-09 10:02:30+00', '\\x16\\x03', 400)",
        "('2026-11-09 10:03:30+00', NULL, 400)",
    )
    found = collect(url)
    assert counts(found) == {(USER, DAY): 2, ("POST /users", DAY): 1}
    assert found.notes == ("2 rows have no method or path and were left out",) and minutes(found) == {DAY: 1}


def test_rows_without_a_path_or_method_are_left_out_and_counted(lake: Lake) -> None:
    nothing = "('2026-11-09 11:00:00+00', NULL, '/users/7', 200), ('2026-11-09 11:00:00+00', 'GET', NULL, 200)"
    found = collect(lake(PLAIN, ROW, nothing))
    assert counts(found) == {(USER, DAY): 1} and minutes(found) == {DAY: 1}
    assert found.notes == ("2 rows have no method or path and were left out",)


@pytest.mark.parametrize("kind", ["VARCHAR", "DOUBLE", "DECIMAL(9, 3)"])
def test_a_status_of_any_type_is_read(lake: Lake, kind: str) -> None:
    found = collect(lake(PLAIN.replace("INTEGER", kind), ROW, ROW.replace("200", "503"), ROW.replace("200", "405")))
    (sample,) = found.samples
    assert sample.by_status == {"2xx": 1, "405": 1, "5xx": 1} and sample.errors_by_code == {"503": 1}


@pytest.mark.parametrize(
    ("column", "duration", "unit"),
    [("duration_ms", 1500, "s"), ("request_time", 1.5, "ms"), ("took", 1_500_000, "us"), ("took", 1.5e9, "ns")],
)
def test_durations_are_read_in_their_unit(lake: Lake, column: str, duration: float, unit: str) -> None:
    url = lake(
        f"{PLAIN}, {column} DOUBLE", *(ROW.replace("200", f"200, {one}") for one in (duration, "'NaN'", -1, "NULL"))
    )
    fields = {"duration": column} if column == "took" else {}
    (sample,) = collect(url, fields=fields, duration_unit=unit).samples
    assert sample.count == 4 and sample.durations is not None
    assert sample.durations.buckets == {layout.duration_bucket(1.5): 1} and sample.durations.total == 1_500_000


# --- times


@pytest.mark.parametrize("scale", [1, 10**3, 10**6, 10**9])
@pytest.mark.parametrize("kind", ["BIGINT", "DOUBLE"])
def test_numbers_of_times_are_read_by_their_size(lake: Lake, scale: int, kind: str) -> None:
    rows = [(datetime(2026, 11, 9, 23, 59, 59, tzinfo=UTC)), datetime(2026, 11, 7, 23, 59, 59, tzinfo=UTC)]
    values = [f"({int(at.timestamp()) * scale}, 'GET', '/users/7', 200)" for at in rows]
    found = collect(lake(PLAIN.replace("TIMESTAMPTZ", kind), *values))
    assert counts(found) == {(USER, DAY): 1}
    (sample,) = found.samples
    assert sample.last_seen == rows[0] and not found.only_for_use


def test_times_without_a_zone_prove_no_absence(lake: Lake) -> None:
    found = collect(lake(PLAIN.replace("TIMESTAMPTZ", "TIMESTAMP"), ROW.replace("+00", "")))
    assert counts(found) == {(USER, DAY): 1} and found.only_for_use
    assert found.notes == (
        "the column ts has no zone and was read as UTC: it proves use, never absence; set timezone",
    )  # fmt: skip


def test_times_of_a_known_zone_are_read_in_it(lake: Lake) -> None:
    rows = [f"('2026-11-{day} 00:30:00', 'GET', '/users/7', 200)" for day in ("08", "09", "11")]
    found = collect(lake(PLAIN.replace("TIMESTAMPTZ", "TIMESTAMP"), *rows), timezone="Europe/Berlin")
    assert not found.only_for_use
    assert counts(found) == {(USER, date(2026, 11, 8)): 1, (USER, date(2026, 11, 10)): 1}


def test_the_hour_that_clocks_show_twice_is_counted_and_not_watched(lake: Lake) -> None:
    url = lake(
        PLAIN.replace("TIMESTAMPTZ", "TIMESTAMP"),
        *(f"('2026-10-25 {clock}', 'GET', '/users/7', 200)" for clock in ("01:59:00", "02:30:00", "03:00:00")),
    )
    window = Window(datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))
    found = collect(url, window, timezone="Europe/Berlin")
    assert counts(found) == {(USER, date(2026, 10, 25)): 2}  # 01:59 is of the day before in UTC
    (day,) = found.watched
    assert [minute for minute in range(1440) if day.bitmap[minute >> 3] & (0x80 >> (minute & 7))] == [120]


def test_a_complete_table_watched_from_its_first_to_its_last_row(lake: Lake) -> None:
    url = lake(PLAIN, ROW, ROW.replace("10:00", "12:00"))
    assert minutes(collect(url)) == {DAY: 2}
    assert minutes(collect(url, complete=True)) == {DAY: 121}


def test_a_sampled_table_proves_no_absence(lake: Lake) -> None:
    found = collect(lake(PLAIN, ROW), sampled=True)
    assert found.only_for_use and found.notes == (
        "only a part of the traffic is in it: it proves use, never absence",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "day"),
    [("DATE", "2026-11-09"), ("VARCHAR", "20261109"), ("VARCHAR", "2026-11-09"), ("BIGINT", "20261109")],
)
def test_a_column_of_the_day_bounds_what_is_read(lake: Lake, kind: str, day: str) -> None:
    other = day.replace("2026", "2025")
    rows = (ROW.replace("200", f"200, '{day}'"), ROW.replace("200", f"200, '{other}'"))
    found = collect(lake(f"{PLAIN}, dt {kind}", *rows), fields={"day": "dt"})
    assert counts(found) == {(USER, DAY): 1}


def test_the_last_hour_may_still_get_rows_and_is_not_watched(lake: Lake) -> None:
    url = lake(
        PLAIN, *(ROW.replace("2026-11-09 10:00", f"2026-11-10 {clock}") for clock in ("22:59", "23:00", "23:59"))
    )
    for complete in (False, True):
        found = collect(url, complete=complete)
        assert minutes(found) == {date(2026, 11, 10): 1} and counts(found) == {(USER, date(2026, 11, 10)): 3}


def test_rows_from_the_future_make_every_day_doubtful(lake: Lake) -> None:
    found = collect(
        lake(PLAIN, ROW, ROW.replace("10:00:30", "15:00:30")), Window.last_days(3, NOW - timedelta(hours=35))
    )
    assert found.problem is not None and "clock or the time zone is wrong" in found.problem and found.watched == ()


def test_no_row_of_the_days_is_no_evidence_rather_than_no_use(lake: Lake) -> None:
    found = collect(lake(PLAIN, ROW.replace("2026", "2025")))
    assert found.problem == "no evidence: requests holds no use of these days" and found.watched == ()


# --- what is used


def test_uses_of_tasks_are_counted_by_name(lake: Lake) -> None:
    rows = [
        f"('2026-11-09 10:00:30+00', {name}, {outcome})"
        for name, outcome in (
            ("'mail'", "'success'"),
            ("'mail'", "'timeout'"),
            ("NULL", "'ok'"),
            ("'a@b.example'", "'ok'"),
        )
    ]
    found = collect(lake("ts TIMESTAMPTZ, task_name VARCHAR, status VARCHAR", *rows), counts="task")
    (sample,) = found.samples
    assert (sample.key, sample.kind, sample.count, sample.succeeded, sample.errors, sample.timed_out) == (
        "mail",
        "task",
        2,
        1,
        1,
        1,
    )
    assert found.watched == () and [day.minutes for day in found.watched_kinds["task"]] == [1]
    assert found.notes == (
        "1 rows have no name and were left out",
        "1 rows have names that may be personal, or are none, and were left out",
    )


def test_names_that_are_ids_are_refused(lake: Lake, tmp_path: Path) -> None:
    url = lake("ts TIMESTAMPTZ, name VARCHAR")
    with duckdb.connect(url.removeprefix("duckdb://")) as connection:
        connection.execute("INSERT INTO requests SELECT '2026-11-09 10:00:30+00', 'job-' || range FROM range(10001)")
    found = collect(url, counts="component")
    assert found.problem is not None and "more than 10,000 different ones" in found.problem


def test_templates_stand_in_for_paths(lake: Lake) -> None:
    columns = "ts TIMESTAMPTZ, method VARCHAR, http_route VARCHAR, status INTEGER"
    routes = ("'/users/{id}'", "'/users/<int:pk>'", "'/users/me'", "NULL", "'/nowhere'")
    found = collect(lake(columns, *(ROW.replace("'/users/7'", route) for route in routes)))
    assert counts(found) == {(USER, DAY): 2, (KEYS[0], DAY): 1, (layout.UNMATCHED, DAY): 2} and not found.only_for_use
    cut = collect(lake(columns, ROW.replace("'/users/7'", "'/{user_id}'")))
    assert cut.only_for_use and "only the end of a route's" in cut.notes[0]


# --- trouble


def test_letters_of_both_cases_that_count_as_one_are_refused(lake: Lake) -> None:
    url = lake(
        PLAIN.replace("path VARCHAR", "path VARCHAR COLLATE NOCASE"),
        ROW,
        ROW.replace("7", "Me"),
        ROW.replace("7", "me"),
    )
    found = collect(url)
    assert found.problem is not None and "collation" in found.problem and found.samples == ()


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    found = collect(f"duckdb://{tmp_path}/secret-place.duckdb")
    assert found.problem is not None and "does not exist" in found.problem and "secret" not in found.problem
    assert list(tmp_path.iterdir()) == []


def test_a_table_is_only_ever_read(lake: Lake) -> None:
    url = lake(PLAIN, ROW)
    path = Path(url.removeprefix("duckdb://"))
    before = path.read_bytes()
    collect(url)
    assert path.read_bytes() == before and [one.name for one in path.parent.iterdir()] == ["lake.duckdb"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("trino://alice:hunter2@lake.internal:1/hive", "pip install 'ibis-framework[trino]'"),
        ("bogus://alice:hunter2@lake.internal:1/hive", "cannot be read"),
        ("postgres://alice:hunter2@127.0.0.1:1/hive?sslrootcert=hush", "cannot be reached"),
        ("hunter2", "cannot be read"),
        ("postgres://alice:hunter2@[lake.internal", "cannot be read"),
    ],
)
def test_a_warehouse_that_cannot_be_asked_is_a_problem_without_its_address(url: str, expected: str) -> None:
    found = collect(url)
    assert found.problem is not None and expected in found.problem and "\n" not in found.problem
    for secret in ("alice", "hunter2", "lake.internal", "hive", "hush", "127.0.0.1", "://alice"):
        assert secret not in found.problem


def test_ibis_is_told_to_make_nothing_and_to_keep_passwords_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []

    def connect(url: str, **options: Any) -> None:
        told.append(options)
        raise PermissionError("denied")

    monkeypatch.setattr(ibis, "connect", connect)
    for url in (
        "snowflake://alice:hunter2@account/db",
        "trino://alice:hunter2@lake.internal:443/hive",
        "duckdb:///lake.db",
    ):
        found = collect(url)
        assert found.problem == "the warehouse cannot be read: it does not permit the reading (PermissionError)"
    assert told == [{"create_object_udfs": False}, {"host": "https://lake.internal"}, {"read_only": True}]


@pytest.fixture
def guarded(postgres_url: str) -> Iterator[str]:
    """URL of a PostgreSQL database with a table that its user may not read, and one that it may."""
    url = postgres_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE requests ({PLAIN}); INSERT INTO requests VALUES {ROW}")
        connection.execute("CREATE TABLE hidden (LIKE requests)")
        connection.execute("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN")
        connection.execute("GRANT USAGE ON SCHEMA public TO reader")
        connection.execute("GRANT SELECT ON requests TO reader")
        yield url.replace("//auditor@", "//reader@")
        connection.execute("DROP OWNED BY reader; DROP ROLE reader")


def test_a_user_who_may_select_from_one_table_needs_no_more(guarded: str) -> None:
    assert counts(collect(guarded, table="public.requests")) == {(USER, DAY): 1}
    hidden = collect(guarded, table="public.hidden")
    assert hidden.problem is not None and "does not permit" in hidden.problem
    missing = collect(guarded, table="public.gone")
    assert missing.problem == "there is no table public.gone that may be read; is it written schema.table?"


def test_a_warehouse_that_takes_too_long_is_a_problem(guarded: str) -> None:
    with psycopg.connect(guarded.replace("//reader@", "//auditor@"), autocommit=True) as connection:
        connection.execute("CREATE VIEW slow AS SELECT r.* FROM requests r, LATERAL (SELECT pg_sleep(20), r.status) s")
        connection.execute("GRANT SELECT ON slow TO reader")
    found = collect(f"{guarded}?options=-cstatement_timeout%3D50", table="public.slow")
    assert found.problem is not None and "did not answer in time" in found.problem


def test_more_paths_than_can_be_fetched_prove_use_only(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.usage.warehouse.source.MOST_ROWS", 3)
    escaped = (ROW.replace("/users/7", f"/users/%41{number}") for number in range(3))
    enough = collect(lake(PLAIN, *escaped))
    assert counts(enough) == {(USER, DAY): 3} and not enough.only_for_use
    escaped = (ROW.replace("/users/7", f"/users/%41{number}") for number in range(4))
    found = collect(lake(PLAIN, *escaped))
    assert found.only_for_use and "more different paths than could be fetched" in found.notes[0]
    assert counts(found) == {(USER, DAY): 3}


def test_nothing_of_a_person_gets_out(lake: Lake) -> None:
    url = lake(
        f"{PLAIN}, user_id VARCHAR, client VARCHAR",
        "('2026-11-09 10:00:30+00', 'GET', '/users/anna.secret@example.org?token=secret', 200, 'secret', '10.9.8.7')",
        "('2026-11-09 10:00:30+00', 'GET', '/nowhere/secret%20', 200, 'secret', '10.9.8.7')",
    )
    found = collect(url)
    told = msgspec.json.encode(found)
    assert b"secret" not in told and b"10.9.8" not in told and b"anna" not in told
    assert counts(found) == {(USER, DAY): 1, (layout.UNMATCHED, DAY): 1}


def test_rows_that_arrive_late_only_raise_the_counts(lake: Lake) -> None:
    url = lake(PLAIN, ROW)
    before = counts(collect(url))
    with duckdb.connect(url.removeprefix("duckdb://")) as connection:
        connection.execute(f"INSERT INTO requests VALUES {ROW}, {ROW.replace('10:00', '09:00')}")
    found = collect(url)
    assert before == {(USER, DAY): 1} and counts(found) == {(USER, DAY): 3}
    assert {sample.origin for sample in found.samples} == {""}
    assert found.window.end - timedelta(days=3) == found.window.start
