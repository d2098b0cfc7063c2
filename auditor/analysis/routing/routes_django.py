"""The route table of a Django project, read from its URL configurations.

In: registrations. Out: a `RouteTable`. Patterns are tried in order and the first match serves, whatever the method. A
function view that names no methods answers to all and has one row, `ANY`; a class-based view has one row for each
method it answers. An earlier pattern shadows a later one where it surely matches whatever that one does.
"""

from collections.abc import Iterable, Iterator

from auditor.analysis.entries.registrations import Registrations
from auditor.analysis.routing.patterns_django import Patterns
from auditor.analysis.routing.route_tree import RouteTable
from auditor.analysis.routing.shadows_django import FirstMatch
from auditor.analysis.routing.views_django import Pattern
from auditor.model.code import DefinitionId
from auditor.model.graph import Route
from auditor.tracking.templates import rooted


def read(registrations: Registrations) -> RouteTable:
    """Return the routes of every root URL configuration."""
    patterns = Patterns(registrations)
    roots = _roots(patterns)
    routes: list[Route] = []
    unplaced: set[DefinitionId] = set()
    tests: set[DefinitionId] = set()
    for module, in_tests in roots:
        found = list(patterns.of_module(module))
        if in_tests:
            tests.update(view for one in found for view in one.views)
            continue
        unplaced.update(view for one in found if one.template is None for view in one.views)
        routes += _rows(registrations, (one for one in found if one.template is not None))
    here = {route.handler for route in routes} | unplaced
    served = {name for name, in_tests in roots if not in_tests} | patterns.seen
    orphans = {
        view: module.module
        for module in patterns.modules.values()
        if module.module not in served and not module.in_tests
        for view in sorted(patterns.views_of(module.module) - here)
    }
    return RouteTable(
        tuple(dict.fromkeys(routes)),
        frozenset(unplaced),
        frozenset(tests - here),
        orphans,
        frozenset(),
        frozenset(served),
    )


def _rows(known: Registrations, patterns: Iterable[Pattern]) -> Iterator[Route]:
    """Yield one route a method, in matching order, each with the handler that is served instead, if any."""
    before = FirstMatch()
    for one in patterns:
        if one.template is None or not one.served:
            continue
        first = before.first(one.template.compared)
        for method, view in one.served:
            path, line = known.place(view)
            shadow = first if first not in one.views else None
            yield Route(method, rooted(one.template.text), view, path, line, "django", shadow)
        if one.certain:
            before.add(one.template.compared, one.served[0][1])


def _roots(patterns: Patterns) -> list[tuple[str, bool]]:
    """Return the modules that are root URL configurations, with whether only tests use them.

    Those that a setting or any other string names, and those that no other includes.
    """
    known, modules = patterns.known, patterns.modules
    included = {
        name
        for facts, call in known.calls("include")
        if call.args and (name := patterns.module_of(call.args[0], facts.module))
    }
    named: dict[str, bool] = {}
    for module in known.facts:
        for text, _, _ in module.strings:
            if text in modules and text not in included:
                named[text] = named.get(text, True) and module.in_tests
    for target, value in known.constants.items():
        if target.rpartition(".")[2] == "ROOT_URLCONF":
            given = patterns.module_of(value, target.rpartition(".")[0])
            if given is not None:
                named[given] = False
    if not any(not in_tests for in_tests in named.values()):
        rest = [name for name, module in modules.items() if name not in included and not module.in_tests]
        named.update(dict.fromkeys(rest, False))
    return sorted((name, in_tests or modules[name].in_tests) for name, in_tests in named.items())
