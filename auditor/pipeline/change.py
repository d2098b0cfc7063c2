"""Compare two commits: `gate`.

In: two revisions, the ledger. Out: the result. Never passes for want of evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from auditor.config import LoadedConfig
from auditor.errors import AuditorError
from auditor.model.usage import Observations, Window
from auditor.pipeline.evidence import collect, observe
from auditor.pipeline.places import repository_of
from auditor.pipeline.static import analyse_commit

if TYPE_CHECKING:
    from auditor.model.gate import GateResult


def gate(
    loaded: LoadedConfig,
    base: str,
    head: str,
    *,
    days: int | None,
    now: datetime,
    environment: Mapping[str, str],
    collect_first: bool = False,
) -> GateResult:
    """Judge what a change deletes: the merge base of `base` and `head` against `head`, with production's usage.

    Raises:
        GitError: A revision is unknown, or history is too shallow to find where the change began.
    """
    from auditor.gate import Side, judge_change
    from auditor.pipeline.names import TreeNames

    repository = repository_of(loaded)
    head_commit = repository.resolve(head)
    base_commit = repository.merge_base(repository.resolve(base), head_commit)
    before = analyse_commit(loaded, repository, base_commit, today=now.date())
    after = analyse_commit(loaded, repository, head_commit, today=now.date())
    window = Window.last_days(days or loaded.config.gate.days, now)
    if collect_first:
        collect(loaded, days=days or loaded.config.gate.days, source=None, now=now, environment=environment)
    try:
        observations, _ = observe(loaded, before, window, now, loaded.config.gate.max_age)
    except AuditorError as error:
        observations = _nothing_known(window, str(error))
    return judge_change(
        Side(base_commit, before.analysis, before.facts, TreeNames(before.facts)),
        Side(head_commit, after.analysis, after.facts, TreeNames(after.facts)),
        observations,
        allow_dormant=loaded.config.gate.allow_dormant,
    )


def _nothing_known(window: Window, reason: str) -> Observations:
    """Return observations from which nothing may be concluded."""
    return Observations(
        window=window, by_definition={}, measured=frozenset(), unattributed=(), watched=(), watched_minutes=0,
        sources=(), insufficient=reason,
    )  # fmt: skip
