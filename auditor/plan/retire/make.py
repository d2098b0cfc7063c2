"""The plan of one retirement, and what is left of it.

In: the target, what was found, the analysis, tables, the pre-flight, an earlier plan. Out: `Retirement`, `Residue`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase

import msgspec

from auditor.model.graph import Analysis
from auditor.model.retirement import (
    Area,
    Aside,
    Occurrence,
    OtherThing,
    PreFlight,
    Residue,
    Retirement,
    Target,
)  # fmt: skip
from auditor.model.tables import DataTable
from auditor.plan.retire import areas, batches
from auditor.plan.retire.data_steps import data_steps
from auditor.plan.retire.find import Found
from auditor.plan.retire.program import Program


class Ground(msgspec.Struct, frozen=True):
    """What a plan is made from, besides what was found.

    `own_areas` are the user's globs of areas, `max_files` the files a batch, `test_command` the project's own.
    """

    target: Target
    analysis: Analysis
    program: Program
    tables: Sequence[DataTable]
    own_areas: Mapping[str, Area] = {}
    max_files: int = 5
    test_command: str = ""


def make_retirement(
    ground: Ground,
    found: Found,
    preflight: PreFlight,
    *,
    base_commit: str,
    now: datetime,
    problems: tuple[str, ...],
    earlier: Retirement | None,
) -> Retirement:
    """Return the plan; where there is an `earlier` one of the same symbol, its batches keep members and numbers."""
    area = _areas(ground, found)
    planned = [one for one in found.occurrences if not areas.is_history(one.path, area[one.path])]
    history = _history(found.occurrences, area)
    late = _late(ground, planned)
    whole = frozenset(one.path for one in planned if _goes_whole(ground, one.path, planned))
    tasks = batches.tasks_of(planned, area, late, whole)
    paths = {path for path, _ in tasks}
    users = batches.consumers(ground.analysis.graph, paths) | batches.importers(found.imports, paths)
    before = earlier.batches if earlier is not None else ()
    packed = batches.resumed(before, tasks, users, ground.max_files)
    return Retirement(
        target=ground.target,
        base_commit=base_commit,
        made=now,
        preflight=preflight,
        areas=areas.impact(tuple(tasks.values()), tuple((one.path, one.count) for one in history)),
        batches=packed,
        data=data_steps(ground.target, ground.tables),
        history=history,
        longer_names=found.longer,
        other_things=found.others,
        weak=found.weak,
        binary=found.binary,
        problems=problems,
        relations=found.relations,
        directories=found.directories,
        test_command=ground.test_command,
    )


def _areas(ground: Ground, found: Found) -> dict[str, Area]:
    definitions = ground.analysis.graph.definitions
    handlers = frozenset(definitions[r.handler].path for r in ground.analysis.routes if r.handler in definitions)
    schema = frozenset(table.path for table in ground.tables)
    return {
        one.path: areas.area_of(one.path, routes=handlers, schema=schema, own=ground.own_areas)
        for one in found.occurrences
    }


def _history(occurrences: Iterable[Occurrence], area: Mapping[str, Area]) -> tuple[Aside, ...]:
    rows: dict[str, list[Occurrence]] = {}
    for one in occurrences:
        if areas.is_history(one.path, area[one.path]):
            rows.setdefault(one.path, []).append(one)
    return tuple(
        Aside(path, sum(one.count for one in found), tuple(one.line for one in found if one.line)[:20])
        for path, found in sorted(rows.items())
    )


def _late(ground: Ground, planned: Iterable[Occurrence]) -> frozenset[tuple[str, int]]:
    """Return the lines that wait until the code before them is deployed: what declares the schema."""
    if not ground.target.tables:
        return frozenset()
    today = set(ground.tables).intersection(ground.target.tables)
    pointing = {(key.path, key.line) for table in today for key in table.referenced_by}
    declaring = {table.definition for table in ground.tables if table.definition}
    schemas = {table.path for table in ground.target.tables if table.framework == "prisma"}
    found: set[tuple[str, int]] = set()
    rows = list(planned)
    for one in rows:
        declares = one.kind == "definition" and (one.within in ground.target.definitions or one.path in schemas)
        around = ground.analysis.graph.definitions.get(one.within)
        field = around is not None and (
            one.within in declaring or (around.kind == "variable" and (around.parent or "") in declaring)
        )
        if declares or (one.path, one.line) in pointing or field or one.path in schemas or one.path.endswith(".sql"):
            found.add((one.path, one.line))
    files = {path for path, _ in found}
    return frozenset(found | {(one.path, one.line) for one in rows if one.path in files and _is_import(one)})


def _is_import(one: Occurrence) -> bool:
    return (one.what == "remove the import" and not one.within) or one.line == 0


def _goes_whole(ground: Ground, path: str, planned: Iterable[Occurrence]) -> bool:
    """Return whether a file is about the symbol alone: by its name, or since all it defines goes."""
    module = ground.program.facts.get(path)
    if module is None or not path.endswith(".py"):
        return any(one.path == path and one.line == 0 for one in planned)
    tops = [
        one for one in module.definitions if one.kind in ("class", "function") and one.parent == f"{module.module}:"
    ]
    related = [one for one in tops if one.id in ground.program.retired]
    named = any(one.path == path and one.line == 0 for one in planned)
    using = {one.within.partition(":")[2].partition(".")[0] for one in planned if one.path == path}
    return bool(tops) and (len(related) == len(tops) or (named and all(one.name in using for one in tops)))


def residue(
    found: Found,
    target: Target,
    *,
    allowed: Iterable[str],
    own_areas: Mapping[str, Area],
    known_others: Iterable[OtherThing],
    problems: tuple[str, ...],
) -> Residue:
    """Return what is left outside the allowed zones.

    Args:
        found: What there is today.
        target: What was to be retired.
        allowed: Globs of paths in which it may stay, besides migration history and change logs.
        own_areas: The user's globs of areas.
        known_others: What the plan found to be something else; it stays that when the definition is gone.
        problems: Files that could not be read.
    """  # fmt: skip
    globs = tuple(allowed)
    others = {(one.path, one.spelling, one.within) for one in known_others}
    left: list[Occurrence] = []
    allowed_lines = others_met = 0
    names = (Occurrence(f"{one}/", 0, "path", target.name, f"{one}/") for one in found.directories)
    for one in (*names, *found.occurrences):
        area = areas.area_of(one.path, own=own_areas)
        if areas.is_history(one.path, area) or any(fnmatchcase(one.path, glob) for glob in globs):
            allowed_lines += 1
        elif one.kind in ("text", "named") and (one.path, one.spelling, one.within) in others:
            others_met += 1
        else:
            left.append(one)
    binary = tuple(path for path in found.binary if not any(fnmatchcase(path, glob) for glob in globs))
    return Residue(
        target.name,
        tuple(left),
        binary,
        allowed_lines,
        len(found.others) + others_met,
        sum(one.count for one in found.longer),
        sum(one.count for one in found.weak),
        problems,
    )
