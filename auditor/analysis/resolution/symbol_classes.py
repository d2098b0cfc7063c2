"""Classes across files: bases, subclasses, members, lookup order.

In: definitions, and where the names of bases lead. Out: answers about classes. Never guesses a base: one that cannot be
known is `?`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from auditor.analysis.resolution.symbol_answers import Answers, Progress
from auditor.analysis.resolution.symbol_places import UNKNOWN, Lookup
from auditor.model.code import Definition, DefinitionId, dotted

_NONE: frozenset[DefinitionId] = frozenset()


class Classes(ABC):
    """The classes of one program. Answers are remembered."""

    def __init__(self) -> None:
        self.by_id: dict[DefinitionId, Definition] = {}
        self.types: dict[str, str] = {}
        self._classes: dict[DefinitionId, dict[str, DefinitionId]] = {}
        self._orders: dict[DefinitionId, tuple[tuple[DefinitionId, ...], tuple[str, ...]]] = {}
        self._subclasses: dict[str, tuple[DefinitionId, ...]] | None = None
        self._owners: dict[str, set[DefinitionId]] | None = None
        self.progress = Progress()
        self._mixed_in: Answers[tuple[DefinitionId, str], bool] = Answers(self.progress, cut=False)

    @abstractmethod
    def near(self, module: str, name: str) -> str:
        """Return a dotted name as code in `module` means it."""

    @abstractmethod
    def lookup(self, name: str) -> Lookup:
        """Return where a dotted name or type expression leads."""

    def is_class(self, identity: DefinitionId) -> bool:
        """Return whether an id is a class of the project."""
        found = self.by_id.get(identity)
        return found is not None and found.kind == "class"

    def bases(self, identity: DefinitionId) -> tuple[str, ...]:
        """Return canonical dotted names of all transitive bases, nearest first, external ones included."""
        return tuple(dotted(one) for one in self.order(identity)[0][1:]) + self.order(identity)[1]

    def external_bases(self, identity: DefinitionId) -> tuple[str, ...]:
        """Return those transitive bases that are outside the project; `?` where a base is an unknown expression."""
        return self.order(identity)[1]

    def subclasses(self, identity: DefinitionId) -> tuple[DefinitionId, ...]:
        """Return all transitive subclasses in the project, sorted."""
        self.progress.asked_below = True
        return self._by_base().get(dotted(identity), ())

    def subclasses_of(self, base: str) -> tuple[DefinitionId, ...]:
        """Return all transitive subclasses in the project of a canonical dotted name, external ones too; sorted."""
        self.progress.asked_below = True
        return self._by_base().get(base, ())

    def _by_base(self) -> dict[str, tuple[DefinitionId, ...]]:
        if self._subclasses is None:
            table: dict[str, list[DefinitionId]] = {}
            names = {one: dotted(one) for one, found in self.by_id.items() if found.kind == "class"}
            for identity in sorted(names):
                order, external = self.order(identity)
                for base in dict.fromkeys((*[names[one] for one in order[1:]], *external)):
                    table.setdefault(base, []).append(identity)
            self._subclasses = {base: tuple(found) for base, found in table.items()}
        return self._subclasses

    def count_as_subclass(self, identity: DefinitionId, bases: Iterable[str]) -> bool:
        """Let uses of declared classes reach a class that is used in their place; return whether that is new."""
        table = self._by_base()
        new = [base for base in bases if identity not in table.get(base, ()) and base != dotted(identity)]
        for base in new:
            table[base] = tuple(sorted((*table.get(base, ()), identity)))
        return bool(new)

    def members(self, identity: DefinitionId) -> Mapping[str, DefinitionId]:
        """Return a class's own members by name."""
        return self._classes.get(identity, {})

    def has(self, identity: DefinitionId, name: str) -> bool:
        """Return whether a class or a base of it in the project has a member."""
        owners = self.owners(name)
        return any(one in owners and name in self.members(one) for one in self.order(identity)[0]) if owners else False

    def is_enum(self, identity: DefinitionId) -> bool:
        """Return whether a class is an enumeration."""
        return any(base.startswith(("enum.", "django.db.models.enums.")) or base.endswith(("Choices", "models.Choices"))
                   for base in self.order(identity)[1])  # fmt: skip

    def owners(self, name: str) -> set[DefinitionId] | frozenset[DefinitionId]:
        """Return the classes that have a member or set an attribute of this name themselves."""
        if self._owners is None:
            self._owners = {}
            ids = {dotted(one): one for one, found in self.by_id.items() if found.kind == "class"}
            for identity, members in self._classes.items():
                for member in members:
                    self._owners.setdefault(member, set()).add(identity)
            for key in self.types:
                owner, _, attribute = key.rpartition(".")
                if owner in ids:
                    self._owners.setdefault(attribute, set()).add(ids[owner])
        return self._owners.get(name, _NONE)

    def is_mixed_in(self, identity: DefinitionId, name: str) -> bool:
        """Return whether a class is a mixin that takes an attribute which it lacks from its subclasses.

        Each of them has it, or has a subclass of its own that has.
        """
        known = self._mixed_in.known((identity, name))
        return self._mixed_in.ask((identity, name), self._is_mixed_in, identity, name) if known is None else known

    def _is_mixed_in(self, identity: DefinitionId, name: str) -> bool:
        below = set(self.subclasses(identity))
        having = {one for one in below if set(self.order(one)[0]) & self.owners(name)}
        return bool(having) and all(
            one in having or having.intersection(self.subclasses(one)) for one in below
        ) and all("?" not in self.order(one)[1] for one in below)  # fmt: skip

    def order(self, identity: DefinitionId) -> tuple[tuple[DefinitionId, ...], tuple[str, ...]]:
        """Return the project classes in lookup order (the class itself first) and the external bases."""
        known = self._orders.get(identity)
        return self._linearized(identity) if known is None else known

    def _linearized(self, identity: DefinitionId) -> tuple[tuple[DefinitionId, ...], tuple[str, ...]]:
        self._orders[identity] = ((identity,), ())
        own: dict[DefinitionId, None] = {identity: None}
        external: dict[str, None] = {}
        found = self.by_id.get(identity)
        for base in found.bases if found else ():
            lookup = self.lookup(self.near(found.module, base)) if found and base != "?" else None
            place = lookup.place if lookup is not None and not lookup.rest else UNKNOWN
            if place.kind == "definition" and self.is_class(place.name) and not place.instance:
                classes, outside = self.order(place.name)
                for one in classes:
                    own.pop(one, None)
                    own[one] = None
                external |= dict.fromkeys(outside)
            elif place.kind == "external":
                external[place.name] = None
            else:
                external["?"] = None
        self._orders[identity] = (tuple(own), tuple(external))
        return self._orders[identity]
