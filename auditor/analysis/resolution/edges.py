"""The graph while it is being built: edges without repetition, members by name, and conditional uses.

In: edges, one by one. Out: `ReferenceGraph`, in the order of the facts. Never looks a name up in a file.

A conditional use is an edge to `.key`, which reaches the members that classes have under `key` once those classes are
reached: `.save` for an unknown receiver, `.pkg.Base#save` for `save` in subclasses of `pkg.Base`, `.pkg:Base.save` for
what stands in for that very method.
"""

from collections.abc import Callable, Iterable, Sequence

from auditor.analysis.resolution.protocols import implementers
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.model.code import Definition, DefinitionId, ModuleFacts, Problem, dotted, module_id
from auditor.model.graph import Edge, EdgeKind, Guess, ReferenceGraph

EdgeKey = tuple[str, EdgeKind]
"""An edge without its source and line."""


class EdgeBuilder:
    """Collects edges. `escaped` are modules used as values (`used_in`: by module)."""

    def __init__(self, symbols: SymbolTable) -> None:
        self.symbols = symbols
        self.escaped: dict[str, None] = {}
        self.used_in: dict[str, dict[str, None]] = {}
        self._maybe: dict[DefinitionId, dict[tuple[int, EdgeKind], Guess]] = {}
        self._groups: dict[tuple[str, ...], tuple[DefinitionId, ...]] = {}
        self._edges: dict[DefinitionId, dict[EdgeKey, int]] = {}
        self._members: dict[DefinitionId, dict[str, tuple[DefinitionId, ...]]] = {}
        self._dispatched: set[str] = set()
        self._protocols: dict[DefinitionId, tuple[DefinitionId, ...]] = {}

    def add(self, source: DefinitionId, target: str, kind: EdgeKind, line: int) -> None:
        """Add an edge; the first line given for the same edge stays."""
        if source != target:
            edges = self._edges.get(source)
            if edges is None:
                edges = self._edges[source] = {}
            edges.setdefault((target, kind), line)

    def add_keys(self, source: DefinitionId, keys: Sequence[EdgeKey], line: int) -> None:
        """Add edges from one source, as `add` does."""
        edges = self._edges.get(source)
        if edges is None:
            keys = [key for key in keys if key[0] != source]
            if not keys:
                return
            edges = self._edges[source] = {}
        for key in keys:
            if key not in edges and key[0] != source:
                edges[key] = line

    def add_member(self, owner: DefinitionId, key: str, member: DefinitionId) -> None:
        """Let `member` be reached when `owner` is reached and `key` is used."""
        keys = self._members.get(owner)
        if keys is None:
            keys = self._members[owner] = {}
        found = keys.get(key)
        keys[key] = (member,) if found is None else found if member in found else (*found, member)

    def member_use(self, base: str, attribute: str) -> tuple[EdgeKey, ...]:
        """Return the edge of a use of `attribute` on a receiver of class `base`, if a subclass could override it.

        `base` is an id or an external name. What the class itself lacks, a subclass may have from another base.
        """
        name = dotted(base) if ":" in base else base
        subclasses = self.symbols.subclasses_of(name)
        if not subclasses:
            return ()
        key = f"{name}#{attribute}"
        if key not in self._dispatched:
            self._dispatched.add(key)
            owners = self.symbols.owners(attribute)
            lacking = bool(owners) and ":" in base and not self.symbols.has(base, attribute)
            for subclass in subclasses if owners else ():
                if lacking:
                    member = self._first(subclass, attribute)
                else:
                    member = self.symbols.members(subclass).get(attribute) if subclass in owners else None
                if member is not None:
                    self.add_member(subclass, key, member)
        return ((f".{key}", "overrides"),)

    def _first(self, cls: DefinitionId, attribute: str) -> DefinitionId | None:
        order, owners = self.symbols.order(cls)[0], self.symbols.owners(attribute)
        if owners.isdisjoint(order):
            return None
        found = (self.symbols.members(one).get(attribute) for one in order if one in owners)
        return next((member for member in found if member is not None), None)

    def super_use(self, cls: DefinitionId, attribute: str) -> EdgeKey:
        """Return the edge of `super().attribute` in a class: in a subclass, the next may be one it does not know."""
        key = f"super {dotted(cls)}#{attribute}"
        if key not in self._dispatched:
            self._dispatched.add(key)
            for subclass in self.symbols.subclasses(cls):
                order = self.symbols.order(subclass)[0]
                behind = order[order.index(cls) + 1 :] if cls in order else ()
                member = next((found for one in behind if (found := self.symbols.members(one).get(attribute))), None)
                if member is not None:
                    self.add_member(subclass, key, member)
        return f".{key}", "overrides"

    def protocol_use(self, protocol: DefinitionId, attribute: str) -> EdgeKey:
        """Return the edge of a use of `attribute` on what a protocol declares: every class that has all of it."""
        key = f"{dotted(protocol)}#{attribute}"
        if protocol not in self._protocols:
            self._protocols[protocol] = implementers(protocol, self.symbols)
        if f"protocol {key}" not in self._dispatched:
            self._dispatched.add(f"protocol {key}")
            for cls in self._protocols[protocol]:
                member = self._first(cls, attribute)
                if member is not None:
                    self.add_member(cls, key, member)
        return f".{key}", "overrides"

    def maybe(
        self, source: DefinitionId, targets: tuple[DefinitionId, ...], line: int, kind: EdgeKind = "maybe"
    ) -> None:
        """Note that `source` could use any of some definitions by a computed name, or by passing them out (`passed`).

        Targets that many could use are best given as one tuple, the very object (see `group`).
        """
        if targets and targets != (source,):
            self._maybe.setdefault(source, {}).setdefault((id(targets), kind), Guess(targets, kind, line))

    def group(self, key: tuple[str, ...], members: Callable[[], Iterable[DefinitionId]]) -> tuple[DefinitionId, ...]:
        """Return what `members` gives as one tuple, the same whenever the same key is asked for."""
        found = self._groups.get(key)
        if found is None:
            found = self._groups[key] = tuple(members())
        return found

    def top(self, facts: ModuleFacts) -> tuple[DefinitionId, ...]:
        """Return what a module has at its top, as one group."""
        return self.group(("top", facts.path), lambda: (
            one.id for one in facts.definitions if one.qualified_name and "." not in one.qualified_name
        ))  # fmt: skip

    def body_and_top(self, facts: ModuleFacts) -> tuple[DefinitionId, ...]:
        """Return a module's body and what it has at its top, as one group."""
        return self.group(("body and top", facts.path), lambda: (
            one.id for one in facts.definitions if "." not in one.qualified_name
        ))  # fmt: skip

    def graph(self, facts: Sequence[ModuleFacts]) -> ReferenceGraph:
        """Return the finished graph."""
        problems: list[Problem] = [problem for one in facts for problem in one.problems]
        return ReferenceGraph(
            definitions=self._definitions(facts),
            edges=self._finished_edges(),
            members=self._members,
            opaque=frozenset(one.module for one in facts if not one.parsed),
            maybe={source: tuple(guesses.values()) for source, guesses in self._maybe.items()},
            problems=tuple(problems),
            unparsed=frozenset(one.module for one in facts if not one.parsed),
        )

    def _finished_edges(self) -> dict[DefinitionId, tuple[Edge, ...]]:
        """Return all edges by source; what they were collected in goes as they are made, so that both never stand."""
        found: dict[DefinitionId, tuple[Edge, ...]] = {}
        for source in tuple(self._edges):
            keys = self._edges.pop(source)
            found[source] = tuple([Edge(source, target, kind, line) for (target, kind), line in keys.items()])
        return found

    def _definitions(self, facts: Sequence[ModuleFacts]) -> dict[DefinitionId, Definition]:
        found: dict[DefinitionId, Definition] = {}
        for one in facts:
            for definition in one.definitions:
                found[definition.id] = self.symbols.by_id[definition.id]
            found.setdefault(module_id(one.module), one.definitions[0])
        return found
