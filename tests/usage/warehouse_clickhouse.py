"""Run in an environment with ClickHouse's engine: the requests in a table, asked with the SQL that a server would get.

Usage: `python -m tests.usage.warehouse_clickhouse DIRECTORY`; writes `clickhouse.json` there, by kind of column.
"""

import json
import sys
from datetime import UTC
from pathlib import Path
from typing import Any

import ibis
import msgspec
from chdb.session import Session

from auditor.model.usage import UsageSample
from auditor.model.window import Window
from auditor.usage.routes import RouteTable
from auditor.usage.warehouse import expressions
from auditor.usage.warehouse.columns import Columns
from auditor.usage.warehouse.counts import Counts, PathKeys
from auditor.usage.warehouse.path_classes import path_classes
from auditor.usage.warehouse.selection import Question
from tests.usage.warehouse_rows import DAYS, KEYS, NOW, requests

COLUMNS = (
    "at DateTime64(6, 'UTC'), shown DateTime, method LowCardinality(String), path Nullable(String), "
    "line Nullable(String), status Nullable(Int16), duration_ms Float64"
)
ASKED = {
    "instants": Columns("at", "instant", method="method", path="path", status="status", duration="duration_ms"),
    "no zone": Columns("shown", "instant", method="method", path="path", status="status", duration="duration_ms"),
    "request lines": Columns("at", "instant", request="line", status="status", duration="duration_ms"),
}


def main(directory: Path) -> None:
    """Write the samples of each kind of columns."""
    session = Session()
    _fill(session, directory / "rows.jsonl")
    names = {"at": "timestamp('UTC')", "shown": "timestamp", "status": "int16", "duration_ms": "float64"}
    schema = names | dict.fromkeys(("method", "path", "line"), "string")
    table = ibis.table(schema, name="requests", database="edge")
    found = {name: _samples(session, table, columns) for name, columns in ASKED.items()}
    (directory / "clickhouse.json").write_bytes(msgspec.json.encode(found))


def _samples(session: Session, table: Any, columns: Columns) -> tuple[UsageSample, ...]:
    question = Question(columns, Window.last_days(DAYS, NOW).dates(), "clickhouse", path_classes(KEYS))
    counts = Counts("endpoint", PathKeys(RouteTable(KEYS)))
    counts.add_uses(_rows(session, expressions.uses(table, question)), by_method=True, by_status=True)
    counts.add_durations(_rows(session, expressions.durations(table, question)), by_method=True)
    return counts.samples()


def _rows(session: Session, expression: Any) -> list[list[Any]]:
    answer = str(session.query(ibis.to_sql(expression, dialect="clickhouse"), "JSONCompact"))
    return json.loads(answer)["data"]


def _fill(session: Session, path: Path) -> None:
    with path.open("w") as stream:
        for row in requests():
            at = row.at.astimezone(UTC)
            told = {"at": at.strftime("%Y-%m-%d %H:%M:%S.%f"), "shown": int(at.timestamp()), "method": row.method}
            told |= {"path": row.path, "line": f"{row.method} {row.path} HTTP/1.1", "status": row.status}
            stream.write(json.dumps(told | {"duration_ms": row.duration_ms}) + "\n")
        nothing = {"at": "2026-11-08 01:00:00", "shown": 1_794_099_600, "path": None, "line": None, "method": "GET"}
        stream.write(json.dumps(nothing | {"status": None, "duration_ms": 1}) + "\n")
    session.query("CREATE DATABASE edge ENGINE = Atomic")
    session.query(f"CREATE TABLE edge.requests ({COLUMNS}) ENGINE = MergeTree ORDER BY at")
    quoted = COLUMNS.replace("'", "''")
    session.query(f"INSERT INTO edge.requests SELECT * FROM file('{path}', 'JSONEachRow', '{quoted}')")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
