"""Registrations that stand in the text and take no effect: in a function nobody calls, on an object bound anew.

In: a `Side`. Out: which handlers are registered to no effect. Never guesses: a function that anything could call by
its name is called, and an object that is only wrapped stays the one that was registered on.
"""

from collections.abc import Iterator
from functools import cached_property

from auditor.gate.registered import DECORATING, given_names
from auditor.gate.sides import Side, is_module
from auditor.model.code import CallFact, Definition, DefinitionId, containers, dotted, lies_in


class Standing:
    """What one side registers to no effect."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._called: dict[DefinitionId, bool] = {}

    def in_vain(self, handler: DefinitionId) -> bool:
        """Return whether every registration of a handler takes no effect."""
        seen = {dotted(handler)}
        names = list(seen)
        for name in names:  # which grows
            calls = self._registering.get(name, ())
            calls = [call for call in calls if call.callee.rpartition(".")[2] in DECORATING] or calls
            working = [call for call in calls if self._works(call)]
            if calls and not working:
                return True
            receivers = {call.callee.rpartition(".")[0] for call in working}
            if len(receivers) == 1 and receivers.isdisjoint(seen):
                seen |= receivers
                names.extend(receivers)
        return False

    @cached_property
    def _registering(self) -> dict[str, list[CallFact]]:
        """Calls by the dotted name of what they register: what they decorate, or are given."""
        found: dict[str, list[CallFact]] = {}
        for module in self._side.facts:
            for call in () if module.in_tests else module.calls:
                if call.decorates is not None:
                    found.setdefault(dotted(call.decorates), []).append(call)
                elif call.assigned_to is None:
                    for name in _given(call):
                        found.setdefault(name, []).append(call)
        return found

    def _works(self, call: CallFact) -> bool:
        """Return whether a registration runs, on an object that nothing takes the place of afterwards."""
        if not all(self._is_called(one) for one in (call.source, *containers(call.source))):
            return False
        receiver = call.callee.rpartition(".")[0]
        bound = self._bound.get(receiver, ())
        before = [one for one in bound if one.line <= call.line]
        after = [one for one in bound if one.line > call.line and not one.conditional]
        same = {one.callee for one in before} & {one.callee for one in after if receiver not in _given(one)}
        return not same or self._is_used(receiver, call.line, min(one.line for one in after))

    def _is_used(self, receiver: str, first: int, last: int) -> bool:
        """Return whether something was given an object before another one took its place: it serves by that."""
        return any(
            first <= one.line < last and not one.callee.startswith(f"{receiver}.")
            for one in self._registering.get(receiver, ())
        )

    @cached_property
    def _bound(self) -> dict[str, list[CallFact]]:
        """Calls whose value a variable holds, by its dotted name."""
        found: dict[str, list[CallFact]] = {}
        for module in self._side.facts:
            for call in module.calls:
                if call.assigned_to is not None:
                    found.setdefault(call.assigned_to, []).append(call)
        return found

    def _is_called(self, identity: DefinitionId) -> bool:
        """Return whether something may call a function; what is none is no matter."""
        if identity not in self._called:
            definition = self._side.definitions.get(identity)
            plain = definition is None or definition.kind not in ("function", "method")
            self._called[identity] = definition is None or plain or self._may_be_called(definition)
        return self._called[identity]

    def _may_be_called(self, definition: Definition) -> bool:
        identity, name = definition.id, definition.name
        graph = self._side.analysis.graph
        if definition.decorators or identity in self._entered or identity in graph.startable:
            return True
        if definition.kind == "method" and (name.startswith("__") or self._of_outside(definition)):
            return True
        if name in self._taken:
            return True
        return any(
            (is_module(source) or self._side.runs(source))
            and not lies_in(source, identity)
            and not self._is_only_imported(source, identity)
            for source in self._side.incoming.get(identity, ())
        )

    def _of_outside(self, definition: Definition) -> bool:
        return bool(self._side.names.lineage(definition.parent or "")[1])

    def _is_only_imported(self, source: DefinitionId, target: DefinitionId) -> bool:
        kinds = {edge.kind for edge in self._side.edges.get(source, ()) if edge.target == target}
        found = self._side.definitions.get(source)
        in_tests = found is not None and found.in_tests
        return in_tests or kinds <= {"import", "contains"}

    @cached_property
    def _entered(self) -> frozenset[DefinitionId]:
        return frozenset(entry.definition for entry in self._side.analysis.entry_points)

    @cached_property
    def _taken(self) -> frozenset[str]:
        """Names that code takes of something unknown, or writes as a text: each may mean any function."""
        found: set[str] = set()
        for module in self._side.facts:
            if not module.in_tests:
                found.update(one.target.strip(".") for one in module.references if one.target.startswith("."))
                found.update(text.rpartition(".")[2].rpartition(":")[2] for text, _, _ in module.strings)
        return frozenset(part.removesuffix("()") for name in found for part in name.split("."))


def _given(call: CallFact) -> Iterator[str]:
    return given_names((*call.args, *call.keywords.values()))
