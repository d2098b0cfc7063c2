"""Every revision leads to the schema that the code uses; what comes from the future is refused."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from auditor.errors import StoreError
from auditor.ledger import migrate, schema
from auditor.ledger.store import Ledger
from tests.ledger.samples import NOW, WINDOW, collection, key_stats, sample

URL = "sqlite:///ledger.db"
REVISIONS = [script.revision for script in ScriptDirectory.from_config(migrate.configuration()).walk_revisions()]


def test_the_newest_revision_is_the_one_the_code_asks_for() -> None:
    assert ScriptDirectory.from_config(migrate.configuration()).get_heads() == [schema.HEAD]


@pytest.mark.parametrize("revision", ["base", *REVISIONS])
def test_every_revision_is_brought_up_to_the_schema(tmp_path: Path, revision: str) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/ledger.db")
    with engine.begin() as connection:
        config = migrate.configuration()
        config.attributes["connection"] = connection
        if revision != "base":
            command.upgrade(config, revision)
    with Ledger.open(URL, tmp_path) as ledger:
        ledger.record([collection(samples=(sample(),))], now=NOW)
        assert len(key_stats(ledger.read(WINDOW))) == 1
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": schema.REVISION_TABLE})
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def test_migrations_are_portable_to_postgresql() -> None:
    for table in schema.metadata.sorted_tables:
        assert table.name.startswith("auditor_")
        assert str(sa.schema.CreateTable(table).compile(dialect=sa.dialects.postgresql.dialect()))  # type: ignore[attr-defined,no-untyped-call]  # loaded by sqlalchemy on demand


def test_a_ledger_of_a_newer_auditor_is_refused_and_left_alone(tmp_path: Path) -> None:
    with Ledger.open(URL, tmp_path):
        pass
    with sqlite3.connect(tmp_path / "ledger.db") as database:
        database.execute(f"UPDATE {schema.REVISION_TABLE} SET version_num = '9999'")
    before = (tmp_path / "ledger.db").read_bytes()
    for opened in (Ledger.open, Ledger.read_only):
        with pytest.raises(StoreError, match="written by a newer auditor"):
            opened(URL, tmp_path)
    assert (tmp_path / "ledger.db").read_bytes() == before


def test_another_programs_database_keeps_its_tables(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "ledger.db") as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES ('theirs')")
    with pytest.raises(StoreError, match="auditor collect"):
        Ledger.read_only(URL, tmp_path)
    with Ledger.open(URL, tmp_path) as ledger:
        ledger.record([collection()], now=NOW)
    with sqlite3.connect(tmp_path / "ledger.db") as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("theirs",)]


def test_an_up_to_date_ledger_opens_without_alembic(tmp_path: Path) -> None:
    with Ledger.open(URL, tmp_path):
        pass
    program = (
        "import sys; from pathlib import Path; from auditor.ledger.store import Ledger\n"
        "Ledger.open('sqlite:///ledger.db', Path(sys.argv[1])); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
