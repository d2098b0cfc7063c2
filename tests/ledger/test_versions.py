"""A ledger of every former version, as its auditor wrote it: migrated, it answers what that auditor answered."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from auditor.ledger import holdings, migrate, schema
from auditor.ledger.database import connect
from auditor.ledger.store import Ledger
from tests.ledger.versions import make

FORMER = sorted(
    script.revision
    for script in ScriptDirectory.from_config(migrate.configuration()).walk_revisions()
    if script.revision != schema.HEAD
)


def lacking(told: Any, pinned: Any, place: str = "") -> list[str]:
    """Return what an answer lacks, or says differently, of what was pinned; more may be told today."""
    if isinstance(pinned, dict) and isinstance(told, dict):
        return [one for key in pinned for one in lacking(told.get(key), pinned[key], f"{place}/{key}")]
    if isinstance(pinned, list) and isinstance(told, list) and len(told) == len(pinned):
        return [one for n, (a, b) in enumerate(zip(told, pinned, strict=True)) for one in lacking(a, b, f"{place}/{n}")]
    return [] if told == pinned else [f"{place}: {told!r} was {pinned!r}"]


def test_every_former_version_has_its_files() -> None:
    for revision in FORMER:
        for ending in ("sqlite.sql", "postgresql.sql", "json"):
            assert (make.PLACE / f"{revision}.{ending}").exists(), f"see {make.PLACE / 'README.md'}"


@pytest.mark.parametrize("revision", FORMER)
def test_a_former_ledger_answers_what_it_answered(ledger_url: str, tmp_path: Path, revision: str) -> None:
    make.load(revision, ledger_url, tmp_path)
    database = connect(ledger_url, tmp_path, writable=False)
    with database.reading() as connection:
        assert holdings.revision_of(connection) == revision
        before = holdings.measured(connection)
    with Ledger.open(ledger_url, tmp_path):
        pass
    assert lacking(make.answers(ledger_url, tmp_path), make.pinned(revision)) == []
    with database.reading() as connection:
        assert holdings.difference(before, holdings.measured(connection, like=before)) is None
        context = MigrationContext.configure(connection, opts={"version_table": schema.REVISION_TABLE})
        assert compare_metadata(context, schema.metadata) == []


@pytest.mark.parametrize("revision", FORMER)
def test_a_former_ledger_goes_on_where_it_was(ledger_url: str, tmp_path: Path, revision: str) -> None:
    """What was collected before is collected again by the present auditor: nothing counts twice."""
    make.load(revision, ledger_url, tmp_path)
    make.fill(ledger_url, tmp_path)
    told = make.answers(ledger_url, tmp_path)
    for part in ("stats", "tasks", "components", "functions", "watched", "unmatched"):
        assert lacking(told["stats"][part], make.pinned(revision)["stats"][part]) == []


def test_the_program_makes_what_the_present_auditor_answers_alike_on_both_databases(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "PLACE", tmp_path)
    make.main(postgres_url)
    for url in ("sqlite:///loaded.db", postgres_url):
        if url == postgres_url:
            make._empty(url)
        make.load(schema.HEAD, url, tmp_path)
        assert lacking(make.answers(url, tmp_path), json.loads((tmp_path / f"{schema.HEAD}.json").read_text())) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM auditor_lost_days", "table auditor_lost_days had 1 rows and has 0"),
        ("UPDATE auditor_usage_days SET count = count + 1 WHERE key = 'GET /gone'", "the sum of count"),
        ("UPDATE auditor_watched_days SET bitmap = zeroblob(180)", "the sum of bitmap"),
        ("UPDATE auditor_routes SET handler = 'shop.api:other' WHERE key = 'GET /young'", "a row has other contents"),
        ("DROP TABLE auditor_sources", "table auditor_sources is gone"),
        ("ALTER TABLE auditor_routes DROP COLUMN line", "table auditor_routes lost the column line"),
    ],
)
def test_a_migration_that_loses_or_changes_anything_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str, said: str
) -> None:
    make.load("0001", "sqlite:///ledger.db", tmp_path)
    before = contents(tmp_path / "ledger.db")
    careful = migrate.upgrade

    def careless(connection: sa.Connection, *rest: str) -> None:
        careful(connection, *rest)
        connection.exec_driver_sql(statement)

    monkeypatch.setattr(migrate, "upgrade", careless)
    with pytest.raises(Exception, match="was taken back, nothing was changed") as caught:
        Ledger.open("sqlite:///ledger.db", tmp_path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert contents(tmp_path / "ledger.db") == before


def test_figures_do_not_depend_on_the_order_of_rows_nor_hide_a_swap(tmp_path: Path) -> None:
    def figures(statements: Callable[[sqlite3.Connection], object]) -> holdings.Holdings:
        path = tmp_path / "ledger.db"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("CREATE TABLE auditor_x (a TEXT, b INTEGER)")
            statements(database)
        with connect("sqlite:///ledger.db", tmp_path, writable=False).reading() as connection:
            return holdings.measured(connection)

    one = figures(lambda database: database.execute("INSERT INTO auditor_x VALUES ('x', 1), ('y', 2)"))
    other = figures(lambda database: database.execute("INSERT INTO auditor_x VALUES ('y', 2), ('x', 1)"))
    swapped = figures(lambda database: database.execute("INSERT INTO auditor_x VALUES ('x', 2), ('y', 1)"))
    assert one == other
    assert holdings.difference(one, swapped) == "table auditor_x: a row has other contents"


def contents(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())
