"""What start-up code works with when it is followed without being run.

In: nothing. Out: the values `startup_*` modules pass around. Text, numbers, lists and dicts are Python's own;
everything else is one of the classes below. What cannot be known is `UNKNOWN`, never a guess.
"""

import ast
from collections.abc import Callable, Iterator
from typing import Any, Literal

from auditor.model.code import DefinitionId, ModuleFacts

Abstract = Any
"""A value of followed code: a Python constant or container, or one of the classes of this module."""


class Unknown:
    """A value of which nothing is known."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


class External:
    """Something outside the project, by its dotted name; `()` stands behind a part that was called."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"External({self.name})"


class Made:
    """What a call of something external gives; its arguments tell what it wraps."""

    __slots__ = ("args", "keywords", "name")

    def __init__(self, name: str, args: list[Abstract], keywords: dict[str, Abstract]) -> None:
        self.name = name
        self.args = args
        self.keywords = keywords


class Scope:
    """Names of one module, class body or function call. Classes are passed over by the functions in them."""

    __slots__ = (
        "depth", "fields", "globals", "kind", "module", "owner", "parent", "qualified", "receiver", "results", "source",
        "variables", "yields",
    )  # fmt: skip

    def __init__(
        self,
        kind: Literal["module", "class", "function", "comprehension"],
        module: "Module",
        parent: "Scope | None",
        qualified: str,
        source: DefinitionId,
    ) -> None:
        self.kind = kind
        self.module = module
        self.parent = parent
        self.qualified = qualified
        self.source = source
        self.variables: dict[str, Abstract] = {}
        self.globals: set[str] = set()
        self.owner: Class | None = parent.owner if parent is not None and kind == "comprehension" else None
        self.receiver: Abstract = None
        self.fields: list[str] = []
        self.results: list[tuple[Abstract, int]] = []
        self.yields: list[Abstract] = []
        self.depth = 0

    def id_of(self, name: str) -> DefinitionId:
        """Return the id of something defined here."""
        inside = f"{self.qualified}.<locals>" if self.kind == "function" else self.qualified
        return f"{self.module.name}:{inside}.{name}" if inside else f"{self.module.name}:{name}"

    def chain(self) -> "Iterator[Scope]":
        """Yield the scopes in which a name is looked up, innermost first."""
        scope: Scope | None = self
        own = True
        while scope is not None:
            if own or scope.kind != "class":
                yield scope
            own = own and scope.kind == "comprehension"
            scope = scope.parent


class Module:
    """A module of the project; `scope` is filled once its body was followed. `tree` is None where it cannot be."""

    def __init__(self, name: str, facts: ModuleFacts | None) -> None:
        self.name = name
        self.facts = facts
        self.in_tests = facts is not None and facts.in_tests
        self.scope = Scope("module", self, None, "", f"{name}:")


class Function:
    """A function or lambda of the project; `stands_for` is what a decorator's wrapper was made of."""

    def __init__(self, node: Any, scope: Scope, identity: DefinitionId, owner: "Class | None") -> None:  # noqa: ANN401
        self.node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda = node
        self.scope = scope
        self.id = identity
        self.owner = owner
        self.defaults: list[Abstract] = []
        self.keyword_defaults: dict[str, Abstract] = {}
        self.attributes: dict[str, Abstract] = {}
        self.kind: Literal["plain", "static", "class", "property"] = "plain"
        self.stands_for: Abstract = None

    @property
    def origin(self) -> "Function":
        """The function that was decorated, where this one wraps it."""
        return self.stands_for.origin if isinstance(self.stands_for, Function) else self


class Bound:
    """A method with its receiver."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: Function, receiver: Abstract) -> None:
        self.function = function
        self.receiver = receiver


class Partial:
    """`functools.partial`."""

    __slots__ = ("args", "function", "keywords")

    def __init__(self, function: Abstract, args: list[Abstract], keywords: dict[str, Abstract]) -> None:
        self.function = function
        self.args = args
        self.keywords = keywords


class Native:
    """Something that is known to the analysis itself: a builtin, or a framework's method with its receiver."""

    __slots__ = ("function", "name")

    def __init__(self, name: str, function: Callable[[list[Abstract], dict[str, Abstract]], Abstract]) -> None:
        self.name = name
        self.function = function


class Class:
    """A class of the project."""

    def __init__(self, identity: DefinitionId, bases: list[Abstract], scope: Scope) -> None:
        self.id = identity
        self.bases = bases
        self.scope = scope
        self.attributes = scope.variables
        self.keywords: dict[str, Abstract] = {}
        self.order: list[Class | External] = [self]
        for base in bases:
            for one in base.order if isinstance(base, Class) else [base] if isinstance(base, External) else []:
                if not any(one is known for known in self.order):
                    self.order.append(one)

    def find(self, name: str, after: "Class | None" = None) -> Abstract:
        """Return a member by the order of bases, None where no class of the project has it."""
        skipping = after is not None
        for one in self.order:
            if skipping:
                skipping = one is not after
            elif isinstance(one, Class) and name in one.attributes:
                return one.attributes[name]
        return None

    def externals(self) -> list[str]:
        """Return the names of the bases outside the project."""
        return [one.name for one in self.order if isinstance(one, External)]


class Instance:
    """An object: of a class of the project, of a class that a framework model knows (`native`), or both."""

    def __init__(self, of: Class | External, native: str = "") -> None:
        self.of = of
        self.native = native
        self.attributes: dict[str, Abstract] = {}
        self.state: Any = None


class Super:
    """`super()` in a method."""

    __slots__ = ("after", "receiver")

    def __init__(self, after: Class, receiver: Abstract) -> None:
        self.after = after
        self.receiver = receiver


class FieldDefault:
    """A field of a class that every object gets a new value for (`field(default_factory=…)`)."""

    __slots__ = ("factory",)

    def __init__(self, factory: Abstract) -> None:
        self.factory = factory


class Options(dict[Abstract, Abstract]):
    """An application's configuration: filled from objects and modules; a truth value in it may be set either way."""


class Either:
    """One of several objects that routes are registered on."""

    __slots__ = ("options",)

    def __init__(self, options: list[Abstract]) -> None:
        self.options = options


def truth(value: Abstract) -> bool | None:
    """Return whether a value is true, None where that cannot be known."""
    if isinstance(value, Unknown | External | Made | Either):
        return None
    if isinstance(value, str | int | float | list | tuple | dict | set | frozenset | bytes) or value is None:
        return bool(value)
    return True


def handler_of(value: Abstract, depth: int = 0) -> tuple[DefinitionId, Function | Class] | None:
    """Return the definition that serves when a value is called, wrappers and partials looked through."""
    if isinstance(value, Function):
        inner = value.origin
        return handler_of(inner.stands_for) if inner.stands_for is not None else (inner.id, inner)
    if isinstance(value, Class):
        return value.id, value
    if isinstance(value, Bound):
        return handler_of(value.function)
    if isinstance(value, Instance) and isinstance(value.of, Class):
        return value.of.id, value.of
    if depth > 5:
        return None
    if isinstance(value, Partial):
        return handler_of(value.function, depth + 1)
    if isinstance(value, Made):
        for one in (*value.args, *value.keywords.values()):
            found = handler_of(one, depth + 1)
            if found is not None:
                return found
    return None
