"""Tasks in order, packed into batches.

In: occurrences with their areas, who refers to whom between files, what was planned before. Out: `RetireBatch`es:
consumers before what they consume, tests with or before their subject, the schema after the deploy barrier.
"""

import heapq
import posixpath
import re
from collections.abc import Iterable, Mapping

import msgspec

from auditor.model.graph import ReferenceGraph
from auditor.model.plan import MAX_PATHS
from auditor.model.retirement import Area, Occurrence, RetireBatch, RetireTask
from auditor.plan.retire.areas import ORDER

_ENDING = re.compile(r"\.(?:d\.ts|[cm]?[jt]sx?|vue|svelte)$")
_ENOUGH = 3
"""A batch of so many files ends where another area begins."""


def consumers(graph: ReferenceGraph, paths: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return path -> the others of `paths` whose code refers to it."""
    wanted = frozenset(paths)
    found: dict[str, set[str]] = {}
    definitions = graph.definitions
    for source, edges in graph.edges.items():
        origin = definitions.get(source)
        if origin is None or origin.path not in wanted:
            continue
        for edge in edges:
            target = definitions.get(edge.target)
            if target is not None and target.path in wanted and target.path != origin.path:
                found.setdefault(target.path, set()).add(origin.path)
    return {path: frozenset(users) for path, users in found.items()}


def importers(imports: Mapping[str, tuple[str, ...]], paths: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return path -> the others of `paths` that import it, for JavaScript and TypeScript.

    A module is the file whose path ends in it, without ending and `/index`: `../types/usage`, `@/types/usage`.
    """
    known: dict[str, str] = {}
    for path in paths:
        stem = _ENDING.sub("", path)
        known[stem] = known[stem.removesuffix("/index")] = path
    found: dict[str, set[str]] = {}
    for path, modules in imports.items():
        for module in modules if path in known.values() else ():
            relative = module.startswith(".")
            base = posixpath.normpath(posixpath.join(posixpath.dirname(path), module)) if relative else module
            name = _ENDING.sub("", base).lstrip("@~/")
            for stem, target in known.items():
                meant = stem == name or (not relative and "/" in name and stem.endswith(f"/{name}"))
                if meant and target != path:
                    found.setdefault(target, set()).add(path)
    return {path: frozenset(users) for path, users in found.items()}


def ordered(tasks: Iterable[RetireTask], users: Mapping[str, frozenset[str]]) -> list[RetireTask]:
    """Return tasks so that who refers comes before what it refers to, by area and path otherwise; cycles are cut."""
    left = {task.path: task for task in tasks}
    rank = {path: (ORDER.index(task.area), _declares(task), path) for path, task in left.items()}
    waiting = {path: set(users.get(path, ())) & left.keys() for path in left}
    blocks: dict[str, list[str]] = {}
    for path, them in waiting.items():
        for user in them:
            blocks.setdefault(user, []).append(path)
    free = [rank[path] for path, them in waiting.items() if not them]
    heapq.heapify(free)
    done: list[RetireTask] = []
    while left:
        path = heapq.heappop(free)[2] if free else min(left, key=lambda one: (len(waiting[one]), rank[one]))
        if path not in left:
            continue
        done.append(left.pop(path))
        for other in blocks.get(path, ()):
            waiting[other].discard(path)
            if other in left and not waiting[other]:
                heapq.heappush(free, rank[other])
    return done


def _declares(task: RetireTask) -> bool:
    """Return whether a file declares the symbol: then it goes behind its neighbours, whoever refers to it."""
    return any(one.kind == "definition" for one in task.occurrences)


def packed(tasks: Iterable[RetireTask], *, first: int, max_files: int, after_barrier: bool) -> list[RetireBatch]:
    """Return tasks in batches of at most `max_files`, numbered from `first`, in their order."""
    groups: list[list[RetireTask]] = []
    for task in tasks:
        current = groups[-1] if groups else None
        full = current is None or len(current) >= min(max_files, MAX_PATHS)
        if full or (current and len(current) >= _ENOUGH and current[-1].area != task.area):
            groups.append([task])
        elif current is not None:
            current.append(task)
    return [RetireBatch(first + n, tuple(group), after_barrier) for n, group in enumerate(groups)]


def resumed(
    before: tuple[RetireBatch, ...],
    tasks: Mapping[tuple[str, bool], RetireTask],
    users: Mapping[str, frozenset[str]],
    max_files: int,
) -> tuple[RetireBatch, ...]:
    """Return the batches of an earlier plan, done where nothing is left, and behind them what is new.

    Args:
        before: The earlier plan's batches; empty where there is none.
        tasks: (path, after the barrier) -> what is to be done there today.
        users: As `consumers` gives them.
        max_files: Files a batch.
    """  # fmt: skip
    kept: list[RetireBatch] = []
    left = dict(tasks)
    for batch in before:
        rows = []
        for task in batch.tasks:
            now = left.pop((task.path, batch.after_barrier), None)
            rows.append(now if now is not None else msgspec.structs.replace(task, done=True))
        kept.append(msgspec.structs.replace(batch, tasks=tuple(rows)))
    for after in (False, True):
        new = [task for (_, late), task in left.items() if late == after]
        first = max((batch.number for batch in kept), default=0) + 1
        kept += packed(ordered(new, users), first=first, max_files=max_files, after_barrier=after)
    return tuple(sorted(kept, key=lambda batch: (batch.after_barrier, batch.number)))


def tasks_of(
    occurrences: Iterable[Occurrence],
    areas: Mapping[str, Area],
    late: frozenset[tuple[str, int]],
    whole: frozenset[str],
) -> dict[tuple[str, bool], RetireTask]:
    """Return (path, after the barrier) -> the task there.

    Args:
        occurrences: What has to change, sorted.
        areas: Path -> area.
        late: (path, line) of what waits for the barrier.
        whole: Paths that go as a whole.
    """  # fmt: skip
    found: dict[tuple[str, bool], list[Occurrence]] = {}
    for one in occurrences:
        found.setdefault((one.path, (one.path, one.line) in late), []).append(one)
    return {
        key: RetireTask(key[0], areas[key[0]], "delete_file" if key[0] in whole else "edit", tuple(rows))
        for key, rows in found.items()
    }
