"""Which code makes links to which handlers by the name of their route: `url_for("shop.order")`.

In: facts, the route table. Out: edges from who makes a link to the handler that a name could mean. Such code runs
without the handler being called, and fails once the handler is gone. Never follows a name that is not written there.
"""

from collections.abc import Iterator, Sequence

from auditor.model.code import CallFact, DefinitionId, ModuleFacts
from auditor.model.graph import Edge, Route

_MAKERS = ("url_for", "url_path_for")
_NAMES = ("name", "endpoint")


def find(facts: Sequence[ModuleFacts], routes: Sequence[Route]) -> tuple[Edge, ...]:
    """Return an edge for each link, sorted; a name that several handlers could have gives one to each of them."""
    made = [(call, text) for module in facts if not module.in_tests for call in module.calls for text in _linked(call)]
    if not made:
        return ()
    named: dict[str, set[DefinitionId]] = {}
    for handler, name in _names(facts, {route.handler for route in routes}):
        named.setdefault(name, set()).add(handler)
    found = {
        Edge(call.source, handler, "string", call.line)
        for call, text in made
        for handler in named.get(_last(text), ())
        if handler != call.source
    }
    return tuple(sorted(found, key=lambda edge: (edge.target, edge.source, edge.line)))


def _linked(call: CallFact) -> Iterator[str]:
    if call.callee.rpartition(".")[2] in _MAKERS:
        given = (*call.args[:1], *(call.keywords[key] for key in _NAMES if key in call.keywords))
        yield from (value.text for value in given if value.kind == "text")


def _names(facts: Sequence[ModuleFacts], handlers: set[DefinitionId]) -> Iterator[tuple[DefinitionId, str]]:
    """Yield each handler with the names that its routes may have: its own, and those that its decorators give."""
    yield from ((handler, _last(handler)) for handler in handlers)
    for module in facts:
        for call in module.calls:
            if call.decorates in handlers:
                given = (call.keywords[key] for key in _NAMES if key in call.keywords)
                yield from ((call.decorates, value.text) for value in given if value.kind == "text")


def _last(name: str) -> str:
    """Return a name without the blueprints, mounts and module before it."""
    return name.rpartition(":")[2].rpartition(".")[2]
