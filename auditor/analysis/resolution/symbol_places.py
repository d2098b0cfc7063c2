"""What a prefix of a dotted name or type expression leads to, and how expressions fall into parts.

In: nothing. Out: values. Never looks anything up.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from auditor.analysis.extraction.annotations import split
from auditor.model.code import DefinitionId

_MANY = 12
_LARGE = 64


class Place(NamedTuple):
    """What a prefix of a dotted name leads to.

    `name` is a module's name, a definition's id, or an external dotted name; `instance` tells an instance of a class
    from the class; `after` is set for `super()`: members are looked up behind the class itself. `args` are type
    arguments; of a `union` its alternatives, of an `alias` what is declared with it, of a `typevar` its bound.
    `receiver` is the object that a member was taken from.
    """

    kind: Literal["module", "definition", "external", "unknown", "union", "alias", "typevar"]
    name: str = ""
    instance: bool = False
    after: bool = False
    args: tuple["Place", ...] = ()
    receiver: "Place | None" = None


UNKNOWN = Place("unknown")


class Part(NamedTuple):
    """One part of an expression: `name[args]()`, with how many times it is called."""

    name: str
    args: tuple[str, ...] = ()
    calls: int = 0


class Lookup(NamedTuple):
    """Where a dotted name leads.

    `trail` are the project's definitions it touches, in order (import bindings included); `place` is its end; `rest`
    are the attributes taken from a value that nothing is known of; `receivers` are (class, attribute) pairs looked up
    on a known class of the project; `supers` are those looked up behind a class, wherever a subclass puts it.
    """

    trail: tuple[DefinitionId, ...]
    place: Place
    rest: tuple[str, ...]
    receivers: tuple[tuple[DefinitionId, str], ...]
    missing: tuple[tuple[DefinitionId, str], ...]
    supers: tuple[tuple[DefinitionId, str], ...] = ()


def options(place: Place) -> tuple[Place, ...]:
    """Return the alternatives of a union; any other place alone."""
    return place.args if place.kind == "union" else (place,)


def join(places: Iterable[Place]) -> Place:
    """Return one of several places; more than can be told apart are unknown."""
    found = dict.fromkeys(option for place in places for option in options(place))
    if not found or len(found) > _MANY:
        return UNKNOWN
    return next(iter(found)) if len(found) == 1 else Place("union", args=tuple(found))


def is_large(place: Place) -> bool:
    """Return whether a place has more type arguments than code spells out: a type that grows with each call."""
    size = 0
    waiting = [place]
    while waiting and size <= _LARGE:
        size += 1
        waiting += waiting.pop().args
    return size > _LARGE


def parts_of(expression: str) -> tuple[str, list[Part]]:
    """Return the alternatives that an expression starts with (`""` if it starts with a name), and its parts."""
    group = ""
    if expression.startswith("{"):
        end = _closing(expression)
        group, expression = expression[1:end], expression[end + 2 :]
    texts = split(expression, ".") if expression else []
    return group, [_part(text) for text in texts]


def _closing(text: str) -> int:
    depth = 0
    for position, character in enumerate(text):
        if character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
            if not depth:
                return position
    return len(text)


def _part(text: str) -> Part:
    name = text
    calls = 0
    while name.endswith("()"):
        name = name[:-2]
        calls += 1
    if name.endswith("]"):
        name, _, inside = name[:-1].partition("[")
        return Part(name, tuple(split(inside, ",")), calls)
    return Part(name, (), calls)
