"""Remove and take back: `apply`, `rollback`.

In: a loaded configuration, a plan that was made, the present. Out: commits and tags. Never runs what a plan names, and
never touches the user's tree but by a fast-forward.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.errors import ConfigError
from auditor.files import write_atomically
from auditor.pipeline.deletion import render_plan, stored_plan
from auditor.pipeline.places import prefix_in, repository_of
from auditor.pipeline.static import STATE_DIRECTORY

if TYPE_CHECKING:
    from auditor.model.plan import Plan
    from auditor.removal.run import Applied, RolledBack


Note = Callable[[str], None]


def batch_diff(loaded: LoadedConfig, stored: Plan, number: int) -> str:
    """Return the diff that applying a batch would make."""
    from auditor.removal import run

    repository = repository_of(loaded)
    return run.diff(repository, prefix_in(loaded, repository), stored, number)


def apply(
    loaded: LoadedConfig,
    stored: Plan,
    number: int,
    *,
    now: datetime,
    test_command: str | None = None,
    merge: bool = True,
    on_progress: Note = lambda _: None,
) -> Applied:
    """Apply one batch: worktree, edit, verify, commit, tags, rehearsed rollback, fast-forward.

    The plan is kept in the state directory, so that the batch can be taken back when another plan has been made.
    """
    from auditor.analysis import discover
    from auditor.removal import run

    repository = repository_of(loaded)
    config = loaded.config.plan
    applied = run.apply(
        repository,
        stored,
        number,
        prefix=prefix_in(loaded, repository),
        config=config if test_command is None else msgspec.structs.replace(config, test_command=test_command),
        roots=discover.discover(loaded.root, loaded.config).roots,
        now=now,
        merge=merge,
        on_progress=on_progress,
    )
    write_atomically(_kept_plans(loaded) / f"{stored.plan_id}.json", render_plan(loaded, stored, "json"))
    return applied


def _kept_plans(loaded: LoadedConfig) -> Path:
    return loaded.root / STATE_DIRECTORY / "plans"


def applied_plan(loaded: LoadedConfig, number: int) -> Plan:
    """Return the plan whose batch `number` is applied: the stored one, else the one of the kept plans that is.

    Raises:
        ConfigError: There is no stored plan and no kept one, or several kept ones have applied a batch of that number.
    """
    from auditor.removal import run

    repository = repository_of(loaded)
    kept = [stored_plan(loaded, path) for path in sorted(_kept_plans(loaded).glob("*.json"))]
    try:
        stored = stored_plan(loaded)
    except ConfigError:
        if not kept:
            raise
        stored = kept[-1]

    def is_applied(plan: Plan) -> bool:
        return any(one.number == number and one.state == "applied" for one in run.status(repository, plan))

    if is_applied(stored):
        return stored
    others = [plan for plan in kept if is_applied(plan)]
    if len(others) > 1:
        places = ", ".join(str(_kept_plans(loaded) / f"{plan.plan_id}.json") for plan in others)
        raise ConfigError(f"batch {number} is applied of several plans; choose one with --plan: {places}")
    return others[0] if others else stored


def rollback(
    loaded: LoadedConfig, stored: Plan, number: int, *, now: datetime, on_progress: Note = lambda _: None
) -> RolledBack:
    """Take one batch back with a revert commit."""
    from auditor.removal import run

    return run.rollback(repository_of(loaded), stored, number, now=now, on_progress=on_progress)
