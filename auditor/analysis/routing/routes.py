"""The route table of a project: every framework's routes in one list.

In: all facts, the symbol table, the framework rules. Out: `Route`s, and what is known of handlers without one. Never
imports the application. Which builder runs is named by the active rules.
"""

from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

import msgspec

from auditor.analysis.entries.registrations import Registrations
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.analysis.routing import routes_aiohttp, routes_asgi, routes_django, routes_flask, routes_tornado
from auditor.analysis.routing.route_models import RouteModel
from auditor.analysis.routing.route_tree import RouteTable
from auditor.analysis.routing.startup.run import Startup
from auditor.model.code import DefinitionId, ModuleFacts, module_id
from auditor.model.framework import FrameworkRule
from auditor.model.graph import ReferenceGraph, Route

MODELS: dict[str, tuple[Callable[[], RouteModel], Callable[..., RouteTable]]] = {
    "asgi": (routes_asgi.AsgiModel, routes_asgi.read),
    "flask": (routes_flask.FlaskModel, routes_flask.read),
    "aiohttp": (routes_aiohttp.AiohttpModel, routes_aiohttp.read),
    "tornado": (routes_tornado.TornadoModel, routes_tornado.read),
}
"""Frameworks whose start-up code is followed: the model, and how its table is read."""
BUILDERS = ("django", *MODELS)
_TABLES: WeakKeyDictionary[SymbolTable, RouteTable] = WeakKeyDictionary()
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "route", "api_route", "websocket"})


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
    active = active_rules(facts, rules)
    wanted = {rule.routes for rule in active}
    builders = [name for name in BUILDERS if name in wanted]
    if not builders:
        return RouteTable()
    registrations = Registrations(facts, symbols)
    tables = [routes_django.read(registrations)] if "django" in builders else []
    tables += _followed(registrations, [name for name in builders if name in MODELS])
    return RouteTable(
        tuple(route for table in tables for route in table.routes),
        frozenset().union(*(table.unplaced for table in tables)),
        frozenset().union(*(table.test_handlers for table in tables)),
        {handler: owner for table in tables for handler, owner in table.orphans.items()},
        frozenset().union(*(table.unserved for table in tables)),
        frozenset().union(*(table.served for table in tables)),
        {handler: made for table in tables for handler, made in table.made_by.items()},
        frozenset().union(*(table.factories for table in tables)),
    )


def _followed(registrations: Registrations, names: Sequence[str]) -> list[RouteTable]:
    """Return the tables of frameworks whose start-up code is followed, all at once."""
    if not names:
        return []
    models = [MODELS[name][0]() for name in names]
    startup = Startup(registrations, tuple(models))
    for model in models:
        model.run = startup
    startup.run()
    tables = [MODELS[name][1](model) for name, model in zip(names, models, strict=True)]
    seen = {one.handler for model in models for node in model.nodes.values() for one in node.handlers}
    seen |= {handler for model in models for handler in model.loose}
    return [*tables, RouteTable(unplaced=frozenset(_never_followed(registrations) - seen))]


def _never_followed(registrations: Registrations) -> set[DefinitionId]:
    """Return what is decorated as a handler with a path, on a receiver that may be an application of any kind."""
    found: set[DefinitionId] = set()
    for facts, call in registrations.calls(*_VERBS):
        first = call.args[0] if call.args else call.keywords.get("path")
        path = registrations.text(first)
        if call.decorates is None or facts.in_tests or path is None or not path.startswith("/"):
            continue
        receiver = registrations.built.get(registrations.canonical(call.callee.rpartition(".")[0]))
        if receiver is None or registrations.definition(receiver.constructor) is not None:
            found.add(call.decorates)
    return found


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
