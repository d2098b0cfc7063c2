"""Modules that nothing imports any more: what they register while they are imported is not registered then.

In: a `Case`. Out: breaches in it. Judged are modules that stand at head, that production imported at base, and that
register something for others to call: receivers, commands, handlers. Never judges what a framework imports by its name.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from auditor.gate.callbacks import callbacks
from auditor.gate.ends import observed_end, stop_end
from auditor.gate.findings import Case
from auditor.gate.listed_ends import End
from auditor.gate.sides import Side, is_module
from auditor.model.code import DefinitionId, module_id

_KINDS = frozenset({"signal", "hook", "task", "command"})


def judge_unloaded(case: Case) -> None:
    """Judge every module that production imported at base, and that no code of head imports."""
    lost = loaded(case.base, sure=True) - loaded(case.head, sure=False)
    left = {one for one in lost if module_id(one) in case.head.definitions}
    if not left:
        return
    for module in sorted(left):
        still = set(_registered(case.head, module))  # the others are judged as what head does not register
        ends = [one for one in dict.fromkeys(_registered(case.base, module)) if one in still]
        if ends:
            used = next((one for one in ends if (seen := observed_end(case, one)) is not None and seen.count), ends[0])
            path = case.head.by_module[module].path
            detail = f"{path} registers {used} while it is imported"
            end = End(used, ("imported",), None, detail)
            stop_end(case, end, module_id(module), kept=", and nothing at head imports it any more")


def loaded(side: Side, *, sure: bool) -> frozenset[str]:
    """Return the modules that something imports or refers to; `sure`: something that production reaches.

    A text that names a task, as a schedule does, imports nothing.
    """
    tasks = {one.definition for one in side.analysis.entry_points if one.kind == "task" and one.detail.startswith("@")}
    found: set[str] = {entry.definition[:-1] for entry in side.analysis.entry_points if is_module(entry.definition)}
    if sure:
        started, found = found, set()
    for source, edges in side.edges.items():
        home = source.partition(":")[0]
        if side.definitions[source].in_tests or not (side.in_production(source) if sure else side.runs(source)):
            continue
        for edge in edges:
            module = edge.target.partition(":")[0]
            named = edge.kind == "contains" or (edge.kind == "string" and edge.target in tasks)
            if not named and module != home and not (edge.line == 0 and home.startswith(f"{module}.")):
                found.add(module)
    if sure:
        return frozenset(found - started)
    for guesses in side.analysis.graph.maybe.values():
        found.update(target.partition(":")[0] for guess in guesses for target in guess.targets)
    found.update(one.partition(":")[0] for one in side.analysis.graph.startable)
    discovered = _discovered(side)
    found.update(one for one in side.by_module if any(fnmatchcase(one, f"*.{name}") for name in discovered))
    return frozenset(found) | {outer for one in found for outer in _packages(one)}


def _discovered(side: Side) -> set[str]:
    """Return the last names of modules that Celery looks for in packages, `*` where it is told by code."""
    told = (
        call.keywords.get("related_name")
        for module in side.facts for call in module.calls if call.callee.endswith(".autodiscover_tasks")
    )  # fmt: skip
    return {"tasks" if name is None else name.text if name.kind == "text" else "*" for name in told}


def _packages(module: str) -> Iterator[str]:
    """Yield the packages that are imported with a module."""
    while module := module.rpartition(".")[0]:
        yield module


def registered_while_imported(side: Side) -> Iterator[DefinitionId]:
    """Yield what modules register while they are imported, as far as their own text says."""
    for entry in side.analysis.entry_points:
        is_called = entry.kind in _KINDS and entry.production and entry.detail.startswith("@")
        if is_called and "<locals>" not in entry.definition:
            yield entry.definition
    yield from (route.handler for route in side.analysis.routes if route.shadowed_by is None)
    for one in callbacks(side):
        if one.source == module_id(one.target.partition(":")[0]):
            yield one.target


def _registered(side: Side, module: str) -> list[DefinitionId]:
    return [one for one in registered_while_imported(side) if one.startswith(f"{module}:")]
