"""Where tables of routes name handlers: uses that go with the handler, by an edit of the file they stand in.

In: `Analysis`, `ReferenceIndex`. Out: `Registration`s by handler. Only what is named at the top of a module counts, and
whether it can be edited out is for the edit to say. Never decides what goes.
"""

from collections.abc import Mapping

import msgspec

from auditor.model.code import DefinitionId, dotted
from auditor.model.graph import Analysis
from auditor.plan.references import ReferenceIndex

_TOP = ("module", "variable")


class Registration(msgspec.Struct, frozen=True):
    """What passes on `handler` in one file, on `lines`; `ids` are the edits that take it out (`pkg.urls:@views.old`).

    There is one for every way in which the file may write the handler's name.
    """

    ids: tuple[DefinitionId, ...]
    handler: DefinitionId
    module: str
    path: str
    lines: tuple[int, ...]


def registrations(analysis: Analysis, references: ReferenceIndex) -> Mapping[DefinitionId, tuple[Registration, ...]]:
    """Return, by handler, the places outside of functions and tests that name a route's handler."""
    definitions = analysis.graph.definitions
    found: dict[DefinitionId, tuple[Registration, ...]] = {}
    for handler in {route.handler for route in analysis.routes} & definitions.keys():
        lines: dict[str, set[int]] = {}
        for use in references.uses.get(handler, ()):
            source = definitions.get(use.source)
            if source is not None and source.kind in _TOP and not source.in_tests:
                lines.setdefault(source.module, set()).add(use.line)
        made = (
            Registration(ids, handler, module, references.facts[module].path, tuple(sorted(used)))
            for module, used in sorted(lines.items())
            if (ids := tuple(f"{module}:@{name}" for name in _spelled(handler, module, references)))
        )
        found[handler] = tuple(made)
    return found


def registered_lines(
    found: Mapping[DefinitionId, tuple[Registration, ...]], barred: frozenset[DefinitionId] = frozenset()
) -> dict[tuple[str, int], set[DefinitionId]]:
    """Return the handlers that a line of a module registers, those left out of which an edit is barred."""
    lines: dict[tuple[str, int], set[DefinitionId]] = {}
    for handler, places in found.items():
        if not any(one in barred for place in places for one in place.ids):
            for place in places:
                for line in place.lines:
                    lines.setdefault((place.module, line), set()).add(handler)
    return lines


def registered_in(
    found: Mapping[DefinitionId, tuple[Registration, ...]], going: frozenset[DefinitionId], files: frozenset[str]
) -> tuple[Registration, ...]:
    """Return what registers handlers that go, in files that stay."""
    handlers = sorted(found.keys() & going)
    return tuple(place for handler in handlers for place in found[handler] if place.module not in files)


def _spelled(handler: DefinitionId, module: str, references: ReferenceIndex) -> tuple[str, ...]:
    """Return how a module may write the name of a handler, by its own imports; nothing where that is not known."""
    target = dotted(handler)
    if handler.startswith(f"{module}:"):
        return (handler.partition(":")[2],)
    names: list[str] = []
    for fact in references.facts[module].imports if module in references.facts else ():
        if fact.target == target:
            names.append(fact.name)
        elif target.startswith(f"{fact.target}."):
            names.append(fact.name + target.removeprefix(fact.target))
    named = (binding for binding in references.bindings.get(module, ()) if handler in binding.needs)
    return tuple(sorted({*names, *(binding.id.partition(":")[2] for binding in named)}))
