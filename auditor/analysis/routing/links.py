"""Which code makes links to which handlers by the name of their route: `url_for("shop.order")`, `{% url 'order' %}`.

In: facts, the route table. Out: edges from who makes a link to the handler that a name could mean. Such code runs
without the handler being called, and fails once the handler is gone. Never follows a name that is not written there.
"""

from collections.abc import Iterable, Iterator, Sequence

from auditor.model.code import CallFact, DefinitionId, ModuleFacts, Value
from auditor.model.graph import Edge, Route

_MAKERS = ("url_for", "url_path_for", "reverse", "reverse_lazy", "redirect", "resolve_url", "reverse_url")
_NAMES = ("name", "endpoint")
_GIVEN = (*_NAMES, "viewname", "to")
_DJANGO = ("path", "re_path", "url")


def find(facts: Sequence[ModuleFacts], routes: Sequence[Route]) -> tuple[Edge, ...]:
    """Return an edge for each link, sorted; a name that several handlers could have gives one to each of them."""
    linked = [(call, text) for call, text, _ in made(facts)]
    if not linked:
        return ()
    named = names(facts, routes)
    found = {
        Edge(call.source, handler, "string", call.line)
        for call, text in linked
        for handler in named.get(last(text), ())
        if handler != call.source
    }
    return tuple(sorted(found, key=lambda edge: (edge.target, edge.source, edge.line)))


def made(facts: Sequence[ModuleFacts]) -> Iterator[tuple[CallFact, str, str]]:
    """Yield every link that code outside the tests makes: the call, the name, the path of its file."""
    for module in facts:
        if not module.in_tests:
            yield from ((call, text, module.path) for call in module.calls for text in _linked(call))


def names(facts: Sequence[ModuleFacts], routes: Sequence[Route]) -> dict[str, set[DefinitionId]]:
    """Return the names that links may use, without what stands before the last part, and the handlers they mean."""
    named: dict[str, set[DefinitionId]] = {}
    handlers = {route.handler for route in routes}
    for handler, name in (*_names(facts, handlers), *_names_in_tables(facts, handlers)):
        named.setdefault(name, set()).add(handler)
    return named


def _linked(call: CallFact) -> Iterator[str]:
    if call.callee.rpartition(".")[2] in _MAKERS:
        given = (*call.args[:1], *(call.keywords[key] for key in _GIVEN if key in call.keywords))
        yield from (value.text for value in given if value.kind == "text")


def _names(facts: Sequence[ModuleFacts], handlers: set[DefinitionId]) -> Iterator[tuple[DefinitionId, str]]:
    """Yield each handler with the names that its routes may have: its own, and those that its decorators give."""
    yield from ((handler, last(handler)) for handler in handlers)
    for module in facts:
        for call in module.calls:
            if call.decorates in handlers:
                given = (call.keywords[key] for key in _NAMES if key in call.keywords)
                yield from ((call.decorates, value.text) for value in given if value.kind == "text")


def _names_in_tables(facts: Sequence[ModuleFacts], handlers: set[DefinitionId]) -> Iterator[tuple[DefinitionId, str]]:
    """Yield each handler with the names that Django's `path(…, view, name="…")` and routers give to its routes.

    A view is told by its own name, whatever wraps it; a view set of a router by its actions' names as well.
    """
    by_part = handlers_by_part(handlers)
    for module in facts:
        for call in module.calls:
            last = call.callee.rpartition(".")[2]
            views = (*call.args[1:2], *(call.keywords[key] for key in ("view", "viewset") if key in call.keywords))
            if last in _DJANGO and (name := call.keywords.get("name")) is not None and name.kind == "text":
                yield from ((one, name.text) for part in parts(views) for one in by_part.get(part, ()))
            elif last == "register":
                stem = call.keywords.get("basename") or call.keywords.get("base_name")
                for part in parts(views):
                    base = stem.text if stem is not None and stem.kind == "text" else base_name(part)
                    for one in by_part.get(part, ()):
                        action = one.rpartition(".")[2]
                        yield from ((one, f"{base}-{end}") for end in ("list", "detail", action.replace("_", "-")))


def handlers_by_part(handlers: Iterable[DefinitionId]) -> dict[str, set[DefinitionId]]:
    """Return handlers by each part of their qualified names."""
    found: dict[str, set[DefinitionId]] = {}
    for handler in handlers:
        for part in handler.partition(":")[2].split("."):
            found.setdefault(part, set()).add(handler)
    return found


def parts(values: Iterable[Value]) -> Iterator[str]:
    """Yield every name that stands in some values."""
    for value in values:
        if value.kind in ("name", "call"):
            yield from value.text.split(".")
        yield from parts((*value.values, *value.keywords.values()))


def base_name(view_set: str) -> str:
    """Return the name that a router gives to a view set by itself: that of its model, which its own name tells."""
    return view_set.removesuffix("ViewSet").removesuffix("View").lower()


def last(name: str) -> str:
    """Return a name without the blueprints, mounts and module before it."""
    return name.rpartition(":")[2].rpartition(".")[2]
