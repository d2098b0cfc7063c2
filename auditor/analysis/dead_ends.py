"""Where the references to unreached code end: the way up from a definition to code that nobody refers to.

In: an analysis. Out: who refers to a definition, and the way up. Never decides whether something is reached.
"""

from collections import deque
from collections.abc import Iterator

from auditor.model.code import DefinitionId, lies_in
from auditor.model.graph import Analysis

Use = tuple[DefinitionId, str, int]
"""A user, what it does with the definition, and the line."""

HOW: dict[str, str] = {
    "name": "is named", "attribute": "is taken as an attribute", "import": "is imported",
    "string": "is named in a string",
    "dynamic": "matches a computed name", "inherits": "is a base class", "contains": "goes with what it belongs to",
    "overrides": "may be called in place of what it overrides",
    "maybe": "may be named by a computed name",
    "passed": "may be called by code outside the project", "registers": "is kept by its decorator or base class",
    "evaluated": "may be named by code that is evaluated", "doctest": "is used by an example in a docstring",
    "promised": "says what this must do, which overrides it", "entry_point": "is an entry point",
}  # fmt: skip
"""What each kind of edge does with its target, and `entry_point`."""


class Users:
    """Who uses a definition from outside of it, in the graph's order.

    Of an attribute taken of a receiver that is not known, unreached code counts as a user of every member of that name:
    that it is not reached is part of the reason why they are not.
    """

    def __init__(self, analysis: Analysis) -> None:
        self.graph = analysis.graph
        self.reached = (analysis.reachability.production, analysis.reachability.tests)
        self._by_target: dict[str, list[Use]] = {}
        for source, edges in analysis.graph.edges.items():
            for edge in edges:
                if edge.kind != "contains":
                    self._by_target.setdefault(edge.target, []).append((source, HOW[edge.kind], edge.line))

    def of(self, identity: DefinitionId) -> tuple[Use, ...]:
        """Return the uses of a definition, one a user."""
        found: dict[DefinitionId, Use] = {}
        for use in self._uses(identity):
            if not lies_in(use[0], identity):
                found.setdefault(use[0], use)
        return tuple(found.values())

    def way_up(self, identity: DefinitionId) -> tuple[Use, ...]:
        """Return the shortest way up to a definition that nobody else refers to; the given one is left out.

        A member that nobody uses goes with its class, if that is unreached. Where the references only go in a circle,
        the way ends at the definition that is farthest up.
        """
        came: dict[DefinitionId, Use] = {}
        waiting, last = deque([identity]), identity
        while waiting:
            last = waiting.popleft()
            users = [use for use in self.of(last) if not self._is_import(use[0])] or self._class_of(last)
            if not users and last != identity:
                break
            for user, how, line in users:
                if user != identity and user not in came:
                    came[user] = (last, how, line)
                    waiting.append(user)
        way: list[Use] = []
        while last in came:
            below, how, line = came[last]
            way.append((last, how, line))
            last = below
        return tuple(reversed(way))

    def _is_import(self, identity: DefinitionId) -> bool:
        """Return whether it only imports: what uses the imported name is a user of its own."""
        definition = self.graph.definitions.get(identity)
        return definition is not None and definition.kind == "import"

    def is_reached(self, identity: DefinitionId) -> bool:
        """Return whether production or a test reaches it."""
        return any(identity in one for one in self.reached)

    def _uses(self, identity: DefinitionId) -> Iterator[Use]:
        yield from self._by_target.get(identity, ())
        for key in self._keys(identity):
            for user, _, line in self._by_target.get(key, ()):
                if not self.is_reached(user):
                    yield user, "is an attribute taken of something that is not known", line

    def _keys(self, identity: DefinitionId) -> Iterator[str]:
        """Yield the names under which a member waits for a use (`".name"` in the graph)."""
        definition = self.graph.definitions.get(identity)
        for owner in (definition.parent, f"{definition.module}:") if definition else ():
            for key, members in self.graph.members.get(owner or "", {}).items():
                if identity in members:
                    yield f".{key}"

    def _class_of(self, identity: DefinitionId) -> list[Use]:
        definition = self.graph.definitions.get(identity)
        owner = self.graph.definitions.get(definition.parent or "") if definition else None
        if owner is None or owner.kind != "class" or self.is_reached(owner.id):
            return []
        return [(owner.id, HOW["contains"], owner.line)]
