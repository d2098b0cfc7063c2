"""Existing statistics into the ledger: `collect --import`. In: a configuration, a file. Out: what it gave.

Checked as a whole before the ledger is touched, and recorded in one transaction: all of a file or nothing.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from auditor.config import LoadedConfig
from auditor.errors import ConfigError
from auditor.files import keep_out_of_git
from auditor.model.usage import Collection
from auditor.model.window import Window
from auditor.pipeline.evidence import route_keys, source_names
from auditor.pipeline.keeping import ledger_migrate
from auditor.pipeline.static import STATE_DIRECTORY, analyse

if TYPE_CHECKING:
    from auditor.ledger.store import Ledger
    from auditor.model.answers import RecordedSource
    from auditor.model.keeping import Migration

DEFAULT_NAME = "import"
_LARGEST = 256 * 1024 * 1024


class Imported(NamedTuple):
    """What a file gave, what recording it changed, and what was done to a ledger of an older auditor before."""

    collection: Collection
    recorded: RecordedSource
    migrated: Migration | None


def import_statistics(loaded: LoadedConfig, path: Path, *, source: str | None, now: datetime) -> Imported:
    """Read a file of statistics into the ledger, under the name `source` (default `import`).

    Raises:
        ConfigError: The file is missing, of no known form or has a wrong row, or the name is a configured source's.
        EvidenceError: The file counts nothing.
        StoreError: The ledger cannot be written.
    """
    from auditor.ledger.store import Ledger
    from auditor.usage.imports import forms, uses

    name = _name(loaded, source)
    statistics = forms.statistics(_content(path), str(path), now)
    migrated = ledger_migrate(loaded)
    with Ledger.open(loaded.config.ledger, loaded.root, sources=source_names(loaded)) as ledger:
        keys = _route_keys(loaded, ledger, now) if statistics.names_endpoints else ()
        collection = uses.collection(statistics, name, keys)
        # Totals count as of the day on which the export was made, whenever it is imported.
        summary = ledger.record([collection], now=statistics.made_at or now)
    keep_out_of_git(loaded.root / STATE_DIRECTORY)
    return Imported(collection, summary.sources[0], migrated)


def _name(loaded: LoadedConfig, source: str | None) -> str:
    name = DEFAULT_NAME if source is None else source
    if not name.strip() or not name.isprintable() or len(name) > 100:
        raise ConfigError("--source: write a name of up to 100 printable characters")
    if any(one.name == name for one in loaded.config.usage.sources):
        raise ConfigError(f"--source {name}: a configured source has this name; import under a name of its own")
    return name


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise ConfigError(f"{path}: larger than {_LARGEST // 2**20} MiB; export fewer days at a time")
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error


def _route_keys(loaded: LoadedConfig, ledger: Ledger, now: datetime) -> tuple[str, ...]:
    return route_keys(analyse(loaded, today=now.date(), opinions=False), ledger.routes(Window.last_days(1, now)))
