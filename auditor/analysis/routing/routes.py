"""The route table of a project: every framework's routes in one list.

In: all facts, the symbol table, the framework rules. Out: `Route`s, and what is known of handlers without one. Never
imports the application. Which builder runs is named by the active rules.
"""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import msgspec

from auditor.analysis.entries.registrations import Registrations
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.analysis.routing.route_tree import RouteTable
from auditor.model.code import DefinitionId, ModuleFacts, module_id
from auditor.model.framework import FrameworkRule
from auditor.model.graph import ReferenceGraph, Route

_TABLES: WeakKeyDictionary[SymbolTable, RouteTable] = WeakKeyDictionary()


def find(facts: Sequence[ModuleFacts], symbols: SymbolTable, rules: Sequence[FrameworkRule]) -> tuple[Route, ...]:
    """Return all routes, grouped by framework and application, each application's in matching order."""
    return read(facts, symbols, rules).routes


def read(facts: Sequence[ModuleFacts], symbols: SymbolTable, rules: Sequence[FrameworkRule]) -> RouteTable:
    """Return the routes and what is known of handlers that have none; remembered as long as the symbols are."""
    known = _TABLES.get(symbols)
    if known is None:
        known = _TABLES[symbols] = _read(facts, symbols, rules)
    return known


def _read(facts: Sequence[ModuleFacts], symbols: SymbolTable, rules: Sequence[FrameworkRule]) -> RouteTable:
    """Read the tables; only the modules that a framework of the project needs are loaded."""
    wanted = {rule.routes for rule in active_rules(facts, rules)} - {""}
    if not wanted:
        return RouteTable()
    registrations = Registrations(facts, symbols)
    tables: list[RouteTable] = []
    if "django" in wanted:
        from auditor.analysis.routing import routes_django

        tables.append(routes_django.read(registrations))
    if wanted - {"django"}:
        from auditor.analysis.routing import followed

        tables += followed.read(registrations, wanted)
    return RouteTable(
        tuple(route for table in tables for route in table.routes),
        frozenset().union(*(table.unplaced for table in tables)),
        frozenset().union(*(table.test_handlers for table in tables)),
        {handler: owner for table in tables for handler, owner in table.orphans.items()},
        frozenset().union(*(table.unserved for table in tables)),
        frozenset().union(*(table.served for table in tables)),
        {handler: made for table in tables for handler, made in table.made_by.items()},
        frozenset().union(*(table.factories for table in tables)),
        next((table.followed for table in tables if table.followed is not None), None),
    )


def detach(graph: ReferenceGraph, facts: Sequence[ModuleFacts], routes: Sequence[Route]) -> ReferenceGraph:
    """Return the graph without the edges by which URL configurations name their views.

    Registering a view is not using it: it is alive by its route, an entry point of its own, or not at all. Only
    the bodies of modules with `urlpatterns` lose edges; they do nothing else with views.
    """
    views = {route.handler for route in routes if route.framework == "django"}
    if not views:
        return graph
    configurations = {
        module_id(one.target.rpartition(".")[0])
        for module in facts
        for one in module.assignments
        if one.target == f"{module.module}.urlpatterns"
    } | {
        module_id(module.module)
        for module in facts
        for call in module.calls
        if call.assigned_to == f"{module.module}.urlpatterns"
    }
    sources = configurations | {source for source in graph.edges if _top_of(source) in configurations}
    edges = dict(graph.edges)
    for source in sorted(sources & edges.keys()):
        edges[source] = tuple(edge for edge in edges[source] if edge.target not in views or edge.kind == "contains")
    return msgspec.structs.replace(graph, edges=edges)


def _top_of(source: DefinitionId) -> DefinitionId:
    """Return the module of a module variable, `""` for anything deeper."""
    module, _, qualified = source.partition(":")
    return f"{module}:" if qualified and "." not in qualified else ""


def active_rules(facts: Sequence[ModuleFacts], rules: Sequence[FrameworkRule]) -> tuple[FrameworkRule, ...]:
    """Return the rules whose enabler the project imports, is itself, or is `*`."""
    names = {"*"}
    for module in facts:
        names.add(module.module.partition(".")[0])
        names.update(one.target.partition(".")[0] for one in module.imports)
        names.update(star.partition(".")[0] for star in module.star_imports)
    return tuple(rule for rule in rules if names.intersection(rule.enablers))
