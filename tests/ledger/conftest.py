"""An empty ledger on SQLite, and on PostgreSQL where AUDITOR_TEST_POSTGRES_URL names a database that may be emptied."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from auditor.ledger import schema
from auditor.ledger.store import Ledger

POSTGRES = os.environ.get("AUDITOR_TEST_POSTGRES_URL", "")


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES else [])])
def ledger_url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return "sqlite:///.auditor/ledger.db"
    engine = sa.create_engine(POSTGRES)
    with engine.begin() as connection:
        schema.metadata.drop_all(connection)
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {schema.REVISION_TABLE}")
    engine.dispose()
    return POSTGRES


@pytest.fixture
def open_ledger(ledger_url: str, tmp_path: Path) -> Callable[..., Ledger]:
    return partial(Ledger.open, ledger_url, tmp_path, busy_seconds=20)


@pytest.fixture
def ledger(open_ledger: Callable[..., Ledger]) -> Iterator[Ledger]:
    with open_ledger() as opened:
        yield opened
