"""Remove and take back: `apply`, `rollback`.

In: a loaded configuration, a plan that was made, the present. Out: commits and tags. Never runs what a plan names, and
never touches the user's tree but by a fast-forward.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.model.listing import listed
from auditor.pipeline import revisions
from auditor.pipeline.deletion import render_plan, stored_plan
from auditor.pipeline.holding import keep_holds
from auditor.pipeline.places import prefix_in, repository_of
from auditor.pipeline.rechecking import Recheck

if TYPE_CHECKING:
    from auditor.model.plan import Plan
    from auditor.removal.run import Applied
    from auditor.removal.taking_back import RolledBack


Note = Callable[[str], None]


def batch_diff(loaded: LoadedConfig, stored: Plan, number: int, *, now: datetime, after: Sequence[int] = ()) -> str:
    """Return the diff that applying a batch would make; `after` are batches that would be applied before it."""
    from auditor.removal import run

    repository = repository_of(loaded)
    prefix, config = prefix_in(loaded, repository), loaded.config.plan
    return run.diff(repository, prefix, stored, number, now=now, after=after, config=config)


def pending(loaded: LoadedConfig, stored: Plan) -> tuple[int, ...]:
    """Return the numbers of the plan's batches that were never applied, in order."""
    from auditor.removal import run

    numbers = {batch.number for batch in stored.batches}
    found = run.status(repository_of(loaded), stored)
    return tuple(one.number for one in found if one.state == "pending" and one.number in numbers)


def rechecked(loaded: LoadedConfig, stored: Plan, *, now: datetime, on_note: Note = lambda _: None) -> Recheck:
    """Return what judges the batches of a plan anew."""
    return Recheck(loaded, repository_of(loaded), stored, now, on_note)


def apply(
    loaded: LoadedConfig,
    stored: Plan,
    number: int,
    *,
    now: datetime,
    test_command: str | None = None,
    merge: bool = True,
    onto: str | None = None,
    bisecting: bool = False,
    recheck: Recheck | None = None,
    on_progress: Note = lambda _: None,
) -> Applied:
    """Apply one batch: evidence, worktree, edit, scan, verify, commit, tags, rehearsed rollback, fast-forward.

    `recheck` is what `rechecked` returned, where several batches are applied one after the other. The plan is
    kept in the state directory, so that status can speak of it when another one has been made.
    """
    from auditor.analysis import discover
    from auditor.removal import run
    from auditor.removal.bisect import NothingHoldsError

    repository = repository_of(loaded)
    config = loaded.config.plan
    again = recheck or Recheck(loaded, repository, stored, now, on_progress)
    try:
        applied = run.apply(
            repository,
            stored,
            number,
            prefix=prefix_in(loaded, repository),
            config=config if test_command is None else msgspec.structs.replace(config, test_command=test_command),
            roots=discover.discover(loaded.root, loaded.config).roots,
            now=now,
            merge=merge,
            onto=onto,
            bisecting=bisecting,
            still=again.standing,
            examine=again.leftovers,
            on_progress=on_progress,
        )
    except NothingHoldsError as error:
        keep_holds(loaded, error.held, batch=f"{number} of plan {stored.plan_id}", now=now)
        raise
    if applied.held:
        keep_holds(loaded, applied.held, batch=f"{number} of plan {stored.plan_id}", now=now)
    revisions.keep(loaded, stored, render_plan(loaded, stored, "json"))
    if left := again.left_unused(f"{applied.commit}^", applied.commit):
        on_progress(f"unused since then, for the next plan: {listed(left, 5)}")
    return applied


def plan_id_of(loaded: LoadedConfig, named: str | None) -> str | None:
    """Return the id of the plan that is meant by an id or a plan's file; None where nothing is named.

    Raises:
        ConfigError: It is neither.
    """
    if named is None:
        return None
    return stored_plan(loaded, Path(named)).plan_id if Path(named).is_file() or "." in named else named


def standing(loaded: LoadedConfig, plan_id: str | None = None) -> tuple[tuple[int, str], ...]:
    """Return number and plan of every batch that stands on the branch checked out, newest first."""
    from auditor.removal import history

    found = history.applied(repository_of(loaded))
    return tuple((one.number, one.plan_id) for one in found if plan_id in (None, one.plan_id))


def rollback(
    loaded: LoadedConfig,
    number: int,
    *,
    plan_id: str | None = None,
    now: datetime,
    restore_files: bool = False,
    on_progress: Note = lambda _: None,
) -> RolledBack:
    """Take one batch back; what it did is read from its commit, so no plan is needed."""
    from auditor.removal import taking_back

    repository = repository_of(loaded)
    batch = taking_back.find(repository, number, plan_id)
    return taking_back.rollback(repository, batch, now=now, restore_files=restore_files, on_progress=on_progress)
