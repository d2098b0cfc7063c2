"""What a prefix of a dotted name or type expression leads to, and how expressions fall into parts.

In: nothing. Out: values, which are made, compared and hashed by the million. Never looks anything up.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeVar

import msgspec

from auditor.analysis.extraction.annotations import split
from auditor.model.code import DefinitionId

T = TypeVar("T", bound=Hashable)
_MANY = 12
_LARGE = 64


class Place(msgspec.Struct, frozen=True, gc=False):
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
Environment = Mapping[str, Place]


class View(NamedTuple):
    """From where an expression is seen: the object whose `Self` is meant, and what type variables stand for there."""

    receiver: Place | None = None
    environment: Environment = MappingProxyType({})


ANYONE = View()
Question = str | tuple[str, Place | None, tuple[tuple[str, Place], ...]]


def asked(expression: str, view: View) -> Question:
    """Return an expression with so much of its view as matters to it."""
    if view is ANYONE:
        return expression
    receiver = view.receiver if "<self>" in expression else None
    environment = tuple(view.environment.items()) if "<is>" in expression else ()
    return (expression, receiver, environment) if receiver is not None or environment else expression


class Part(msgspec.Struct, frozen=True, gc=False):
    """One part of an expression: `name[args]()`, with how many times it is called."""

    name: str
    args: tuple[str, ...] = ()
    calls: int = 0


class Lookup(msgspec.Struct, frozen=True, gc=False):
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


def at_module(name: str) -> Lookup:
    """Return where a module's name leads."""
    return Lookup((), Place("module", name), (), (), ())


def joined(before: Lookup, found: Lookup) -> Lookup:
    """Return where a name leads that is found in what another leads to."""
    if not (before.trail or before.rest or before.receivers or before.missing or before.supers):
        return found
    return Lookup(
        _united(before.trail, found.trail), found.place, before.rest + found.rest,
        _united(before.receivers, found.receivers), before.missing + found.missing,
        _united(before.supers, found.supers),
    )  # fmt: skip


def _united(one: tuple[T, ...], other: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*one, *other))) if other else one


def options(place: Place) -> tuple[Place, ...]:
    """Return the alternatives of a union; any other place alone."""
    return place.args if place.kind == "union" else (place,)


def join(places: Iterable[Place]) -> Place:
    """Return one of several places; more than can be told apart are unknown."""
    found: dict[Place, None] = {}
    for place in places:
        if place.kind == "union":
            found |= dict.fromkeys(place.args)
        else:
            found[place] = None
    if not found or len(found) > _MANY:
        return UNKNOWN
    return next(iter(found)) if len(found) == 1 else Place("union", args=tuple(found))


def in_each(place: Place, follow: Callable[[Place], Place]) -> Place:
    """Return what each alternative of a place leads to."""
    return join([follow(one) for one in place.args]) if place.kind == "union" else follow(place)


def is_large(place: Place) -> bool:
    """Return whether a place has more type arguments than code spells out: a type that grows with each call."""
    if not place.args:
        return False
    size = 0
    waiting = [place]
    while waiting and size <= _LARGE:
        size += 1
        waiting += waiting.pop().args
    return size > _LARGE


def last_part(expression: str) -> tuple[str, str]:
    """Return what stands before the last part of an expression (`""`: nothing, or a dot alone), and the last part."""
    head, _, last = expression.rpartition(".")
    if "]" not in last and "}" not in last:
        return head, last
    depth = 0
    for position in range(len(expression) - 1, -1, -1):
        character = expression[position]
        if character in "]}":
            depth += 1
        elif character in "[{":
            depth -= 1
        elif character == "." and not depth:
            return expression[:position], expression[position + 1 :]
    return "", expression


def part_of(text: str) -> Part:
    """Return a part of an expression as its name, its type arguments and how often it is called."""
    name = text
    calls = 0
    while name.endswith("()"):
        name = name[:-2]
        calls += 1
    if name.endswith("]"):
        name, _, inside = name[:-1].partition("[")
        return Part(name, tuple(split(inside, ",")), calls)
    return Part(name, (), calls)
