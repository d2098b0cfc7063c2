"""Which strings an expression can be: literals put together, names bound to them, loops over literal containers.

In: an expression and its scope, once the file has been walked. Out: every text it can be, `*` for each unknown part.
Never follows a value out of the file or into a call of the project's own.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product

from auditor.analysis.extraction.scopes import Binding, Scope
from auditor.analysis.extraction.types import Names
from auditor.analysis.extraction.values import pattern_of
from auditor.analysis.extraction.walk import Walk

_MANY = 64
_DEPTH = 8
_COPIES = frozenset({"sorted", "reversed", "list", "tuple", "set", "frozenset", "iter"})
_CASES = frozenset({"lower", "upper", "capitalize", "title", "strip"})
_GROWS = frozenset({"append", "extend", "add", "update", "insert", "setdefault"})
_LISTINGS = frozenset({"listdir", "scandir", "iterdir", "glob", "iglob", "rglob"})
_Texts = tuple[str, ...]
_LOOP = re.compile(r"\.<item>(?:\.<at>\[#(\d+)\])?")
"""How a loop's variable is marked, with its place where a loop unpacks (see `extraction.types`)."""


class Texts:
    """Answers for one walked file. Relative names start from `package`."""

    def __init__(self, walk: Walk, names: Names, package: str) -> None:
        self.names = names
        self.package = package
        self.defaults = walk.defaults
        self._walk = walk

    @cached_property
    def grown(self) -> frozenset[int]:
        """Identities of the bindings to whose values something is added."""
        names = self.names
        return frozenset([id(names.lookup(scope, name)) for scope, _, name, attributes in self._walk.uses
                          if attributes and attributes[0] in _GROWS])  # fmt: skip

    @cached_property
    def lists_its_folder(self) -> bool:
        """Whether the file lists a directory, and knows its own."""
        taken = {attributes[-1] if attributes else name for _, _, name, attributes in self._walk.uses}
        return "__file__" in taken and not _LISTINGS.isdisjoint(taken)

    @cached_property
    def given(self) -> Counter[str]:
        """How often each variable of the module and its classes is assigned."""
        return Counter([target for _, target, *_ in self._walk.assignments])

    def of(self, node: ast.expr | None, scope: Scope) -> _Texts:
        """Return every text an expression can be, `*` for unknown parts; `("*",)` where nothing is known."""
        return self._of(node, scope, 0) or ("*",)

    def receiver(self, node: ast.expr, scope: Scope) -> str:
        """Return the type expression of an expression's value, `""` where it is not known."""
        found = self.names.expression(node, scope) or ""
        return "" if found == "?" else found

    def _of(self, node: ast.expr | None, scope: Scope, depth: int) -> _Texts:
        """Return the texts, none for what is no string expression."""
        if node is None or depth > _DEPTH:
            return ()
        found: Sequence[str] = ()
        if isinstance(node, ast.Constant):
            found = (node.value,) if isinstance(node.value, str) else ()
        elif isinstance(node, ast.JoinedStr):
            found = _joined([self._part(one, scope, depth) for one in node.values])
        elif isinstance(node, ast.BinOp):
            found = self._operated(node, scope, depth)
        elif isinstance(node, ast.IfExp | ast.BoolOp):
            sides = node.values if isinstance(node, ast.BoolOp) else (node.body, node.orelse)
            found = [text for side in sides for text in self._of(side, scope, depth + 1) or ("*",)]
        elif isinstance(node, ast.NamedExpr):
            found = self._of(node.value, scope, depth + 1)
        elif isinstance(node, ast.Name):
            found = self._named(node.id, scope, depth)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found = self._called(node, node.func, scope, depth)
        elif isinstance(node, ast.Attribute):
            found = self._of_class(node, scope, depth)
        if len(found) > _MANY:
            return (pattern_of(node) or "*",)
        return tuple(dict.fromkeys(_squeezed(one) for one in found))

    def _operated(self, node: ast.BinOp, scope: Scope, depth: int) -> Sequence[str]:
        if isinstance(node.op, ast.Add):
            sides = [self._of(side, scope, depth + 1) for side in (node.left, node.right)]
            return _joined([side or ("*",) for side in sides]) if any(sides) else ()
        if isinstance(node.op, ast.Mod):
            given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            return self._filled(node.left, "%s", given, scope, depth)
        return ()

    def _part(self, node: ast.expr, scope: Scope, depth: int) -> _Texts:
        if isinstance(node, ast.FormattedValue):
            plain = node.conversion in (-1, ord("s")) and node.format_spec is None
            return (self._of(node.value, scope, depth + 1) if plain else ()) or ("*",)
        return self._of(node, scope, depth + 1) or ("*",)

    def _filled(
        self, template: ast.expr, mark: str, given: Sequence[ast.expr], scope: Scope, depth: int
    ) -> Sequence[str]:
        """Return a template with its plain marks filled in; any other mark stays unknown."""
        found: list[str] = []
        for text in self._of(template, scope, depth + 1):
            pieces = text.split(mark)
            plain = len(pieces) == len(given) + 1 and not any("%" in piece or "{" in piece for piece in pieces)
            if not plain:
                node = ast.Constant(text)
                whole = (
                    ast.BinOp(node, ast.Mod(), ast.Constant(0)) if mark == "%s"
                    else ast.Call(ast.Attribute(node, "format", ast.Load()), [], [])
                )  # fmt: skip
                found.append(pattern_of(whole) or "*")
                continue
            values = [self._of(one, scope, depth + 1) or ("*",) for one in given]
            parts = [part for piece, value in zip(pieces, [*values, ("",)], strict=True) for part in ((piece,), value)]
            found += _joined(parts)
        return found

    def _called(self, node: ast.Call, function: ast.Attribute, scope: Scope, depth: int) -> Sequence[str]:
        if function.attr == "format":
            given = () if node.keywords else node.args
            return self._filled(function.value, "{}", given, scope, depth)
        if function.attr in _CASES and not node.args:
            known = self._of(function.value, scope, depth + 1)
            return [str(getattr(one, function.attr)()) for one in known]
        if function.attr == "join" and len(node.args) == 1 and isinstance(node.args[0], ast.Tuple | ast.List):
            between = self._of(function.value, scope, depth + 1) or ("*",)
            parts: list[_Texts] = []
            for one in node.args[0].elts:
                parts += ([between] if parts else []) + [self._of(one, scope, depth + 1) or ("*",)]
            return _joined(parts)
        return ()

    def _named(self, name: str, scope: Scope, depth: int) -> Sequence[str]:
        binding = scope.lookup(name)
        if binding is None:
            return {"__name__": (self.names.module.prefix,), "__package__": (self.package,)}.get(name, ())
        found: list[str] = []
        for node, where in self._values(binding):
            found += (self._of(node, where, depth + 1) or ("*",)) if node is not None else ("*",)
        return found if found and set(found) != {"*"} else ()

    def _values(self, binding: Binding) -> Iterator[tuple[ast.expr | None, Scope]]:
        """Yield what a name may hold: assigned values, elements of the containers it goes through, None if unknown."""
        if id(binding) in self.defaults:
            yield self.defaults[id(binding)], self.names.module
        for origin in binding.origins:
            loop = _LOOP.fullmatch(origin.expression)
            if origin.kind != "value" or origin.node is None or (origin.expression and not loop):
                yield None, origin.scope
            elif loop is None:
                yield origin.node, origin.scope
            else:
                position = int(loop[1]) if loop[1] else None
                yield from ((one, origin.scope) for one in self._elements(origin.node, origin.scope, position, 0))

    def _elements(self, node: ast.expr, scope: Scope, position: int | None, depth: int) -> Iterator[ast.expr | None]:
        """Yield a container's elements (the part at `position` of each, where one is given), None for unknown ones."""
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            for one in node.elts:
                yield _part_at(one, position)
        elif isinstance(node, ast.Dict):
            yield from (node.keys if not position else node.values)
        elif isinstance(node, ast.Call) and depth < _DEPTH:
            yield from self._given_back(node, scope, position, depth)
        elif isinstance(node, ast.Name) and (binding := scope.lookup(node.id)) is not None and depth < _DEPTH:
            if not self._is_complete(binding):
                yield None
            yield from self._inside(binding, position, depth)
        else:
            yield None  # unknown; and of a class variable, a subclass may say otherwise
            if depth < _DEPTH and (found := _in_class(node, scope)) is not None:
                yield from self._inside(found, position, depth)

    def _inside(self, binding: Binding, position: int | None, depth: int) -> Iterator[ast.expr | None]:
        for value, where in self._values(binding):
            if value is None:
                yield None
            else:
                yield from self._elements(value, where, position, depth + 1)

    def _is_complete(self, binding: Binding) -> bool:
        """Return whether nothing adds to a name's container; a module's tables may be filled from anywhere."""
        table = any(isinstance(origin.node, ast.Dict) for origin in binding.origins)
        once = all(self.given.get(target, 0) == 1 for target in binding.targets)
        return id(binding) not in self.grown and once and not (binding.targets and table)

    def _given_back(self, node: ast.Call, scope: Scope, position: int | None, depth: int) -> Iterator[ast.expr | None]:
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in ("keys", "values", "items") and not node.args:
            part = {"keys": 0, "values": 1}.get(function.attr, position)
            yield from self._elements(function.value, scope, part, depth + 1)
        elif isinstance(function, ast.Name) and function.id in _COPIES and node.args:
            yield from self._elements(node.args[0], scope, position, depth + 1)
        elif isinstance(function, ast.Name) and function.id == "enumerate" and node.args and position == 1:
            yield from self._elements(node.args[0], scope, None, depth + 1)
        else:
            yield None

    def _of_class(self, node: ast.Attribute, scope: Scope, depth: int) -> Sequence[str]:
        """Return what a variable of the class around says; subclasses may say otherwise, so that is not all."""
        binding = _in_class(node, scope)
        if binding is None:
            return ()
        values = [(value, where) for value, where in self._values(binding) if value is not None]
        return [*(text for value, where in values for text in self._of(value, where, depth + 1)), "*"] if values else ()


def _in_class(node: ast.expr, scope: Scope) -> Binding | None:
    """Return the class variable that `self.name` or `cls.name` means in the class around."""
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
        return None
    outer: Scope | None = scope
    while outer is not None and outer.kind != "class":
        outer = outer.parent
    return outer.bindings.get(node.attr) if outer is not None else None


def _part_at(node: ast.expr, position: int | None) -> ast.expr | None:
    """Return an element, or the part of it that a loop unpacks; None where that is not written down."""
    if position is not None:
        parts = node.elts if isinstance(node, ast.Tuple | ast.List) else ()
        if position >= len(parts) or any(isinstance(one, ast.Starred) for one in parts):
            return None
        return parts[position]
    return None if isinstance(node, ast.Starred) else node


def _joined(parts: Sequence[_Texts]) -> list[str]:
    size = 1
    for part in parts:
        size *= len(part)
    if size > _MANY:
        parts = [part if len(part) == 1 else ("*",) for part in parts]
    return ["".join(one) for one in product(*parts)]


def _squeezed(text: str) -> str:
    while "**" in text:
        text = text.replace("**", "*")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
