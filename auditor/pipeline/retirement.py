"""Retire one named symbol: `retire` and `retire --check`.

In: a loaded configuration, a symbol, the present. Out: `Retirement`, `Residue`, and the files of the plan. Reads the
working tree as git knows it; edits nothing but what it writes itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.errors import ConfigError, EvidenceError, StoreError
from auditor.model.listing import listed
from auditor.model.progress import Progress, unheard
from auditor.model.retirement import Area, PreFlight, Residue, Retirement, Target
from auditor.model.usage import Observations
from auditor.model.window import Window
from auditor.pipeline.evidence import collect, no_source, observe
from auditor.pipeline.places import repository_of
from auditor.pipeline.retirement_files import is_ours, report_directory, stored_retirement
from auditor.pipeline.static import Static, analyse, survey
from auditor.pipeline.tables import declared_tables

if TYPE_CHECKING:
    from auditor.model.tables import DataTable
    from auditor.plan.retire.find import Found
    from auditor.plan.retire.program import Program
    from auditor.plan.retire.spellings import Spellings


class _Ground(msgspec.Struct, frozen=True):
    """What both commands start from. `earlier` is the stored plan of the symbol, None without one."""

    static: Static
    listed: tuple[str, ...]
    tables: tuple[DataTable, ...]
    target: Target
    earlier: Retirement | None


def retire(
    loaded: LoadedConfig,
    symbol: str,
    *,
    days: int,
    now: datetime,
    environment: Mapping[str, str],
    collect_first: bool = True,
    areas: Mapping[str, Area] = {},
    max_files: int | None = None,
    directory: Path | None = None,
    on_note: Callable[[str], None] = lambda _: None,
    progress: Progress | None = None,
) -> Retirement:
    """Plan the retirement of what `symbol` means, and say whether production's usage allows to begin.

    Args:
        loaded: The configuration.
        symbol: A definition's id, a dotted name, a table, or a name in any spelling.
        days: Length of the window that is looked at.
        now: The present.
        environment: For sources.
        collect_first: Read the usage sources before.
        areas: Globs that say which area a file belongs to.
        max_files: Files a batch; `plan.max_files` by default.
        directory: Where an earlier plan lies, which is gone on with; `report.directory` by default.
        on_note: Is told what is wrong with a source.
        progress: Is told what is being done.

    Raises:
        ConfigError: The symbol means nothing, or several things.
    """
    from auditor.plan.retire import make
    from auditor.plan.retire.preflight import preflight

    commit = repository_of(loaded).resolve("HEAD")
    place = directory or report_directory(loaded)
    ground = _ground(loaded, symbol, now, place, progress)
    program, found, problems = _found(loaded, ground, place, progress or unheard)
    if not found.occurrences and ground.earlier is None:
        raise ConfigError(_unknown(symbol, ground))
    observations, missing = _observed(loaded, ground.static, days, now, environment, collect_first, on_note, progress)
    spellings = _spellings(ground.target)
    checked = preflight(
        program.meant, spellings, ground.static.analysis, observations, tables=ground.tables, days=days, missing=missing
    )
    return make.make_retirement(
        make.Ground(
            ground.target,
            ground.static.analysis,
            program,
            ground.tables,
            areas,
            max_files or loaded.config.plan.max_files,
            loaded.config.plan.test_command,
        ),
        found,
        _not_blind(checked, ground.static),
        base_commit=commit,
        now=now,
        problems=problems,
        earlier=ground.earlier,
    )


def retire_check(
    loaded: LoadedConfig,
    symbol: str,
    *,
    now: datetime,
    allow: tuple[str, ...] = (),
    areas: Mapping[str, Area] = {},
    directory: Path | None = None,
    progress: Progress | None = None,
) -> Residue:
    """Return what is left of `symbol` outside the migration history, change logs, the plan itself and `allow` (globs).

    Raises:
        ConfigError: The symbol means several things.
    """
    from auditor.plan.retire import make

    repository_of(loaded)
    place = directory or report_directory(loaded)
    ground = _ground(loaded, symbol, now, place, progress, of_the_past=True)
    _, found, problems = _found(loaded, ground, place, progress or unheard)
    others = ground.earlier.other_things if ground.earlier is not None else ()
    left = make.residue(found, ground.target, allowed=allow, own_areas=areas, known_others=others, problems=problems)
    if left.clean and ground.earlier is None:
        return msgspec.structs.replace(left, near=_near(symbol, ground))
    return left


def _ground(
    loaded: LoadedConfig,
    symbol: str,
    now: datetime,
    directory: Path,
    progress: Progress | None,
    *,
    of_the_past: bool = False,
) -> _Ground:
    """Return what to start from; what was retired (`of_the_past`) may have no definition any more."""
    from auditor.plan.retire.candidates import choose
    from auditor.plan.retire.spellings import Spellings

    if not any(char.isalpha() for char in symbol):
        raise ConfigError(f"{symbol!r} is no name; give one as in ToolUsage, tool_usage or pkg.mod:ToolUsage")
    tree = survey(loaded, progress)
    static = analyse(loaded, today=now.date(), opinions=False, progress=progress, tree=tree)
    graph = static.analysis.graph
    declared = declared_tables(loaded, static, tree.found.listed)
    earlier = stored_retirement(directory, symbol)
    choice = choose(symbol, graph.definitions, declared)
    target = choice.target
    if earlier is not None:
        target = _carried_on(earlier, declared)
    elif choice.candidates:
        raise ConfigError(f"{symbol!r} may mean {listed(choice.candidates, 8)}; give one of these, without its place")
    elif target is None and of_the_past:
        name = re.split(r"[:.]", symbol)[-1]
        target = Target(name, (symbol,), (), Spellings(name).listed())
    elif target is None:
        near = f"; near it are {', '.join(choice.near)}" if choice.near else ""
        raise ConfigError(f"{symbol!r} names no definition and no table{near}")
    assert target is not None
    return _Ground(static, tree.found.listed, declared, target, earlier)


def _carried_on(earlier: Retirement, declared: Iterable[DataTable]) -> Target:
    """Return an earlier plan's target as of today; tables that no model declares any more are still to be dropped."""
    today = {table.name: table for table in declared}
    kept = tuple(today.get(table.name, table) for table in earlier.target.tables)
    return msgspec.structs.replace(earlier.target, tables=kept)


def _found(
    loaded: LoadedConfig, ground: _Ground, directory: Path, tell: Progress
) -> tuple[Program, Found, tuple[str, ...]]:
    from auditor.analysis.outside.repository_text import matching
    from auditor.plan.retire.find import Finder
    from auditor.plan.retire.program import Program

    graph, target = ground.static.analysis.graph, ground.target
    meant = [one for one in target.definitions if one in graph.definitions]
    program = Program(meant, graph, ground.static.facts)
    spellings = _spellings(target)
    listed = [path for path in ground.listed if not is_ours(loaded, directory, path)]
    finder = Finder(target, spellings, program, ground.tables, listed)
    problems: list[str] = []
    tell("reading the repository's text", 0, 0)
    wanted = program.uses.keys() | program.blocks.keys()
    for file in matching(loaded.root, listed, finder.words(), finder.needles(), wanted, problems):
        if file.text is None:
            finder.add_binary(file.path, file.content)
        else:
            finder.add(file.path, file.text)
    return program, finder.found(), tuple(problems)


def _spellings(target: Target) -> Spellings:
    from auditor.plan.retire.spellings import Spellings

    names = tuple(table.name for table in target.tables if "." not in table.model)
    return Spellings(target.name, names, prisma=any(table.framework == "prisma" for table in target.tables))


def _observed(
    loaded: LoadedConfig,
    static: Static,
    days: int,
    now: datetime,
    environment: Mapping[str, str],
    collect_first: bool,
    on_note: Callable[[str], None],
    progress: Progress | None,
) -> tuple[Observations | None, str]:
    """Return what production did, or None and why that is not known."""
    if not loaded.config.usage.sources:
        return None, no_source(loaded)
    try:
        if collect_first:
            (progress or unheard)("reading production's usage", 0, 0)
            for one in collect(loaded, days=days, source=None, now=now, environment=environment, static=static):
                if one.problem:
                    on_note(f"source {one.source}: {one.problem}")
        observations, _ = observe(loaded, static, Window.last_days(days, now), now, loaded.config.usage.max_age)
    except (EvidenceError, StoreError) as error:
        return None, str(error)
    return observations, ""


def _not_blind(checked: PreFlight, static: Static) -> PreFlight:
    """Return the pre-flight, without its `go` where Python was not looked into: what it uses may look unused."""
    unseen = [problem for problem in static.analysis.problems if problem.unseen]
    if checked.state != "go" or not unseen:
        return checked
    return msgspec.structs.replace(checked, state="unknown", reason=f"{unseen[0].path}: {unseen[0].message}")


def _unknown(symbol: str, ground: _Ground) -> str:
    near = _near(symbol, ground)
    missing = f"{symbol!r} is found nowhere as a name in this repository"
    return missing + (f"; near it are {', '.join(near)}" if near else "")


def _near(symbol: str, ground: _Ground) -> tuple[str, ...]:
    from auditor.plan.retire.candidates import near_names

    return near_names(symbol, ground.static.analysis.graph.definitions.values(), ground.tables)
