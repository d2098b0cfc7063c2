"""An empty ledger, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from auditor.ledger.store import Ledger


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return "sqlite:///.auditor/ledger.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def open_ledger(ledger_url: str, tmp_path: Path) -> Callable[..., Ledger]:
    return partial(Ledger.open, ledger_url, tmp_path, busy_seconds=20)


@pytest.fixture
def ledger(open_ledger: Callable[..., Ledger]) -> Iterator[Ledger]:
    with open_ledger() as opened:
        yield opened
