"""Collecting again and again. In: a configuration, the present. Out: what each round did.

A round never fails for what a source, the ledger or a webhook does: it says so, and the next one tries again. The
project's code is analysed again only where it changed. Never waits, and never reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from auditor.config import LoadedConfig
from auditor.errors import AuditorError, ConfigError, StoreError
from auditor.model.keeping import Migration
from auditor.model.progress import Progress
from auditor.model.usage import Collection
from auditor.pipeline import alerts
from auditor.pipeline.evidence import collect
from auditor.pipeline.keeping import ledger_migrate
from auditor.pipeline.static import Static, Tree, analyse, survey


@dataclass(frozen=True)
class Round:
    """What one round did.

    Attributes:
        collections: What each source gave.
        failure: Why nothing could be collected.
        told: What is to be told.
        migrated: How a ledger of an older auditor was brought up to date before.
    """

    collections: tuple[Collection, ...]
    failure: AuditorError | None
    told: alerts.Told
    migrated: Migration | None = None


def collect_round(
    loaded: LoadedConfig,
    *,
    days: int,
    source: str | None,
    now: datetime,
    environment: Mapping[str, str],
    static: Callable[[], Static] | None = None,
    progress: Progress | None = None,
) -> Round:
    """Collect once, as `collect` does, and tell who wants to know that collection stopped or goes on.

    Raises:
        ConfigError: No source is configured, or none has the name `source`.
    """
    collections: tuple[Collection, ...] = ()
    failure, migrated = None, None
    try:
        if loaded.config.usage.sources:
            migrated = ledger_migrate(loaded)
        collections = collect(
            loaded, days=days, source=source, now=now, environment=environment, static=static, progress=progress
        )
    except ConfigError:
        raise
    except AuditorError as error:
        failure = error
    told = alerts.tell(loaded, str(failure) if failure else None, now=now, environment=environment)
    return Round(collections, failure, told, migrated)


class Watcher:
    """Collects round after round. Arguments as of `collect`."""

    def __init__(self, loaded: LoadedConfig, *, days: int, source: str | None, environment: Mapping[str, str]) -> None:
        self._loaded = loaded
        self._days = days
        self._source = source
        self._environment = environment
        self._code: tuple[Tree, Static] | None = None
        self._began = False

    def round(self, now: datetime) -> Round:
        """Collect at `now`.

        Raises:
            ConfigError: In the first round alone: the configuration is wrong.
        """
        try:
            done = collect_round(
                self._loaded,
                days=self._days,
                source=self._source,
                now=now,
                environment=self._environment,
                static=lambda: self._static(now),
            )
        except Exception as error:  # whatever it is, the next round may be well
            if not self._began and isinstance(error, ConfigError):
                raise
            done = self._failed(error, now)
        self._began = True
        return done

    def _failed(self, error: Exception, now: datetime) -> Round:
        name = "" if isinstance(error, AuditorError) else f"internal error: {type(error).__name__}: "
        failure = StoreError(f"{name}{error}")
        try:
            told = alerts.tell(self._loaded, str(failure), now=now, environment=self._environment)
        except Exception as again:  # noqa: BLE001 -- a mistake in telling must not end the collecting
            told = alerts.Told(warnings=(f"nobody could be told: {type(again).__name__}: {again}",))
        return Round((), failure, told)

    def _static(self, now: datetime) -> Static:
        """Return the analysis of the working tree, the last one while no file changes."""
        tree = survey(self._loaded)
        if self._code is None or self._code[0] != tree:
            self._code = tree, analyse(self._loaded, today=now.date(), opinions=False, tree=tree)
        return self._code[1]
