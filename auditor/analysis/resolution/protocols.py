"""Protocols: which classes have all that one asks for, whether they name it or not.

In: a SymbolTable. Out: answers about classes. Never asks whether a class's signatures fit: having the names is enough.
"""

from auditor.analysis.resolution.symbols import SymbolTable
from auditor.model.code import DefinitionId

_PROTOCOLS = ("typing.Protocol", "typing_extensions.Protocol")
_NOT_ASKED = frozenset({"__slots__", "__init__", "__doc__", "__module__", "__class_getitem__", "__abstractmethods__"})


def is_protocol(identity: DefinitionId, symbols: SymbolTable) -> bool:
    """Return whether a class itself is a protocol; a class that only implements one is not."""
    found = symbols.by_id.get(identity)
    return found is not None and any(base in _PROTOCOLS for base in found.bases)


def implementers(protocol: DefinitionId, symbols: SymbolTable) -> tuple[DefinitionId, ...]:
    """Return the classes that have every public member of a protocol, by themselves or from their bases, sorted."""
    asked = {
        name
        for one in symbols.order(protocol)[0]
        if is_protocol(one, symbols)
        for name in symbols.members(one)
        if name not in _NOT_ASKED
    }
    asked = {name for name in asked if not name.startswith("_") or name.endswith("__")} or asked
    found: set[DefinitionId] | None = None
    for name in sorted(asked, key=lambda one: (len(symbols.owners(one)), one)):
        having = _having(name, symbols, found)
        found = having if found is None else found & having
    return tuple(sorted(one for one in found or () if not is_protocol(one, symbols)))


def _having(name: str, symbols: SymbolTable, among: set[DefinitionId] | None) -> set[DefinitionId]:
    """Return the classes that have a member, or take any name, or have a base outside the project that may have it."""
    owners = symbols.owners(name) | symbols.owners("__getattr__")
    if among is None:
        return {subclass for one in owners for subclass in (one, *symbols.subclasses(one))}
    return {one for one in among if symbols.external_bases(one) or owners.intersection(symbols.order(one)[0])}
