"""Scopes of one file, and what its names and expressions stand for once the whole file has been walked.

In: bindings noted by the walk. Out: dotted names and type expressions. Never looks at another file.

A type expression is a dotted name with `()` after a part that is called: `pkg.Foo()` is what calling `pkg.Foo` gives,
`pkg.Sub.super()` is the next class after `pkg.Sub`. Names of builtins are written `builtins.len`.
"""

import ast
import builtins
from typing import Literal, NamedTuple

ScopeKind = Literal["module", "class", "function", "comprehension"]
BUILTIN_NAMES = frozenset(dir(builtins)) | {"__file__", "__path__", "reveal_type", "WindowsError"}
_WRAPPERS = frozenset({"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly"})
_ANYTHING = frozenset({"typing.Any", "typing_extensions.Any", "builtins.object"})
_DEPTH = 25


class Origin(NamedTuple):
    """Where a variable's value comes from: a value's node, an annotation's node, a ready expression, or unknown."""

    kind: Literal["value", "annotation", "expression", "unknown"]
    node: ast.expr | None
    scope: "Scope"
    expression: str = ""


class Binding:
    """One name in one scope: the definitions and imports it may stand for, and the values assigned to it."""

    __slots__ = ("origins", "resolved", "targets")

    def __init__(self) -> None:
        self.targets: list[str] = []
        self.origins: list[Origin] = []
        self.resolved: str | None = ""


class Scope:
    """A scope; `prefix` is the dotted prefix of names defined in it, `class_name` the class it is the body of."""

    __slots__ = ("bindings", "class_name", "global_names", "kind", "nonlocal_names", "parent", "prefix")

    def __init__(self, kind: ScopeKind, prefix: str, parent: "Scope | None", class_name: str = "") -> None:
        self.kind = kind
        self.prefix = prefix
        self.parent = parent
        self.class_name = class_name
        self.bindings: dict[str, Binding] = {}
        self.global_names: set[str] = set()
        self.nonlocal_names: set[str] = set()

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
        while scope is not None:
            if scope is self or scope.kind != "class":
                found = scope.bindings.get(name)
                if found is not None:
                    return found
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


class Names:
    """Turns names and expressions of one walked file into dotted names and type expressions."""

    def __init__(self, module: Scope, *, has_star_imports: bool) -> None:
        self.module = module
        self.has_star_imports = has_star_imports

    def free(self, name: str) -> str:
        """Return what a name that nothing in the file binds stands for."""
        if name in BUILTIN_NAMES and not self.has_star_imports:
            return f"builtins.{name}"
        return f"{self.module.prefix}.{name}"

    def targets(self, scope: Scope, name: str) -> tuple[str, ...]:
        """Return every expression that `name` may stand for, none where it is a variable of unknown value."""
        binding = scope.lookup(name)
        if binding is None:
            return (self.free(name),)
        if binding.targets:
            outer = scope.behind(name)
            return tuple(dict.fromkeys([*binding.targets, *(outer.targets if outer else ())]))
        known = self.type_of(binding)
        return (known,) if known else ()

    def type_of(self, binding: Binding, depth: int = 0) -> str | None:
        """Return the type expression of a variable's value, None where its assignments do not agree on one."""
        if binding.resolved != "":
            return binding.resolved
        if depth > _DEPTH:
            return None
        binding.resolved = None
        binding.resolved = self.agreed(binding.origins, depth + 1)
        return binding.resolved

    def agreed(self, origins: list[Origin], depth: int = 0) -> str | None:
        """Return the one type expression that all origins have; an annotation decides alone."""
        for origin in origins:
            if origin.kind == "annotation" and origin.node is not None:
                annotated = self.annotation(origin.node, origin.scope)
                return f"{annotated}()" if annotated else None
        found: str | None = None
        for origin in origins:
            if origin.kind == "value" and isinstance(origin.node, ast.Constant) and origin.node.value is None:
                continue
            if origin.kind == "expression":
                one: str | None = origin.expression
            else:
                one = self.expression(origin.node, origin.scope, depth) if origin.node is not None else None
            if one is None or (found is not None and one != found):
                return None
            found = one
        return found

    def expression(self, node: ast.expr, scope: Scope, depth: int = 0) -> str | None:
        """Return the type expression of an expression's value, None where it cannot be known."""
        if depth > _DEPTH:
            return None
        if isinstance(node, ast.Name):
            binding = scope.lookup(node.id)
            if binding is None:
                return self.free(node.id)
            if any(origin.node is node for origin in binding.origins) and (outer := scope.behind(node.id)):
                binding = outer
            if binding.targets:
                return binding.targets[0] if len(binding.targets) == 1 else None
            return self.type_of(binding, depth + 1)
        if isinstance(node, ast.Attribute):
            base = self.expression(node.value, scope, depth + 1)
            return f"{base}.{node.attr}" if base else None
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == "super" and (owner := scope.enclosing_class()):
                return f"{owner}.super()"
            callee = self.expression(node.func, scope, depth + 1)
            return f"{callee}()" if callee else None
        if isinstance(node, ast.Await | ast.NamedExpr):
            return self.expression(node.value, scope, depth + 1)
        if isinstance(node, ast.Subscript) and ast.unparse(node) == "sys.modules[__name__]":
            return self.module.prefix
        return None

    def annotation(self, node: ast.expr, scope: Scope) -> str:
        """Return the dotted name of an annotation's class (Optional and the like stripped), `""` where it has none."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                return self.annotation(ast.parse(node.value.strip(), mode="eval").body, scope)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return ""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = [side for side in (node.left, node.right) if not _is_none(side)]
            return self.annotation(sides[0], scope) if len(sides) == 1 else ""
        if isinstance(node, ast.Subscript):
            return self._subscripted(node, scope)
        if isinstance(node, ast.Name | ast.Attribute):
            found = self.expression(node, scope) or ""
            return "" if found in _ANYTHING else found
        return ""

    def _subscripted(self, node: ast.Subscript, scope: Scope) -> str:
        name = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        inner = node.slice
        if name == "Union" and isinstance(inner, ast.Tuple):
            sides = [side for side in inner.elts if not _is_none(side)]
            return self.annotation(sides[0], scope) if len(sides) == 1 else ""
        if name in _WRAPPERS:
            first = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
            return self.annotation(first, scope)
        return self.annotation(node.value, scope)

    def callee(self, node: ast.expr, scope: Scope) -> str:
        """Return how a call's or decorator's callee is written in facts: dotted, `.attr`, or `""`.

        A local variable keeps its own name (`pkg.f.<locals>.app`) where a call was assigned to it.
        """
        if isinstance(node, ast.Name):
            return self._named(node.id, scope)
        if isinstance(node, ast.Attribute):
            base = self.callee(node.value, scope)
            return f"{base}.{node.attr}" if base and not base.startswith(".") else f".{node.attr}"
        if isinstance(node, ast.Subscript) and (module := self.expression(node, scope)):
            return module
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == "super" and (owner := scope.enclosing_class()):
                return f"{owner}.super()"
            base = self.callee(node.func, scope)
            return f"{base}()" if base and not base.startswith(".") else ""
        return ""

    def _named(self, name: str, scope: Scope) -> str:
        binding = scope.lookup(name)
        if binding is None:
            return self.free(name)
        if binding.targets:
            return binding.targets[-1]
        if any(isinstance(origin.node, ast.Call) and origin.kind == "value" for origin in binding.origins):
            owner = next(origin.scope for origin in binding.origins if isinstance(origin.node, ast.Call))
            while owner.kind == "comprehension" and owner.parent is not None:
                owner = owner.parent
            return f"{owner.prefix}.{name}"
        known = self.type_of(binding)
        return known.removesuffix("()") if known else ""


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
