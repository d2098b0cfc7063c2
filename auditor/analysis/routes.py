"""The route table of a project: every framework's routes in one list.

In: all facts, the symbol table, the framework rules. Out: `Route`s, and what is known of handlers without one. Never
imports the application. Which builder runs is named by the active rules.
"""

from collections.abc import Callable, Sequence

from auditor.analysis import routes_asgi, routes_django, routes_flask
from auditor.analysis.registrations import Registrations
from auditor.analysis.route_tree import RouteTable
from auditor.analysis.symbols import SymbolTable
from auditor.model.code import ModuleFacts
from auditor.model.framework import FrameworkRule
from auditor.model.graph import Route

BUILDERS: dict[str, Callable[[Registrations], RouteTable]] = {
    "asgi": routes_asgi.read,
    "flask": routes_flask.read,
    "django": routes_django.read,
}


def find(facts: Sequence[ModuleFacts], symbols: SymbolTable, rules: Sequence[FrameworkRule]) -> tuple[Route, ...]:
    """Return all routes, grouped by framework and application, each application's in matching order."""
    return read(facts, symbols, rules).routes


def read(facts: Sequence[ModuleFacts], symbols: SymbolTable, rules: Sequence[FrameworkRule]) -> RouteTable:
    """Return the routes and what is known of handlers that have none."""
    active = active_rules(facts, rules)
    builders = dict.fromkeys(rule.routes for rule in active if rule.routes)
    if not builders:
        return RouteTable()
    registrations = Registrations(facts, symbols)
    tables = [BUILDERS[name](registrations) for name in builders]
    return RouteTable(
        tuple(route for table in tables for route in table.routes),
        frozenset().union(*(table.unplaced for table in tables)),
        frozenset().union(*(table.test_handlers for table in tables)),
        {handler: owner for table in tables for handler, owner in table.orphans.items()},
        frozenset().union(*(table.unserved for table in tables)),
        frozenset().union(*(table.served for table in tables)),
    )


def active_rules(facts: Sequence[ModuleFacts], rules: Sequence[FrameworkRule]) -> tuple[FrameworkRule, ...]:
    """Return the rules whose enabler the project imports, is itself, or is `*`."""
    names = {"*"}
    for module in facts:
        names.add(module.module.partition(".")[0])
        names.update(one.target.partition(".")[0] for one in module.imports)
        names.update(star.partition(".")[0] for star in module.star_imports)
    return tuple(rule for rule in rules if names.intersection(rule.enablers))
