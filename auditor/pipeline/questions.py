"""What is known of single keys: `usage show`, `usage scores`, `usage dead-weight`.

In: a loaded configuration, the present. Out: answers of `auditor.model.key_answers`. Reads the ledger, never the
sources and never the code.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from auditor.config import LoadedConfig
from auditor.model.usage import UsageKind
from auditor.model.window import Window
from auditor.pipeline.evidence import opened

if TYPE_CHECKING:
    from auditor.model.key_answers import DeadWeight, KeyAnswer, Scores


def usage_show(loaded: LoadedConfig, asked: str, *, kind: UsageKind | None, days: int, now: datetime) -> KeyAnswer:
    """Return what is known of the key that `asked` spells, in the last `days` days."""
    with opened(loaded) as ledger:
        return ledger.show(
            asked, kind=kind, window=Window.last_days(days, now), min_watched=loaded.config.usage.min_watched,
            matcher=_matcher,
        )  # fmt: skip


def usage_scores(loaded: LoadedConfig, *, days: int, now: datetime) -> Scores:
    """Return how well each key did in the last `days` days."""
    with opened(loaded) as ledger:
        return ledger.scores(days, now=now)


def usage_dead_weight(loaded: LoadedConfig, *, days: int, now: datetime) -> DeadWeight:
    """Return what nobody used in the last `days` days."""
    with opened(loaded) as ledger:
        return ledger.dead_weight(days, now=now, min_watched=loaded.config.usage.min_watched)


def _matcher(keys: list[str]) -> Callable[[str, str], str | None]:
    """Return what matches a concrete request to one of the keys of routes."""
    from auditor.usage.routes import RouteTable

    return RouteTable(keys).match
