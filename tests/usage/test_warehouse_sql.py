"""The SQL that warehouses are asked with which no test here can run. Read the files: they are what is paid for.

    AUDITOR_UPDATE_GOLDEN=1 python -m pytest tests/usage/test_warehouse_sql.py

rewrites them. They depend on the versions of Ibis and SQLGlot, which the extra `dev` pins.
"""

import os
import re
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import ibis
import msgspec
import pytest

from auditor.usage.warehouse import expressions
from auditor.usage.warehouse.columns import Columns
from auditor.usage.warehouse.path_classes import path_classes
from auditor.usage.warehouse.selection import Question
from auditor.usage.warehouse.zones import offsets

SNAPSHOTS = Path(__file__).parent / "snapshots"
KEYS = (
    "GET /users/me",
    "GET /users/{user_id:int}",
    "GET /users/{name}/posts/{slug:slug}",
    "GET /files/{path:path}",
    "GET /trees/{path:path}/raw",
)
DAYS = tuple(date(2026, 10, day) for day in (24, 25, 26))  # in Berlin, clocks are set back on the 25th
TABLE = ibis.table(
    {
        "at": "timestamp('UTC')", "local_at": "timestamp", "day": "date", "request_line": "string", "method": "string",
        "path": "string", "status": "int64", "seconds": "float64", "client_address": "string", "user_agent": "string",
        "user_id": "string",
    },
    name="requests",
    database="edge",
)  # fmt: skip
INSTANT = Columns("at", "instant", method="method", path="path", status="status", duration="seconds", unit="s")
LOCAL = Columns(
    "local_at", "local", request="request_line", status="status", day="day", day_kind="date",
)  # fmt: skip


def asked(dialect: str) -> dict[str, str]:
    """Return what is asked of a warehouse, by a title."""
    question = Question(INSTANT, DAYS, dialect, path_classes(KEYS))
    start, end = question.span
    zone = ZoneInfo("Europe/Berlin")
    span = (start.astimezone(zone).replace(tzinfo=None), end.astimezone(zone).replace(tzinfo=None))
    local = msgspec.structs.replace(question, columns=LOCAL, offsets=offsets(zone, start, end)[0], local_span=span)
    if dialect == "clickhouse":  # whose times always have a zone
        local = msgspec.structs.replace(question, columns=msgspec.structs.replace(LOCAL, clock="instant"))
    found = {
        "minutes": expressions.minutes(TABLE, question),
        "uses": expressions.uses(TABLE, question),
        "durations": expressions.durations(TABLE, question),
        "minutes, of request lines with times of no zone in a table partitioned by day": expressions.minutes(
            TABLE, local
        ),
    }
    return {title: str(ibis.to_sql(one, dialect=dialect)) for title, one in found.items()}


@pytest.mark.parametrize("dialect", ["bigquery", "clickhouse", "snowflake", "trino"])
def test_the_sql_is_the_one_that_was_looked_at(dialect: str) -> None:
    written = "\n\n".join(f"-- {title}\n{sql};" for title, sql in asked(dialect).items()) + "\n"
    path = SNAPSHOTS / f"{dialect}.sql"
    if os.environ.get("AUDITOR_UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(written)
    assert written == path.read_text()


@pytest.mark.parametrize("dialect", ["bigquery", "clickhouse", "duckdb", "postgres", "snowflake", "trino"])
def test_only_the_days_and_the_columns_that_are_needed_are_read(dialect: str) -> None:
    for title, sql in asked(dialect).items():
        assert not re.search(r"SELECT\s+(DISTINCT\s+)?([`\"]\w+[`\"]\.)?\*", sql), title
        assert not re.search("client_address|user_agent|user_id", sql), title
        innermost = sql[sql.index("requests") :]
        conditions = innermost[innermost.index("WHERE") :]
        days = r"2026-10-2|2026, 10, 2"
        assert re.search(rf"[`\"](local_)?at[`\"]\s+>=\s+[^\n]*({days})", conditions), title
        assert re.search(rf"[`\"](local_)?at[`\"]\s+<\s+[^\n]*({days})", conditions), title
        if "partitioned" in title:
            assert re.search(r"[`\"]day[`\"] IN \(", conditions), title
        else:
            assert "request_line" not in sql and "local_at" not in sql
        assert ("seconds" in sql) == (title == "durations")
