"""What a person names, and what it covers: ids, dotted names, paths of scripts, and such with a star.

In: a symbol as written, ids of definitions. Out: answers. Never guesses: a name covers itself and what it contains.
"""

import re

from auditor.model.code import DefinitionId, containers, dotted

_SCOPED = re.compile(r"[^.:*\s/]+(\.[^.:*\s]|:)|[^*\s]+/[^*\s]*")
"""How the part before a pattern's first star begins: a module below a package, one module, or a path."""


def wrong(symbol: str) -> str:
    """Return what is wrong with a symbol in one sentence, empty where nothing is."""
    if not symbol:
        return "it names nothing"
    if not symbol.isprintable() or " " in symbol:
        return "its symbol is no name of a definition"
    if "*" in symbol and not _SCOPED.match(symbol.partition("*")[0]):
        return "its symbol would cover a whole package; write at least a module before the *, as in 'shop.legacy:*'"
    return ""


def names(symbol: str, definition: DefinitionId) -> bool:
    """Return whether a symbol means exactly this definition, by its id or its dotted name."""
    return symbol in (definition, dotted(definition)) or f"{symbol}:" == definition


def covers(symbol: str, definition: DefinitionId) -> bool:
    """Return whether a symbol means a definition or something that contains it; a pattern, whether it matches."""
    if "*" in symbol:
        pattern = re.compile(".*".join(map(re.escape, symbol.split("*"))))
        return any(pattern.fullmatch(text) for text in (definition, dotted(definition)))
    path, _, inner = symbol.partition(":")
    if "/" in path and definition == path and inner:
        return True  # what a script exports is known by its path
    return names(symbol, definition) or any(names(symbol, outer) for outer in containers(definition))
