"""What the names of one tree mean, as the gate asks.

In: a symbol table. Out: a `Names`. Joins the analysis's symbol table with the gate, which may not know each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.analysis.outside import outside_entries
from auditor.analysis.outside.project_files import Declared
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.gate import Resolution
from auditor.model.code import DefinitionId, dotted, module_id


class TreeNames:
    """Answers from the symbol table of one tree."""

    def __init__(self, table: SymbolTable) -> None:
        self._table = table
        self._attributes: dict[str, set[str]] = {}
        for name in self._table.types:
            owner, _, attribute = name.rpartition(".")
            self._attributes.setdefault(owner, set()).add(attribute)

    def resolve(self, module: str, name: str) -> Resolution:
        """Return where a dotted name leads as code in `module` means it; `""` means it as written."""
        found = self._table.lookup(self._table.near(module, name) if module else name)
        trail, place = found.trail, found.place
        if place.kind == "module" and place.name in self._table.modules:
            trail = (*trail, module_id(place.name))
        outside = place.name if place.kind == "external" else ""
        lacking = self._lacking(name, len(found.rest))
        if lacking and f"{lacking}:__getattr__" in self._table.by_id:
            return Resolution((*trail, module_id(lacking)))
        return Resolution(trail, len(found.rest), outside, found.missing, bool(lacking))

    def named(self, declared: Iterable[Declared]) -> dict[Declared, DefinitionId]:
        """Return what files that are not Python declare, with the definition that each names; others left out."""
        return dict(outside_entries.named(declared, self._table))

    def _lacking(self, name: str, rest: int) -> str:
        """Return the module that a name leads to before its last `rest` parts and that lacks the next; `""` if none."""
        known = ".".join(name.split(".")[:-rest]) if rest else ""
        place = self._table.lookup(known).place if known and "<locals>" not in name else None
        return place.name if place is not None and place.kind == "module" and place.name in self._table.modules else ""

    def lineage(self, identity: DefinitionId) -> tuple[tuple[DefinitionId, ...], frozenset[str]]:
        """Return a class and its bases in lookup order, and the names of its bases outside the tree."""
        own, outside = self._table.order(identity)
        return own, frozenset(outside)

    def members(self, identity: DefinitionId) -> Mapping[str, DefinitionId]:
        """Return a class's own members by name."""
        return self._table.members(identity)

    def attributes(self, identity: DefinitionId) -> frozenset[str]:
        """Return the attributes that a class's own code sets on its instances, or declares."""
        return frozenset(self._attributes.get(dotted(identity), ()))
