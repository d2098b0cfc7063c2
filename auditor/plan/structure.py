"""Definitions whose shape forbids removing them alone: what Python or a base class calls by name.

In: one candidate, `Analysis`. Out: `HeldBack` or None. Never looks at usage.
"""

import sys
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from fnmatch import fnmatchcase

from auditor.model.code import Definition, DefinitionId
from auditor.model.graph import Analysis
from auditor.model.verdict import HeldBack

_LISTED = (
    "builtins.*", "django.*", "rest_framework.*", "*.db.Model", "sqlalchemy.orm.*", "sqlmodel.SQLModel",
    "flask_sqlalchemy.*", "pydantic.*", "pydantic_settings.*", "marshmallow.*", "prompt_toolkit.*", "scrapy.*",
    "textual.*", "tornado.web.*", "strawberry.*",
)  # fmt: skip
"""Bases of which the rules list every member that the library itself has: what is reached by none of those names is
the project's own. So it is with the standard library. Other bases are known by a few names only."""


class Shapes:
    """The shapes of a program's scopes, looked up once for all candidates.

    `name_readers` are modules with functions that may read all their own names at once.
    """

    def __init__(self, analysis: Analysis, name_readers: AbstractSet[str]) -> None:
        self.name_readers = name_readers
        self.definitions = analysis.graph.definitions
        self.edges = analysis.graph.edges
        self.named: dict[str, list[Definition]] = {}
        self.known_above: dict[DefinitionId, frozenset[DefinitionId]] = {}
        for definition in self.definitions.values():
            owner = self.definitions.get(definition.parent or "")
            if owner is not None and owner.kind == "class" and definition.kind != "import":
                self.named.setdefault(definition.name, []).append(definition)

    def hold(self, identity: DefinitionId, candidates: AbstractSet[DefinitionId]) -> HeldBack | None:
        """Return why a definition may not go by itself; None where it may, or where its owner goes as a whole.

        `candidates` are what else is meant to go.
        """
        definition = self.definitions[identity]
        owner = self.definitions.get(definition.parent or "")
        if owner is not None and owner.id in candidates:
            return None
        if owner is not None and owner.kind in ("function", "method") and definition.module in self.name_readers:
            return HeldBack("dynamic_access", f"`{owner.id}` may read all its own names at once, by `locals()`")
        if _is_dunder(definition):
            return HeldBack("uneditable", f"`{definition.name}` is a name that Python itself looks up")
        if owner is None or owner.kind != "class":
            return None
        return self._member(definition, owner) or self._family(definition, owner, candidates)

    def _member(self, definition: Definition, owner: Definition) -> HeldBack | None:
        """Judge a member of a class that stays."""
        if any(decorator.rpartition(".")[2].startswith("abstract") for decorator in definition.decorators):
            return HeldBack("uneditable", "it is abstract: subclasses are made complete by having it")
        outside = sorted(self._outside(owner))
        if any(base.rpartition(".")[2] == "Protocol" for base in outside):
            return HeldBack("uneditable", f"`{owner.id}` is a protocol: its members describe other classes")
        if definition.kind == "variable":
            if owner.bases or owner.decorators:
                return HeldBack(
                    "uneditable", f"an attribute of `{owner.id}` may be a field that its base or decorator reads"
                )
            return None
        unlisted = [base for base in outside if not _is_listed(base)]
        if unlisted:
            return HeldBack("uneditable", f"its class inherits from `{unlisted[0]}`, which may call it by name")
        return None

    def _family(
        self, definition: Definition, owner: Definition, candidates: AbstractSet[DefinitionId]
    ) -> HeldBack | None:
        """Hold a member back that a related class has as well, unless they all go."""
        for other in self.named.get(definition.name, ()):
            if other.id == definition.id or other.id in candidates:
                continue
            home = other.parent or ""
            if home in self.above(owner.id):
                return HeldBack("uneditable", f"it overrides `{other.id}`, which stays")
            if owner.id in self.above(home):
                return HeldBack("uneditable", f"`{other.id}` overrides it and stays")
        return None

    def above(self, owner: DefinitionId) -> frozenset[DefinitionId]:
        """Return the classes of the project that a class inherits from, directly or through others."""
        known = self.known_above.get(owner)
        if known is None:
            self.known_above[owner] = frozenset()
            direct = set(self._bases(owner))
            known = frozenset(direct.union(*(self.above(base) for base in direct)))
            self.known_above[owner] = known
        return known

    def _bases(self, owner: DefinitionId) -> Iterator[DefinitionId]:
        names = {base.rpartition(".")[2] for base in self.definitions[owner].bases}
        for edge in self.edges.get(owner, ()):
            found = self.definitions.get(edge.target)
            if edge.kind == "inherits" and found is not None and found.kind == "class" and found.name in names:
                yield found.id

    def _outside(self, owner: Definition) -> Iterable[str]:
        """Return the dotted names of all bases outside the project, those of bases inside it included."""
        found: set[str] = set()
        for one in (owner.id, *self.above(owner.id)):
            own = {self.definitions[base].name for base in self._bases(one)}
            found.update(base for base in self.definitions[one].bases if base.rpartition(".")[2] not in own)
        return found - {"object", "builtins.object", "Generic", "typing.Generic"}


def _is_listed(base: str) -> bool:
    return base.partition(".")[0] in sys.stdlib_module_names or any(fnmatchcase(base, glob) for glob in _LISTED)


def _is_dunder(definition: Definition) -> bool:
    return definition.kind != "module" and definition.name.startswith("__") and definition.name.endswith("__")
