"""Definitions whose shape forbids removing them alone: what Python or a base class calls by name.

In: one candidate, `Analysis`. Out: `HeldBack` or None. Never looks at usage.
"""

from collections.abc import Set as AbstractSet

from auditor.model.code import Definition, DefinitionId, dotted
from auditor.model.graph import Analysis
from auditor.model.verdict import HeldBack

_INERT_BASES = frozenset(("object", "builtins.object", "Generic", "typing.Generic"))


class Shapes:
    """The shapes of a program's scopes, looked up once for all candidates.

    `name_readers` are modules with functions that may read all their own names at once.
    """

    def __init__(self, analysis: Analysis, name_readers: AbstractSet[str]) -> None:
        self.name_readers = name_readers
        self.definitions = analysis.graph.definitions
        self.edges = analysis.graph.edges
        self.named: dict[str, list[Definition]] = {}
        self.all_bases: dict[DefinitionId, frozenset[str]] = {}
        for definition in self.definitions.values():
            owner = self.definitions.get(definition.parent or "")
            if owner is not None and owner.kind == "class":
                self.named.setdefault(definition.name, []).append(owner)

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
        return self._member(definition, owner)

    def _member(self, definition: Definition, owner: Definition) -> HeldBack | None:
        """Judge a member of a class that stays."""
        if any(decorator.rpartition(".")[2].startswith("abstract") for decorator in definition.decorators):
            return HeldBack("uneditable", "it is abstract: subclasses are made complete by having it")
        bases = self.bases(owner)
        if any(base.rpartition(".")[2] == "Protocol" for base in bases):
            return HeldBack("uneditable", f"`{owner.id}` is a protocol: its members describe other classes")
        if definition.kind == "variable" and (owner.bases or owner.decorators):
            return HeldBack(
                "uneditable", f"an attribute of `{owner.id}` may be a field that its base or decorator reads"
            )
        if self._overrides(definition, owner):
            return HeldBack("uneditable", "it overrides, or is overridden by, a member of a related class")
        outside = sorted(base for base in bases if base not in _INERT_BASES and self.class_named(base) is None)
        if outside and definition.kind != "variable":
            return HeldBack("uneditable", f"its class inherits from `{outside[0]}`, which may call it by name")
        return None

    def bases(self, owner: Definition) -> frozenset[str]:
        """Return the dotted names of all bases, those of bases inside the project included."""
        known = self.all_bases.get(owner.id)
        if known is not None:
            return known
        found: set[str] = set()
        queue = list(owner.bases)
        while queue:
            base = queue.pop()
            if base not in found:
                found.add(base)
                inner = self.class_named(base)
                queue += inner.bases if inner is not None else ()
        self.all_bases[owner.id] = frozenset(found)
        return self.all_bases[owner.id]

    def class_named(self, dotted_name: str) -> Definition | None:
        """Return the project's class of a dotted name; None where it is defined elsewhere."""
        parts = dotted_name.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            found = self.definitions.get(f"{'.'.join(parts[:cut])}:{'.'.join(parts[cut:])}")
            if found is not None and found.kind == "class":
                return found
        return None

    def _overrides(self, definition: Definition, owner: Definition) -> bool:
        if any(edge.kind == "overrides" for edge in self.edges.get(definition.id, ())):
            return True
        alike = [other for other in self.named.get(definition.name, ()) if other.id != owner.id]
        mine, above = dotted(owner.id), self.bases(owner)
        return any(dotted(other.id) in above or mine in self.bases(other) for other in alike)


def _is_dunder(definition: Definition) -> bool:
    return definition.kind != "module" and definition.name.startswith("__") and definition.name.endswith("__")
