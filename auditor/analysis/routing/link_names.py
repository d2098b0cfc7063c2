"""Which names the routes of one tree have, as links use them: `name="order"`, Flask's endpoints, namespaces.

In: facts, the route table. Out: a `Naming`. A name that code computes is known by its pattern only, and may be any that
fits. Never says who makes a link.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

import msgspec

from auditor.analysis.routing.links import base_name, handlers_by_part, last, parts
from auditor.model.code import CallFact, DefinitionId, ModuleFacts, Value, module_id
from auditor.model.graph import Route

_NAMES = ("name", "endpoint", "route_name")
_DJANGO = frozenset({"path", "re_path", "url"})
_CALLS = _DJANGO | {
    "Route", "WebSocketRoute", "Mount", "Rule", "URLSpec", "mount", "add_api_route", "add_api_websocket_route",
    "add_route", "add_websocket_route", "add_url_rule", "add_resource", "add_get", "add_post", "add_put", "add_patch",
    "add_delete", "add_view",
}  # fmt: skip
"""Last parts of calls that give a route to what they are handed."""
_DECORATORS = frozenset({
    "route", "get", "post", "put", "patch", "delete", "head", "options", "api_route", "websocket", "websocket_route",
    "view", "action",
})  # fmt: skip
_SPACES = frozenset({"Blueprint", "APIBlueprint", "Namespace", "Mount", "mount", "register_blueprint", "include"})
_SPACE_KEYS = ("name", "namespace", "app_name")


class Naming(msgspec.Struct, frozen=True):
    """Names without what stands before them, each with what has it; namespaces.

    Of computed names of both there are patterns, each with the code that computes it.
    """

    meant: dict[str, DefinitionId]
    spaces: frozenset[str]
    patterns: frozenset[tuple[str, DefinitionId]]
    space_patterns: frozenset[tuple[str, DefinitionId]]

    def lost(self, link: str, now: "Naming") -> DefinitionId | None:
        """Return what a link meant here and means `now` no more, None where it still does or never did.

        What computes names in both gives the same ones as before.
        """
        spellings = (link.rpartition(":")[2], last(link))
        meant = next((self.meant[one] for one in spellings if one in self.meant), None)
        if meant is None:
            return None
        known = any(one in now.meant or _fits(one, now.patterns - self.patterns) for one in spellings)
        given_up = [
            one for one in spaces_of(link, dotted=spellings[0] not in now.meant)
            if one in self.spaces - now.spaces and not _fits(one, now.space_patterns - self.space_patterns)
        ]  # fmt: skip
        return meant if given_up or not known else None


def _fits(name: str, patterns: Iterable[tuple[str, DefinitionId]]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern, _ in patterns)


def naming(facts: Sequence[ModuleFacts], routes: Sequence[Route]) -> Naming:
    """Return the names that links may use."""
    meant: dict[str, DefinitionId] = {}
    patterns: set[tuple[str, DefinitionId]] = set()
    for name, definition in _named(facts, routes):
        if "*" in name:
            patterns.add((name, definition))
        else:
            meant[name] = min(definition, meant.get(name, definition))
    spaces = list(_spaces(facts))
    plain = frozenset(name for name, _ in spaces if "*" not in name)
    return Naming(meant, plain, frozenset(patterns), frozenset(one for one in spaces if "*" in one[0]))


def spaces_of(link: str, *, dotted: bool = True) -> tuple[str, ...]:
    """Return the namespaces that a link's name goes through: those of Django by colons, those of Flask by dots.

    Not `dotted`: the dots are part of the route's own name.
    """
    return tuple(one for one in (link.replace(".", ":") if dotted else link).split(":")[:-1] if one)


def _named(facts: Sequence[ModuleFacts], routes: Sequence[Route]) -> Iterator[tuple[str, DefinitionId]]:
    by_part = handlers_by_part({route.handler for route in routes})
    own = {route.handler for route in routes if route.framework != "django"}
    told: dict[DefinitionId, list[bool]] = {}
    for module in facts:
        for call in () if module.in_tests else module.calls:
            callee = call.callee.rpartition(".")[2]
            if call.decorates is not None:
                if callee in _DECORATORS:
                    given = list(_texts(call))
                    told.setdefault(call.decorates, []).append(bool(given))
                    yield from ((one, call.decorates) for one in given)
            elif callee in _CALLS or callee == "register":
                views = _views(call)
                handlers = {one for part in parts(views) for one in by_part.get(part, ())}
                given = list(_texts(call, views)) if callee != "register" else list(_of_router(call, views, handlers))
                for one in handlers:
                    told.setdefault(one, []).append(bool(given))
                yield from ((one, min(handlers, default=call.source)) for one in given)
    for handler in own:
        if not all(told.get(handler, (False,))):
            qualified = handler.partition(":")[2].split(".")
            yield from ((one, handler) for part in qualified for one in (part, part.lower()))


def _views(call: CallFact) -> tuple[Value, ...]:
    """Return the arguments that may be what a call gives a route to; the first one is its path."""
    keywords = ("view", "viewset", "view_func", "endpoint", "handler", "app", "route")
    return (*call.args[1:], *(call.keywords[key] for key in keywords if key in call.keywords))


def _texts(call: CallFact, views: Iterable[Value] = ()) -> Iterator[str]:
    """Yield the names that a call gives its route, computed ones as patterns."""
    given = [(key, call.keywords[key]) for key in _NAMES if key in call.keywords]
    yield from _known(one for key, one in given if key != "endpoint" or one.kind != "name")  # that is a function
    callee = call.callee.rpartition(".")[2]
    if callee in ("add_url_rule", "add_route", "url") and len(call.args) > 1:
        yield from _known(one for one in call.args[1:] if one.kind in ("text", "pattern"))
    for view in views:
        if view.kind == "call" and view.text.endswith(".as_view"):
            yield from _known(view.values[:1])


def _known(values: Iterable[Value]) -> Iterator[str]:
    """Yield what texts say, and `*` for what cannot be told."""
    for value in values:
        yield value.text if value.kind in ("text", "pattern") else "*"


def _of_router(call: CallFact, views: Iterable[Value], handlers: Iterable[DefinitionId]) -> Iterator[str]:
    """Yield the names that a router gives to a view set's actions."""
    stem = call.keywords.get("basename") or call.keywords.get("base_name")
    stems = list(_known([stem])) if stem is not None else [base_name(part) for part in parts(views)]
    for one in stems:
        yield from (f"{one}-list", f"{one}-detail", f"{one}-*" if one != "*" else "*")
        yield from (f"{one}-{last(handler).replace('_', '-')}" for handler in handlers)


def _spaces(facts: Sequence[ModuleFacts]) -> Iterator[tuple[str, DefinitionId]]:
    for module in facts:
        if module.in_tests:
            continue
        for assignment in module.assignments:
            if assignment.target.endswith(".app_name"):
                yield from ((one, module_id(module.module)) for one in _known([assignment.value]))
        for call in module.calls:
            callee = call.callee.rpartition(".")[2]
            if callee in _SPACES or callee in _DJANGO:
                yield from ((one, call.source) for one in _spaces_in(call, callee))


def _spaces_in(call: CallFact, callee: str) -> Iterator[str]:
    if callee in _SPACES:
        yield from _known(call.keywords[key] for key in _SPACE_KEYS if key in call.keywords)
    if callee.endswith("Blueprint"):
        yield from _known(call.args[:1])
    if callee == "include":
        yield from _included(call.args, call.keywords)
    for value in call.args:
        if value.kind == "call" and value.text.rpartition(".")[2] == "include":
            yield from _included(value.values, value.keywords)


def _included(values: Sequence[Value], keywords: Mapping[str, Value]) -> Iterator[str]:
    """Yield the namespaces of `include((urls, "shop"), namespace="s")`."""
    yield from (one.text for given in values if given.kind == "list" for one in given.values if one.kind == "text")
    yield from _known(keywords[key] for key in _SPACE_KEYS if key in keywords)
