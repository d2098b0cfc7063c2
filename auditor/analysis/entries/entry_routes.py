"""Handlers of routes as entry points.

In: registrations, the routes, what is known of handlers without one. Out: entry points. A handler that another route
shadows is none, nor is one that only an application serves whose factory nothing names: it is reached, if at all,
through that factory.
"""

from collections.abc import Collection, Iterator, Sequence

from auditor.analysis.entries.registrations import Registrations
from auditor.analysis.routing.route_tree import RouteTable
from auditor.model.code import DefinitionId, dotted
from auditor.model.graph import EntryPoint, Route


def find(
    known: Registrations, routes: Sequence[Route], table: RouteTable, entered: Collection[DefinitionId]
) -> Iterator[EntryPoint]:
    """Yield the handlers that serve a route. `entered` are definitions that are entry points for other reasons."""
    dormant = _never_made(known, table, entered)
    for route in routes:
        definition = known.symbols.by_id.get(route.handler)
        if definition is not None and route.shadowed_by is None and route.handler not in dormant:
            why = f"{route.framework} serves {route.key}"
            where = (definition.path, definition.line)
            yield EntryPoint(definition.id, "route", not definition.in_tests, why, *where, route.key)
    for handlers, why in (
        (table.unplaced, "it is registered on an application or path that cannot be told from the source"),
        (table.test_handlers, "an application of the tests serves it"),
    ):
        for handler in sorted(handlers):
            definition = known.symbols.by_id.get(handler)
            if definition is not None:
                production = handlers is table.unplaced and not definition.in_tests
                yield EntryPoint(handler, "route", production, why, definition.path, definition.line)


def _never_made(known: Registrations, table: RouteTable, entered: Collection[DefinitionId]) -> frozenset[DefinitionId]:
    """Return the handlers of which every application is made by a function that nothing names."""
    factories = {one for made in table.made_by.values() for one in made}
    named = factories & set(entered)
    last_parts = {one.rpartition(".")[2].rpartition(":")[2] for one in factories}
    for facts in known.facts if factories else ():
        for reference in facts.references:
            if reference.kind != "import" and reference.target.rpartition(".")[2] in last_parts:
                target = known.symbols.definition(reference.target)
                if target is None or (target in factories and target != reference.source):
                    named |= _meant(factories, reference.target) if target is None else {target}
        for text, _, _ in facts.strings:
            if text.rpartition(".")[2].rpartition(":")[2] in last_parts:
                named |= _meant(factories, text.replace(":", "."))
    return frozenset(handler for handler, made in table.made_by.items() if not made & named)


def _meant(factories: Collection[DefinitionId], name: str) -> set[DefinitionId]:
    """Return the factories that a name may mean, of which only the last parts are known."""
    return {one for one in factories if f".{dotted(one)}".endswith(f".{name.lstrip('.')}")}
