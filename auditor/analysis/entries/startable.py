"""Functions that make an application and that nothing in the project names: a server may be told to call them.

In: the graph, the symbol table, the route table. Out: the graph with `startable`. Servers start what a command line
names (`uvicorn --factory shop.web:create`), and that line often stands outside of the repository: what only such a
function or method reaches is not claimed to be unused. Never an entry point: nothing says that it is started.
"""

from collections.abc import Sequence

import msgspec

from auditor.analysis.resolution.symbols import SymbolTable
from auditor.analysis.routing import routes
from auditor.model.code import DefinitionId, ModuleFacts
from auditor.model.framework import FrameworkRule
from auditor.model.graph import ReferenceGraph


def attach(
    graph: ReferenceGraph, facts: Sequence[ModuleFacts], symbols: SymbolTable, rules: Sequence[FrameworkRule]
) -> ReferenceGraph:
    """Return the graph with what could be started, handlers that only such an application serves among it."""
    table = routes.read(facts, symbols, rules)
    found: dict[DefinitionId, str] = {}
    for factory in sorted(table.factories):
        definition = symbols.by_id.get(factory)
        if definition is not None and not definition.in_tests:
            where = f"{definition.path}:{definition.line}"
            why = found[factory] = f"{where} makes an application, which a server could be told to start"
            if definition.parent and definition.kind == "method":
                found.setdefault(definition.parent, why)
    for handler, made in sorted(table.made_by.items()):
        named = min(made & found.keys(), default=None)
        if named is not None:
            found.setdefault(handler, f"an application serves it that `{named}` makes, which a server could start")
    return msgspec.structs.replace(graph, startable=found) if found else graph
