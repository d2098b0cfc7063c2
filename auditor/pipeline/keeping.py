"""How the ledger is kept: its state, going back to a backup. In: a configuration. Out: values. Collects nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.config import LoadedConfig
    from auditor.model.keeping import LedgerState, Migration, RolledBack

_WAIT_SECONDS = 2.0


def ledger_state(loaded: LoadedConfig) -> LedgerState:
    """Return the state of the configured ledger, of whatever revision it is.

    Raises:
        StoreError: There is none, or it cannot be read.
    """
    from auditor.ledger.database import connect
    from auditor.ledger.state import state

    database = connect(loaded.config.ledger, loaded.root, writable=False)
    try:
        return state(database, [source.name for source in loaded.config.usage.sources])
    finally:
        database.close()


def ledger_migrate(loaded: LoadedConfig) -> Migration | None:
    """Bring the configured ledger up to date, and make it where there is none; return what was done to an old one.

    Raises:
        StoreError: It was written by a newer auditor, cannot be saved or written; it is as it was.
    """
    from auditor.ledger import migrate
    from auditor.ledger.database import connect

    database = connect(loaded.config.ledger, loaded.root, writable=True)
    try:
        return migrate.ensure_current(database)
    finally:
        database.close()


def ledger_rollback(loaded: LoadedConfig, to: Path | None) -> RolledBack:
    """Put the newest backup, or the one in the file `to`, in the ledger's place, which is set aside first.

    Raises:
        StoreError: There is no backup, it does not fit, or a collector is writing; the ledger is as it was.
    """
    from auditor.ledger.database import connect
    from auditor.ledger.rollback import roll_back

    database = connect(loaded.config.ledger, loaded.root, writable=True, busy_seconds=_WAIT_SECONDS)
    try:
        return roll_back(database, to)
    finally:
        database.close()
