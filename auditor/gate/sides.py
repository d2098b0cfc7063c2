"""The two commits compared.

In: two analyses with their facts and names. Out: `Side`s. Never judges.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol

import msgspec

from auditor.model.code import CallFact, Definition, DefinitionId, ModuleFacts, module_id
from auditor.model.graph import Analysis, Edge

_RELATION_KEYWORDS = ("related_name", "backref", "back_populates")
"""Arguments by which Django and SQLAlchemy name the other side of a relation."""


class Resolution(msgspec.Struct, frozen=True):
    """Where a dotted name leads in one tree.

    `trail` are the definitions it touches, in order, modules that it ends at included. `rest` is how many of its parts
    lead nowhere; `outside` is the external name it leads to, empty where it stays in the tree. `missing` are
    (class, attribute) pairs that a known class does not have. `lacking`: it leads to a module that lacks the next part.
    """

    trail: tuple[DefinitionId, ...] = ()
    rest: int = 0
    outside: str = ""
    missing: tuple[tuple[DefinitionId, str], ...] = ()
    lacking: bool = False


class Names(Protocol):
    """What the names of one tree mean."""

    def resolve(self, module: str, name: str) -> Resolution:
        """Return where a dotted name leads as code in `module` means it."""

    def lineage(self, identity: DefinitionId) -> tuple[tuple[DefinitionId, ...], frozenset[str]]:
        """Return a class and its bases in lookup order, and the names of its bases outside the tree."""

    def members(self, identity: DefinitionId) -> Mapping[str, DefinitionId]:
        """Return a class's own members by name."""

    def attributes(self, identity: DefinitionId) -> frozenset[str]:
        """Return the attributes that a class's own code sets on its instances, or declares."""


class Side:
    """One of the two commits: its hash, its analysis, the facts of its files, what its names mean."""

    def __init__(self, commit: str, analysis: Analysis, facts: Sequence[ModuleFacts], names: Names) -> None:
        self.commit, self.analysis, self.facts, self.names = commit, analysis, facts, names

    @property
    def definitions(self) -> Mapping[DefinitionId, Definition]:
        """All definitions of the commit by id."""
        return self.analysis.graph.definitions

    @property
    def edges(self) -> Mapping[DefinitionId, tuple[Edge, ...]]:
        """All edges by source."""
        return self.analysis.graph.edges

    @cached_property
    def by_module(self) -> Mapping[str, ModuleFacts]:
        """Facts by module name."""
        return {module.module: module for module in self.facts}

    @cached_property
    def by_path(self) -> Mapping[str, ModuleFacts]:
        """Facts by path."""
        return {module.path: module for module in self.facts}

    @cached_property
    def incoming(self) -> Mapping[DefinitionId, frozenset[DefinitionId]]:
        """Who refers to each definition; containment does not count."""
        found: dict[DefinitionId, set[DefinitionId]] = {}
        for source, edges in self.edges.items():
            for edge in edges:
                if edge.kind != "contains":
                    found.setdefault(edge.target, set()).add(source)
        return {target: frozenset(sources) for target, sources in found.items()}

    def decorations(self, definition: DefinitionId) -> tuple[CallFact, ...]:
        """Return the decorators of a definition as calls."""
        module = self.by_module.get(definition.partition(":")[0])
        return tuple(call for call in module.calls if call.decorates == definition) if module is not None else ()

    @cached_property
    def relation_names(self) -> frozenset[str]:
        """Names of attributes that a relation gives to the class it leads to: `related_name="orders"`."""
        return frozenset(
            value.text
            for module in self.facts
            for call in module.calls
            for keyword, value in call.keywords.items()
            if keyword in _RELATION_KEYWORDS and value.kind == "text"
        )

    @cached_property
    def overriding(self) -> frozenset[DefinitionId]:
        """Methods that call the one they override, which a base of their class therefore has."""
        found: set[DefinitionId] = set()
        for module in self.facts:
            for reference in module.references:
                receiver, _, name = reference.target.rpartition(".")
                if name == reference.source.rpartition(".")[2]:
                    owner = self.definitions.get(reference.source.rpartition(".")[0])
                    if receiver.endswith(".super()") or (owner is not None and receiver in owner.bases):
                        found.add(reference.source)
        return frozenset(found)

    @cached_property
    def tops(self) -> frozenset[str]:
        """First parts of the names of all modules."""
        return frozenset(module.module.partition(".")[0] for module in self.facts)

    @cached_property
    def subclasses(self) -> Mapping[DefinitionId, frozenset[DefinitionId]]:
        """All classes below each class."""
        found: dict[DefinitionId, set[DefinitionId]] = {}
        for one in self.definitions.values():
            if one.kind == "class" and one.bases:
                for above in self.names.lineage(one.id)[0]:
                    found.setdefault(above, set()).add(one.id)
        return {above: frozenset(below - {above}) for above, below in found.items()}

    @cached_property
    def idle(self) -> frozenset[DefinitionId]:
        """Functions whose body does nothing."""
        return frozenset().union(*(module.idle for module in self.facts if not module.in_tests))

    def in_production(self, definition: DefinitionId) -> bool:
        """Return whether a production entry point reaches a definition."""
        return definition in self.analysis.reachability.production

    def runs(self, definition: DefinitionId) -> bool:
        """Return whether a definition is reached by production or tests, or could be in ways that cannot be seen."""
        reachability = self.analysis.reachability
        return any(
            definition in found for found in (reachability.production, reachability.tests, reachability.possible)
        )

    def leads_somewhere(self, dotted_name: str) -> bool:
        """Return whether a dotted name still names something of this tree, or what this tree imports."""
        found = self.names.resolve("", dotted_name)
        return bool(found.trail) and not found.rest and found.outside.partition(".")[0] not in self.tops


def is_module(definition: DefinitionId) -> bool:
    """Return whether an id is a module's."""
    return definition == module_id(definition.partition(":")[0])


def management_command(definition: DefinitionId) -> str:
    """Return the name under which `manage.py` runs a definition, `""` where it is no command's class."""
    module, _, name = definition.partition(":")
    package, _, last = module.rpartition(".")
    return last if name == "Command" and f".{package}".endswith(".management.commands") else ""
