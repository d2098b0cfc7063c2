"""Routes that lead to view functions, as Flask and Django have them. In: routes. Out: usage keys and a route table.

Two routes whose templates read the same though they match different requests (two expressions for one `{pk}`) get
keys of their own, or the calls of one would count for the other. Imports no framework, calls no view.
"""

from collections.abc import Iterable
from typing import NamedTuple

from auditor.tracking import layout
from auditor.tracking.handlers import Handler, describe, is_framework_own, wrappings
from auditor.tracking.route_table import ANY, WEBSOCKET

Answers = tuple[tuple[str, object], ...]
"""Methods of a route, each with the function or class that was written to answer it."""


class ViewRoute(NamedTuple):
    """One route.

    Attributes:
        template: As it stands in keys.
        written: As the framework writes it.
        compared: Routes for which it is equal match the same requests.
        methods: The keys' methods.
        view: What the framework calls.
        head: GET answers HEAD as well.
    """

    template: str
    written: str
    compared: str
    methods: frozenset[str]
    view: object
    head: bool = True

    def key(self, method: str) -> str:
        """Return the usage key of a request; a method that the route does not take is no call of its own methods."""
        if method not in self.methods:
            if method == "HEAD" and self.head and "GET" in self.methods:
                method = "GET"
            elif ANY in self.methods and method != WEBSOCKET:
                method = ANY
        return f"{method} {self.template}"


def view_class(view: object) -> type | None:
    """Return the class behind a function that `as_view` made, decorated or not; None for plain functions."""
    for one in wrappings(view):
        found = getattr(one, "cls", None) or getattr(one, "view_class", None)
        if isinstance(found, type):
            return found
    return None


def told_apart(routes: Iterable[ViewRoute]) -> list[ViewRoute]:
    """Return the routes in their order, those with another's template as the framework writes them."""
    taken: dict[str, str] = {}
    found = []
    for route in routes:
        if taken.setdefault(route.template, route.compared) != route.compared:
            route = route._replace(template=f"/{route.written.lstrip('/')}")
        found.append(route)
    return found


def records(routes: Iterable[tuple[ViewRoute, Answers]], *, first_takes_all: bool) -> dict[str, dict[str, object]]:
    """Return what is published: usage key -> `layout.route_record`, times and version still empty.

    Args:
        routes: In the order in which they are asked. What a framework wrote itself is left out.
        first_takes_all: The first route that matches takes every method, not only its own.
    """
    serving: dict[str, dict[str, _Served]] = {}
    for route, answers in routes:
        here = serving.setdefault(route.compared, {})
        earlier = dict(here)
        for method, target in answers:
            if is_framework_own(target):
                continue
            handler = describe(target)
            before = [one for known, one in earlier.items() if first_takes_all or known == method]
            if not before:
                here.setdefault(method, _Served(route.key(method), handler, []))
            for served in before:
                if handler.name != served.handler.name and handler not in served.shadowed:
                    served.shadowed.append(handler)
    return {served.key: _record(served) for here in serving.values() for served in here.values()}


class _Served(NamedTuple):
    key: str
    handler: Handler
    shadowed: list[Handler]


def _record(served: _Served) -> dict[str, object]:
    shadowed = [{"handler": other.name, "file": other.file, "line": other.line} for other in served.shadowed]
    return layout.route_record(
        served.handler.name, served.handler.file, served.handler.line, "", list(shadowed), 0.0, 0.0
    )
