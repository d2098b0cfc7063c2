"""Scopes of one file: which binding a name means where.

In: bindings noted by the walk. Out: bindings by Python's rules. Never resolves what a binding's value is.

A `branch` is a part of a function in which a test has told more of a name (`isinstance`); it binds nothing itself.
"""

import ast
import builtins
from typing import Literal, NamedTuple

ScopeKind = Literal["module", "class", "function", "comprehension", "branch"]
BUILTIN_NAMES = frozenset(dir(builtins)) | {"__file__", "__path__", "reveal_type", "WindowsError"}


made = tuple.__new__
"""`made(Origin, (…))`, with every field, is `Origin(…)` without a call of Python in between: where there are many."""
_NONE: frozenset[str] = frozenset()


class Origin(NamedTuple):
    """Where a variable's value comes from.

    A `value`'s node (`expression` is put behind what it stands for: `.<item>` in a loop), an `annotation`'s, the class
    that a test told (`is`; `class` where the value is that class itself; `not` where `node` is none of the classes
    `told`), the right side of a type `alias`, variadic `args` and `kwargs`, a ready `expression`, or unknown.
    """

    kind: Literal["value", "annotation", "is", "class", "not", "alias", "args", "kwargs", "expression", "unknown"]
    node: ast.expr | None
    scope: "Scope"
    expression: str = ""
    told: ast.expr | None = None


class Binding:
    """One name in one scope: the definitions and imports it may stand for, and the values assigned to it."""

    __slots__ = ("grows", "origins", "resolved", "targets")

    def __init__(self) -> None:
        self.targets: list[str] = []
        self.origins: list[Origin] = []
        self.resolved: str | None = ""
        self.grows = False
        """Whether elements may be added to its value: what is in it at first is then not all."""


class Scope:
    """A scope; `prefix` is the dotted prefix of names defined in it, `class_name` the class it is the body of.

    `home` is the scope in which an assignment here binds: not a comprehension, not a branch. `every` has all scopes of
    the file.
    """

    __slots__ = (
        "bindings", "class_name", "every", "global_names", "home", "kind", "nonlocal_names", "parent", "prefix",
    )  # fmt: skip

    def __init__(self, kind: ScopeKind, prefix: str, parent: "Scope | None", class_name: str = "") -> None:
        self.kind = kind
        self.prefix = prefix
        self.parent = parent
        self.class_name = class_name
        self.bindings: dict[str, Binding] = {}
        self.global_names: frozenset[str] = _NONE
        self.nonlocal_names: frozenset[str] = _NONE
        self.home: Scope = parent.home if parent is not None and kind in ("comprehension", "branch") else self
        self.every: list[Scope] = [] if parent is None else parent.every
        self.every.append(self)

    def module(self) -> "Scope":
        """Return the outermost scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def binding(self, name: str) -> Binding:
        """Return the binding that an assignment to `name` here changes, made if need be."""
        scope = self
        if name in self.global_names:
            scope = self.module()
        elif name in self.nonlocal_names:
            outer = self.parent
            while outer is not None and (outer.kind == "class" or name not in outer.bindings):
                outer = outer.parent
            scope = outer or self
        found = scope.bindings.get(name)
        if found is None:
            found = scope.bindings[name] = Binding()
        return found

    def lookup(self, name: str) -> Binding | None:
        """Return what `name` means here by Python's rules, None for builtins and names from star imports."""
        if name in self.global_names:
            return self.module().bindings.get(name)
        scope: Scope | None = self
        told: Binding | None = None
        while scope is not None:
            if scope is self or scope.kind != "class":
                found = scope.bindings.get(name)
                if found is not None and scope.kind != "branch":
                    return found if told is None or found.targets else told
                told = told or found
            scope = scope.parent
        return None

    def told(self, name: str, attributes: tuple[str, ...]) -> tuple[Binding, int] | None:
        """Return what a test has told of `name.a.b` here, and how many of the attributes that covers."""
        scope: Scope | None = self
        while scope is not None and scope.kind in ("branch", "comprehension"):
            if scope.kind == "branch":
                for count in range(len(attributes), 0, -1):
                    found = scope.bindings.get(".".join((name, *attributes[:count])))
                    if found is not None:
                        return found, count
            scope = scope.parent
        return None

    def behind(self, name: str) -> Binding | None:
        """Return what a name in a class body means before the body binds it, None where it never does."""
        if self.kind != "class" or name not in self.bindings or self.parent is None:
            return None
        return self.parent.lookup(name)

    def enclosing_class(self) -> str:
        """Return the dotted name of the class whose method this code is in, `""` outside of one."""
        scope: Scope | None = self
        while scope is not None:
            if scope.class_name:
                return scope.class_name
            scope = scope.parent
        return ""
