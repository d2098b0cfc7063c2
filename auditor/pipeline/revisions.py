"""Where a plan goes on: the plan that was made before, and what became of its batches.

In: a loaded configuration, what the user asks for. Out: `Earlier`; the plan kept for the next time. Never plans.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.errors import ConfigError
from auditor.files import write_atomically
from auditor.git import Repository
from auditor.pipeline.static import STATE_DIRECTORY

if TYPE_CHECKING:
    from auditor.model.plan import Plan
    from auditor.plan.earlier import Earlier


class Wish(msgspec.Struct, frozen=True):
    """How to go on: `fresh` begins a new plan, `replan` are batches taken back that may come again.

    `directory` is where the plan is written, the report's directory by default. `forget` drops what was included.
    """

    fresh: bool = False
    replan: frozenset[int] = frozenset()
    directory: Path | None = None
    forget: bool = False


def earlier(loaded: LoadedConfig, repository: Repository, prefix: str, wish: Wish) -> Earlier:
    """Return what to go on from: the plan last written, else the last kept one, else what commits and tags tell.

    Raises:
        ConfigError: The plan that was written cannot be read, or `replan` names a batch that was not taken back.
    """
    from auditor.plan.earlier import Earlier, continued, released
    from auditor.removal import history, past

    stored = None if wish.fresh else _stored(loaded, wish.directory)
    done = past.batches(repository, prefix, stored)
    _check_replan(wish.replan, {one.batch.number for one in done if one.state == "rolled_back"})
    used = history.highest(repository)
    if stored is not None:
        found = continued(stored, done, highest=used.get(stored.plan_id, 0), release=wish.replan)
        return msgspec.structs.replace(found, included=()) if wish.forget else found
    free = released(done, wish.replan)
    taken = frozenset((*used, *(path.stem for path in _kept(loaded))))
    if wish.fresh or not used:
        return Earlier(past=free, taken=taken)
    last = max(used.values())
    note = f"No earlier plan was found here, so numbers go on after {last}, the last that a commit or a tag uses."
    return Earlier(past=free, taken=taken, highest=last, note=note)


def settled(loaded: LoadedConfig, wish: Wish, made: Plan) -> Plan:
    """Return a plan as it was written already where nothing at all changed: that is no new revision."""
    stored = None if wish.fresh else _stored(loaded, wish.directory)
    same = stored is not None and msgspec.structs.replace(made, revision=stored.revision) == stored
    return stored if same and stored is not None else made


def keep(loaded: LoadedConfig, plan: Plan, content: str) -> None:
    """Keep a plan's JSON in the state directory, so that the next one can go on from it without its file."""
    if plan.known_batches:
        write_atomically(_directory(loaded) / f"{plan.plan_id}.json", content)


def _stored(loaded: LoadedConfig, directory: Path | None) -> Plan | None:
    """Return the plan last written, else the newest of those kept; None where there is none."""
    from auditor.report.json_text import read_plan

    written = (directory or loaded.root / loaded.config.report.directory) / "plan.json"
    if written.exists():
        try:
            return read_plan(written.read_bytes(), name=str(written))
        except OSError as error:
            raise ConfigError(f"{error}; begin a new plan with `auditor plan --fresh`") from error
    plans = [read_plan(path.read_bytes(), name=str(path)) for path in _kept(loaded)]
    return max(plans, key=lambda plan: (plan.window.end, plan.revision, plan.plan_id), default=None)


def _kept(loaded: LoadedConfig) -> list[Path]:
    return sorted(_directory(loaded).glob("*.json"))


def _directory(loaded: LoadedConfig) -> Path:
    return loaded.root / STATE_DIRECTORY / "plans"


def _check_replan(wanted: frozenset[int], taken_back: set[int]) -> None:
    wrong = sorted(wanted - taken_back)
    if wrong:
        known = f"these were: {', '.join(map(str, sorted(taken_back)))}" if taken_back else "none was"
        raise ConfigError(f"--replan {wrong[0]}: batch {wrong[0]} was not taken back on this branch; {known}")
