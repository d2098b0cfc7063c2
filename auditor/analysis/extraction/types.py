"""What the names and expressions of one file stand for, once the whole file has been walked.

In: scopes with their bindings. Out: dotted names and type expressions. Never looks at another file.

A type expression is a dotted name with `()` after a part that is called: `pkg.Foo()` is what calling `pkg.Foo` gives,
`pkg.Sub.super()` the next class after `pkg.Sub`. Names of builtins are written `builtins.len`. Besides:

- `{a|b}` is one of several; `?` may be anything; `pkg.Box[a,b]` has type arguments (`builtins.list[a]()` where the
  code that fills it says so, `builtins.list[a].<is>` where it is declared)
- `.<is>` is an instance of a declared type, `.<self>` of the class of the receiver, `.<class>` the class of an object
- `.<item>`, `.<at>[#0]`, `.<slice>`, `.<enter>`, `.<await>` are what a loop, an index (`#0` a number, `'x` a text),
  `with` and `await` give
- `.<not>[a]` leaves out what is an `a`; `.<alias>` is a type that a name stands for
"""

import ast
from collections.abc import Callable
from typing import Any

from auditor.analysis.extraction.annotations import Annotations, is_none, loosened, plain, union
from auditor.analysis.extraction.calls import STANDARD, or_default, standard_call
from auditor.analysis.extraction.scopes import BUILTIN_NAMES, Binding, Origin, Scope

_DEPTH = 25
_CONSTANTS = {str: "builtins.str()", bytes: "builtins.bytes()", int: "builtins.int()", float: "builtins.float()",
              bool: "builtins.bool()", complex: "builtins.complex()"}  # fmt: skip
_DISPLAYS = {ast.List: "list", ast.Set: "set", ast.ListComp: "list", ast.SetComp: "set", ast.GeneratorExp: "list"}


class Names(Annotations):
    """Turns names and expressions of one walked file into dotted names and type expressions."""

    def __init__(self, module: Scope, inner: dict[int, Scope], *, has_star_imports: bool) -> None:
        self.module = module
        self.inner = inner
        self.has_star_imports = has_star_imports
        self._known: dict[Scope, dict[str, Binding | None]] = {}
        self._telling: dict[Scope, bool] = {}

    def free(self, name: str) -> str:
        """Return what a name that nothing in the file binds stands for."""
        if name in BUILTIN_NAMES and not self.has_star_imports:
            return f"builtins.{name}"
        return f"{self.module.prefix}.{name}"

    def lookup(self, scope: Scope, name: str) -> Binding | None:
        """Return what `name` means in a scope: as `Scope.lookup`, remembered, as the walk is over."""
        known = self._known.get(scope)
        if known is None:
            known = self._known[scope] = {}
        if name in known:
            return known[name]
        found = known[name] = scope.lookup(name)
        return found

    def told(self, scope: Scope, name: str, attributes: tuple[str, ...]) -> tuple[Binding, int] | None:
        """Return what a test has told of `name.a.b`, and how many attributes that covers: as `Scope.told`."""
        telling = self._telling.get(scope)
        if telling is None:
            telling = self._telling[scope] = _tells(scope)
        return scope.told(name, attributes) if telling else None

    def targets(self, scope: Scope, name: str) -> tuple[str, ...]:
        """Return every expression that `name` may stand for, none where it is a variable of unknown value."""
        binding = self.lookup(scope, name)
        if binding is None:
            return (self.free(name),)
        if binding.targets:
            outer = scope.behind(name) if scope.kind == "class" else None
            return tuple(dict.fromkeys([*binding.targets, *(outer.targets if outer else ())]))
        known = self.type_of(binding)
        return (known,) if known else ()

    def type_of(self, binding: Binding, depth: int = 0) -> str | None:
        """Return the type expression of a variable's value, None where it cannot be known."""
        if binding.resolved != "":
            return binding.resolved
        if depth > _DEPTH:
            return None
        binding.resolved = None
        found = self.agreed(binding.origins, depth + 1)
        binding.resolved = loosened(found) if found and binding.grows else found
        return binding.resolved

    def agreed(self, origins: list[Origin], depth: int = 0) -> str | None:
        """Return what a variable may hold: one of its values; of values that are unknown, what is declared."""
        found: list[str] = []
        declared = unknown = False
        for origin in origins:
            kind = origin.kind
            if kind == "unknown":
                unknown = True
                continue
            if kind == "value" and _is_none(origin.node):
                continue
            one = self._origin(origin, depth)
            if kind == "annotation":
                declared = True
                if not one:
                    return None
            if one:
                found.append(one)
            else:
                unknown = True
        if unknown and (not declared or found[0].startswith("builtins.")):
            return None
        return union(found)

    def _origin(self, origin: Origin, depth: int) -> str | None:
        kind, node, scope, expression, told = origin
        if kind == "expression":
            return expression
        if node is None:
            return None
        if kind == "value":
            found = self.expression(node, scope, depth)
            return f"{found}{expression}" if found else None
        if kind == "annotation":
            return self.declared(node, scope)
        if kind == "alias":
            return self.alias(node, scope)
        if kind in ("args", "kwargs"):
            inner = self.declared(node, scope) or "?"
            return f"builtins.{'list[' if kind == 'args' else 'dict[builtins.str(),'}{inner}].<is>"
        if kind == "is":
            instance = self.instances(node, scope)
            return f"{instance}{expression}" if instance else None
        found = self.expression(node, scope, depth)
        if kind == "not":
            instance = self.instances(told, scope) if told is not None else ""
            return f"{found}.<not>[{instance}]" if found and instance else found
        return f"{found}{expression}" if found else None

    def instances(self, node: ast.expr, scope: Scope) -> str:
        """Return an instance of what a test names: a class, or one of several."""
        if isinstance(node, ast.Tuple):
            found = [self.instances(one, scope) for one in node.elts]
            return (union(found) or "") if all(found) else ""
        if isinstance(node, ast.BinOp):
            return self.declared(node, scope)
        named = self.expression(node, scope) if isinstance(node, ast.Name | ast.Attribute) else None
        return f"{named}.<is>" if named else ""

    def expression(self, node: ast.expr, scope: Scope, depth: int = 0) -> str | None:
        """Return the type expression of an expression's value, None where it cannot be known."""
        if depth > _DEPTH:
            return None
        kind = _KINDS.get(node.__class__)
        return kind(self, node, scope, depth + 1) if kind is not None else None

    def _inside(self, node: ast.NamedExpr, scope: Scope, depth: int) -> str | None:
        return self.expression(node.value, scope, depth)

    def _awaited(self, node: ast.Await, scope: Scope, depth: int) -> str | None:
        found = self.expression(node.value, scope, depth)
        return f"{found}.<await>" if found else None

    def _name(self, node: ast.Name, scope: Scope, depth: int) -> str | None:
        name = node.id
        binding = self.lookup(scope, name)
        if binding is None:
            return self.free(name)
        if scope.kind == "class" and any(origin.node is node for origin in binding.origins):
            binding = scope.behind(name) or binding
        targets = binding.targets
        if targets:
            return targets[0] if len(targets) == 1 else union(targets)
        return binding.resolved if binding.resolved != "" else self.type_of(binding, depth)

    def _attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> str | None:
        if scope.kind == "branch" or scope.kind == "comprehension":
            told = self._told(node, scope)
            if told is not None:
                return self.type_of(told, depth)
        base = self.expression(node.value, scope, depth)
        if node.attr == "__class__" and base:
            return f"{base}.<class>"
        return f"{base}.{node.attr}" if base else None

    def _told(self, node: ast.Attribute, scope: Scope) -> Binding | None:
        """Return what a test has told of this very chain of attributes."""
        attributes: list[str] = []
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            attributes.append(root.attr)
            root = root.value
        if not isinstance(root, ast.Name):
            return None
        found = self.told(scope, root.id, tuple(reversed(attributes)))
        return found[0] if found is not None and found[1] == len(attributes) else None

    def _call(self, node: ast.Call, scope: Scope, depth: int) -> str | None:
        function = node.func
        if isinstance(function, ast.Name):
            if function.id == "super" and (owner := scope.enclosing_class()):
                return f"{owner}.super()"
        elif isinstance(function, ast.Attribute) and function.attr == "__new__" and (owner := scope.enclosing_class()):
            above = self.expression(function.value, scope, depth)
            if above == f"{owner}.super()" or above == "builtins.object":
                return f"{owner}.<self>"
        callee = self.expression(function, scope, depth)
        if callee is None:
            return None
        if not node.args or not (len(node.args) == 2 or callee.startswith(STANDARD)):
            return f"{callee}()"

        def typed(one: ast.expr) -> str | None:
            return self.expression(one, scope, depth)

        known = standard_call(callee, node, typed, self, scope)
        return known if known is not None else or_default(f"{callee}()", node, typed)

    def _subscript(self, node: ast.Subscript, scope: Scope, depth: int) -> str | None:
        if isinstance(node.value, ast.Attribute) and node.value.attr == "modules":
            return self.module.prefix if ast.unparse(node) == "sys.modules[__name__]" else None
        base = self.expression(node.value, scope, depth)
        if base is None:
            return None
        if isinstance(node.slice, ast.Slice):
            return f"{base}.<slice>"
        if "(" not in base and "<" not in base and (alias := self.alias(node, scope)):
            return alias
        inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return f"{base}.<at>[{','.join(self._index(one, scope) for one in inside)}]"

    def _index(self, node: ast.expr, scope: Scope) -> str:
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                return f"'{node.value}" if node.value.isidentifier() else "?"
            return f"#{node.value}" if isinstance(node.value, int) and node.value >= 0 else "?"
        return (self.declared(node, scope) if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) else "") or "?"

    def _either(self, node: ast.IfExp | ast.BoolOp, scope: Scope, depth: int) -> str | None:
        sides = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
        found = [self.expression(side, scope, depth) for side in sides if not is_none(side)]
        known = [one for one in found if one]
        return union(known) if len(known) == len(found) else None

    def _operator(self, node: ast.BinOp, scope: Scope, depth: int) -> str | None:
        if isinstance(node.op, ast.BitOr):
            return self.alias(node, scope)
        text = isinstance(node.op, ast.Mod | ast.Add) and self._is_text(node.left)
        return "builtins.str()" if text else None

    @staticmethod
    def _is_text(node: ast.expr) -> bool:
        return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))

    def _tuple(self, node: ast.Tuple, scope: Scope, depth: int) -> str | None:
        if len(node.elts) > _DEPTH or any(isinstance(one, ast.Starred) for one in node.elts):
            return "builtins.tuple()"
        return f"builtins.tuple[{','.join(self.expression(one, scope, depth) or '?' for one in node.elts)}].<is>"

    def _elements(self, nodes: list[ast.expr], scope: Scope, depth: int) -> str:
        if not nodes or len(nodes) > _DEPTH:
            return "?"
        found = [self.expression(one, scope, depth) for one in nodes]
        known = [one for one in found if one]
        return (union(known) if len(known) == len(found) else None) or "?"

    def _display(self, node: ast.List | ast.Set, scope: Scope, depth: int) -> str | None:
        return f"builtins.{_DISPLAYS[type(node)]}[{self._elements(node.elts, scope, depth)}]()"

    def _mapping(self, node: ast.Dict, scope: Scope, depth: int) -> str | None:
        keys = [key for key in node.keys if key is not None]
        if len(keys) < len(node.keys):
            return "builtins.dict()"
        inside = f"{self._elements(keys, scope, depth)},{self._elements(node.values, scope, depth)}"
        return f"builtins.dict[{inside}]()"

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, _scope: Scope, depth: int) -> str:
        inner = self.inner.get(id(node))
        item = self.expression(node.elt, inner, depth) if inner is not None else None
        return f"builtins.{_DISPLAYS[type(node)]}[{item or '?'}]()"

    def _mapped(self, node: ast.DictComp, _scope: Scope, depth: int) -> str:
        inner = self.inner.get(id(node))
        sides = [self.expression(one, inner, depth) if inner is not None else None for one in (node.key, node.value)]
        return f"builtins.dict[{','.join(one or '?' for one in sides)}]()"

    def callee(self, node: ast.expr, scope: Scope) -> str:
        """Return how a call's or decorator's callee is written in facts: dotted, `.attr`, or `""`.

        A local variable keeps its own name (`pkg.f.<locals>.app`) where a call was assigned to it.
        """
        if isinstance(node, ast.Name):
            return self._named(node.id, scope)
        if isinstance(node, ast.Attribute):
            base = self.callee(node.value, scope)
            return f"{base}.{node.attr}" if base and not base.startswith(".") else f".{node.attr}"
        if isinstance(node, ast.Subscript):
            found = self._subscript(node, scope, 0)
            return found if found == self.module.prefix else ""
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == "super" and (owner := scope.enclosing_class()):
                return f"{owner}.super()"
            base = self.callee(node.func, scope)
            return f"{base}()" if base and not base.startswith(".") else ""
        return ""

    def _named(self, name: str, scope: Scope) -> str:
        binding = self.lookup(scope, name)
        if binding is None:
            return self.free(name)
        if binding.targets:
            return binding.targets[-1]
        for one in binding.origins:
            if one.kind == "value" and not one.expression and isinstance(one.node, ast.Call):
                return f"{one.scope.home.prefix}.{name}"
        known = self.type_of(binding)
        return plain(known) if known else ""


_KINDS: dict[type, Callable[[Names, Any, Scope, int], str | None]] = {
    ast.Name: Names._name, ast.Attribute: Names._attribute, ast.Call: Names._call, ast.Subscript: Names._subscript,
    ast.Constant: lambda _, node, *__: _CONSTANTS.get(node.value.__class__), ast.JoinedStr: lambda *_: "builtins.str()",
    ast.IfExp: Names._either, ast.BoolOp: Names._either, ast.BinOp: Names._operator, ast.Tuple: Names._tuple,
    ast.Dict: Names._mapping, ast.List: Names._display, ast.Set: Names._display, ast.ListComp: Names._comprehension,
    ast.SetComp: Names._comprehension, ast.GeneratorExp: Names._comprehension, ast.DictComp: Names._mapped,
    ast.Await: Names._awaited, ast.NamedExpr: Names._inside,
}  # fmt: skip
"""How each kind of expression is read; nothing is known of others."""


def _is_none(node: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _tells(scope: Scope | None) -> bool:
    """Return whether a test around tells something of an attribute, and not only of names."""
    while scope is not None and scope.kind in ("branch", "comprehension"):
        if scope.kind == "branch" and any("." in name for name in scope.bindings):
            return True
        scope = scope.parent
    return False
