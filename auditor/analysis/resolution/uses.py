"""What a use of a dotted name reaches: worked out once per name, however many sources use it.

In: dotted names as the file that uses them means them. Out: edges for an `EdgeBuilder`. Where a receiver is not known,
a use counts for every class that has the name.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from auditor.analysis.resolution.edges import EdgeBuilder, EdgeKey
from auditor.analysis.resolution.protocols import is_protocol
from auditor.analysis.resolution.symbol_places import Lookup, options
from auditor.model.code import GIVING_BACK, DefinitionId, module_id
from auditor.model.graph import EdgeKind


class Use(NamedTuple):
    """The edges of a use, without source and line, and the module that it uses as a value (`""`: none)."""

    keys: tuple[EdgeKey, ...]
    module: str = ""


class Uses:
    """Adds the edges of uses to the graph that is built."""

    def __init__(self, build: EdgeBuilder) -> None:
        self._build = build
        self._known: dict[EdgeKind, dict[str, Use]] = {}

    def near(self, module: str, target: str, kind: EdgeKind) -> Use:
        """Return what a name as `module` writes it reaches; `.attr` is taken of an unknown receiver."""
        return self.of(target if target.startswith(".") else self._build.symbols.near(module, target), kind)

    def of(self, name: str, kind: EdgeKind) -> Use:
        """Return what an absolute name reaches."""
        known = self._known.setdefault(kind, {})
        found = known.get(name)
        if found is None:
            found = known[name] = self._worked_out(name, kind)
        return found

    def add(self, source: DefinitionId, use: Use, line: int) -> None:
        """Let a source make a use."""
        self._build.add_keys(source, use.keys, line)
        if use.module:
            self._build.used_in.setdefault(source.partition(":")[0], {})[use.module] = None

    def _worked_out(self, name: str, kind: EdgeKind) -> Use:
        if name.startswith("."):
            return Use(((name, "attribute"),))
        if kind == "import":
            module = imported_module(name, self._build)
            return Use(((module_id(module), "import"),) if module else ())
        lookup = self._build.symbols.lookup(name)
        as_value = lookup.place.kind == "module" and not lookup.rest and kind != "string"
        if as_value:
            self._build.escaped.setdefault(lookup.place.name, None)
        return Use((*self._subclasses(name), *self._reached(lookup, kind)), lookup.place.name if as_value else "")

    def _subclasses(self, name: str) -> Iterator[EdgeKey]:
        """Yield the classes that `Base.__subclasses__` gives."""
        symbols = self._build.symbols
        if name.endswith(".__subclasses__"):
            owner = symbols.lookup(name.rpartition(".")[0]).place.name
            for subclass in symbols.subclasses(owner) if owner in symbols.by_id else ():
                yield subclass, "dynamic"

    def _reached(self, found: Lookup, kind: EdgeKind) -> Iterator[EdgeKey]:
        """Yield what a looked-up name touches, overrides, and attributes of values nothing is known of."""
        build = self._build
        for identity in found.trail:
            yield identity, kind
        if found.place.kind == "module":
            yield module_id(found.place.name), kind
        for place in options(found.place):
            if place.kind == "external":
                for attribute in _external_attributes(place.name):
                    yield f".{attribute}", "attribute"
                owner, _, attribute = place.name.rpartition(".")
                yield from build.member_use(owner.rstrip("()"), attribute)
        for identity, attribute in found.receivers:
            yield from build.member_use(identity, attribute)
            if is_protocol(identity, build.symbols):
                yield build.protocol_use(identity, attribute)
        for identity, attribute in found.supers:
            yield build.super_use(identity, attribute)
        for attribute in found.rest:
            yield f".{attribute}", "attribute"


def imported_module(name: str, build: EdgeBuilder) -> str:
    """Return the module whose body importing a dotted name runs: the longest prefix (packages follow by themselves)."""
    while name and name not in build.symbols.modules:
        name = name.rpartition(".")[0]
    return name


def _external_attributes(name: str) -> Sequence[str]:
    """Return the attributes of an external expression that may be attributes of the project's own objects.

    `flask.g.db.save` may well end in ours; `os.path.join` and a new object's own first attribute do not.
    """
    parts = name.split(".")
    calls = [position for position, part in enumerate(parts) if part.endswith("()")]
    if not calls:
        start = len(parts) if parts[0] in sys.stdlib_module_names or parts[0] == "builtins" else 2
    elif name.startswith(_STRUCTURAL) or parts[calls[0]].endswith("()()") or _may_give_ours(parts, calls[0]):
        start = calls[0] + 1
    else:
        start = calls[0] + 2
    return [part.rstrip("()") for part in parts[start:]]


def _may_give_ours(parts: Sequence[str], call: int) -> bool:
    """Return whether an external function may give back an object of ours: `copy.copy`, `get_object_or_404`."""
    called = parts[call].rstrip("()")
    if parts[0] == "builtins":
        return called in GIVING_BACK
    if parts[0] in sys.stdlib_module_names:
        return parts[0] in _GIVING_BACK and not called[:1].isupper()
    return call > 0 and not called[:1].isupper()


_GIVING_BACK = frozenset({
    "asyncio", "contextlib", "copy", "functools", "heapq", "importlib", "inspect", "itertools", "operator", "pickle",
    "random", "weakref",
})  # fmt: skip
"""Modules of the standard library whose functions give back what they were given."""
_STRUCTURAL = ("typing.", "typing_extensions.", "collections.abc.", "io.", "contextlib.Abstract", "os.PathLike")
"""Classes whose members any object may have without inheriting from them."""
