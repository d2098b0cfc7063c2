"""What a loop, an index, `with`, `await` and the methods of standard containers give.

In: places of external classes with their type arguments. Out: places, unknown where the class is not a known container.
Never knows the project's own classes.
"""

from auditor.analysis.resolution.symbol_places import UNKNOWN, Place, join

_SEQUENCES = frozenset({
    "list", "List", "set", "Set", "frozenset", "FrozenSet", "deque", "Deque", "Sequence", "MutableSequence", "Iterable",
    "Iterator", "Collection", "Generator", "AsyncIterable", "AsyncIterator", "AsyncGenerator", "AbstractSet",
    "MutableSet", "Reversible", "Container", "KeysView", "ValuesView", "WeakSet", "QuerySet", "Counter",
})  # fmt: skip
_MAPPINGS = frozenset({
    "dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict", "WeakValueDictionary",
    "WeakKeyDictionary", "ItemsView", "ChainMap", "MappingProxyType",
})  # fmt: skip
_TUPLES = frozenset({"tuple", "Tuple"})
_MANAGERS = frozenset({
    "AbstractContextManager", "AbstractAsyncContextManager", "ContextManager", "AsyncContextManager", "ExitStack",
})  # fmt: skip
_AWAITED = frozenset({"Awaitable", "Coroutine", "Task", "Future"})
_SAME = frozenset({"copy", "union", "intersection", "difference", "symmetric_difference", "__enter__", "__aenter__"})
_ONE = frozenset({"pop", "popleft", "__next__", "__anext__", "send", "__getitem__"})
_GIVING = frozenset({"get", "pop", "setdefault", "__getitem__"})
_PLAIN = ("builtins.open()", "io.", "tempfile.", "threading.", "socket.", "zipfile.", "tarfile.", "gzip.")


def class_name(place: Place) -> str:
    """Return the last part of an external object's class, `""` for what is no such object."""
    if place.kind != "external" or not place.name.endswith("()"):
        return ""
    return place.name[:-2].rpartition(".")[2]


def item(place: Place) -> Place:
    """Return what a loop over an external object gives."""
    name = class_name(place)
    if name in ("ItemsView",) and len(place.args) == 2:
        return Place("external", "builtins.tuple()", args=place.args)
    if name in _TUPLES:
        return join(place.args) if place.args else UNKNOWN
    if name in _SEQUENCES or name in _MAPPINGS:
        return place.args[0] if place.args else UNKNOWN
    return place if place.name in ("builtins.str()", "builtins.range()") else UNKNOWN


def at(place: Place, index: str) -> Place:
    """Return what an index into an external object gives; `#0` is a number."""
    name = class_name(place)
    if name in _TUPLES and place.args:
        number = int(index[1:]) if index.startswith("#") else -1
        if 0 <= number < len(place.args):
            return place.args[number]
        return join(place.args)
    if name in _MAPPINGS:
        return place.args[1] if len(place.args) > 1 else UNKNOWN
    return item(place)


def method(place: Place, name: str) -> Place | None:
    """Return what calling a method of an external object gives, None where nothing is known of it."""
    kind = class_name(place)
    if not place.args:
        return None
    if name in _SAME:
        return entered(place) if name.endswith("enter__") else place
    if kind in _MAPPINGS and len(place.args) > 1:
        if name == "items":
            pair = Place("external", "builtins.tuple()", args=place.args[:2])
            return Place("external", "builtins.list()", args=(pair,))
        if name in ("values", "keys"):
            return Place("external", "builtins.list()", args=(place.args[name == "values"],))
        if name in _GIVING:
            return place.args[1]
        if name == "popitem":
            return Place("external", "builtins.tuple()", args=place.args[:2])
    if kind in _SEQUENCES and name in _ONE:
        return place.args[0]
    return None


def entered(place: Place) -> Place:
    """Return what `with` gives for an external object."""
    name = class_name(place)
    if name in _MANAGERS and place.args:
        return place.args[0]
    if place.kind == "external":
        return place if place.name.startswith(_PLAIN) else Place("external", f"{place.name}.__enter__()")
    return UNKNOWN


def awaited(place: Place) -> Place:
    """Return what `await` gives: what an async function's call is taken to give stays as it is."""
    return place.args[-1] if class_name(place) in _AWAITED and place.args else place
