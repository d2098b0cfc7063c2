"""What registers only because something runs, and what it runs by: of both nothing may be lost unseen.

In: a `Side`. Out: ids. A module registers while it is imported, a function while it is called; whether head still does
either takes the whole tree, unless every use on one way to it stays as it is.
"""

from collections.abc import Iterator

from auditor.gate.callbacks import callbacks
from auditor.gate.commands import parsed_commands
from auditor.gate.registered import DECORATING
from auditor.gate.setting_entries import final_modules, setting_entries
from auditor.gate.sides import Side
from auditor.gate.unloaded import loaded, registered_while_imported
from auditor.model.code import DefinitionId, container
from auditor.model.graph import chain_to


def registered_in(side: Side) -> frozenset[DefinitionId]:
    """Return what settings name, or a call or a decorator of a tree hands over."""
    every = (*setting_entries(side, final_modules(side)), *callbacks(side))
    return frozenset(one.target for one in every if one.target in side.definitions)


def holding_in(side: Side) -> frozenset[DefinitionId]:
    """Return all that stands on a way to something that registers, from what starts it."""
    found: set[DefinitionId] = set()
    queue = list(dict.fromkeys(_registering(side)))
    for current in queue:  # which grows
        for link in chain_to(current, side.analysis.reachability.production):
            for one in (link.definition, container(link.definition)):
                if one is not None and one not in found:
                    found.add(one)
                    queue.append(one)
    return frozenset(found)


def _registering(side: Side) -> Iterator[DefinitionId]:
    """Yield code that registers while it runs, and code by which modules are imported that do."""
    for module in side.facts:
        for call in () if module.in_tests else module.calls:
            registers = call.assigned_to is None and call.callee.rpartition(".")[2] in DECORATING
            if registers and not call.source.endswith(":"):
                yield call.source
        if not module.in_tests:
            yield from (one.source for one in parsed_commands(module))
    registering = {one.partition(":")[0] for one in registered_while_imported(side)}
    waiting = loaded(side, sure=True) & registering
    for source, edges in side.edges.items():
        home = source.partition(":")[0]
        if side.in_production(source) and not side.definitions[source].in_tests:
            for edge in edges:
                loads = edge.target.partition(":")[0]
                if loads in waiting and loads != home and edge.kind != "contains":
                    waiting -= {loads}
                    yield source
