"""What annotations say: the type expression of an object that is declared with one.

In: annotations' nodes with their scope. Out: type expressions (see `extraction.types`), `""` where nothing is
known. Never decides whether a name is a class: that needs other files.
"""

import ast
from abc import ABC, abstractmethod

from auditor.analysis.extraction.records import last_name
from auditor.analysis.extraction.scopes import Scope

_WRAPPERS = frozenset({
    "Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "InitVar", "Unpack",
})  # fmt: skip
_ANYTHING = frozenset({"typing.Any", "typing_extensions.Any", "builtins.object"})
_TYPING = ("typing.", "typing_extensions.", "collections.abc.")
_GENERIC = frozenset({f"builtins.{name}" for name in ("list", "dict", "tuple", "set", "frozenset", "type")})
_GROWING = ("builtins.list[", "builtins.dict[", "builtins.set[", "collections.")
_MANY = 8


def union(expressions: list[str]) -> str | None:
    """Return the expression of something that is one of several; None for none and for too many."""
    if len(expressions) == 1 and expressions[0][0] != "{":
        return expressions[0]
    options: dict[str, None] = {}
    for one in expressions:
        if one[0] == "{" and one[-1] == "}":
            options.update(dict.fromkeys(split(one[1:-1], "|")))
        else:
            options[one] = None
    if not options or len(options) > _MANY:
        return None
    return next(iter(options)) if len(options) == 1 else f"{{{'|'.join(options)}}}"


def split(text: str, separator: str) -> list[str]:
    """Split where the separator stands in no brackets."""
    pieces = text.split(separator)
    if len(pieces) == 1 or ("[" not in text and "{" not in text):
        return pieces
    parts: list[str] = []
    open_pieces: list[str] = []
    depth = 0
    for piece in pieces:
        depth += piece.count("[") + piece.count("{") - piece.count("]") - piece.count("}")
        open_pieces.append(piece)
        if not depth:
            parts.append(separator.join(open_pieces))
            open_pieces = []
    return [*parts, separator.join(open_pieces)] if open_pieces else parts


def plain(expression: str) -> str:
    """Return the dotted name of the class that an expression is an instance of; `""` where it says more than that."""
    name = expression.removesuffix("()").removesuffix(".<is>").removesuffix(".<self>")
    return "" if any(mark in name for mark in "{[<?") and "<locals>" not in name else name


def loosened(expression: str) -> str:
    """Return a container that is written out without its elements: more may be added later. Declared ones stay."""
    if not expression.startswith(_GROWING) or not expression.endswith("]()"):
        return expression
    depth = 0
    for position, character in enumerate(expression):
        depth += (character in "[{") - (character in "]}")
        if not depth and character == "]":
            return f"{expression.partition('[')[0]}()" if position == len(expression) - 3 else expression
    return expression


class Annotations(ABC):
    """Reads annotations; what names in them stand for, a subclass says."""

    @abstractmethod
    def expression(self, node: ast.expr, scope: Scope, depth: int = 0) -> str | None:
        """Return the type expression of an expression's value, None where it cannot be known."""

    def annotation(self, node: ast.expr, scope: Scope) -> str:
        """Return the dotted name of an annotation's class (Optional and the like stripped), `""` where it has none."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            found = self.expression(node, scope) or ""
            return "" if found in _ANYTHING or found[:1] == "{" else found
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            parsed = _parsed(node.value)
            return self.annotation(parsed, scope) if parsed is not None else ""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = [side for side in (node.left, node.right) if not is_none(side)]
            return self.annotation(sides[0], scope) if len(sides) == 1 else ""
        if isinstance(node, ast.Subscript):
            inner = node.slice
            if last_name(node.value) == "Union" and isinstance(inner, ast.Tuple):
                sides = [side for side in inner.elts if not is_none(side)]
                return self.annotation(sides[0], scope) if len(sides) == 1 else ""
            if last_name(node.value) in _WRAPPERS:
                first = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
                return self.annotation(first, scope)
            return self.annotation(node.value, scope)
        return ""

    def declared(self, node: ast.expr, scope: Scope, depth: int = 0) -> str:
        """Return the type expression of what is declared with an annotation, `""` where it may be anything."""
        if depth > _MANY:
            return ""
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._named_type(node, scope)
        if isinstance(node, ast.Constant):
            if node.value is None:
                return "builtins.None"
            parsed = _parsed(node.value) if isinstance(node.value, str) else None
            return self.declared(parsed, scope, depth + 1) if parsed is not None else ""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._one_of([node.left, node.right], scope, depth + 1)
        if isinstance(node, ast.Subscript):
            return self._generic(node, scope, depth + 1)
        return ""

    def _named_type(self, node: ast.Name | ast.Attribute, scope: Scope) -> str:
        found = self.expression(node, scope) or ""
        if not found or found in _ANYTHING:
            return ""
        if found.endswith(".Self") and found.startswith(_TYPING):
            owner = scope.enclosing_class()
            return f"{owner}.<self>" if owner else ""
        return f"{found}.<is>"

    def _one_of(self, nodes: list[ast.expr], scope: Scope, depth: int) -> str:
        """Return what is one of several declared types; None among them does not count."""
        found = [self.declared(node, scope, depth) for node in nodes if not is_none(node)]
        return (union(found) or "") if all(found) else ""

    def _generic(self, node: ast.Subscript, scope: Scope, depth: int) -> str:
        name, inner = last_name(node.value), node.slice
        inside = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
        if name == "Union":
            return self._one_of(inside, scope, depth)
        if name in _WRAPPERS:
            return self.declared(inside[0], scope, depth) if inside else ""
        if name == "Literal":
            texts = all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in inside)
            return "builtins.str()" if texts else ""
        base = self.expression(node.value, scope) or ""
        if not base or base in _ANYTHING:
            return ""
        if name in ("type", "Type") and len(inside) == 1:
            return self.declared_class(inside[0], scope, depth)
        if name == "Callable":
            inside = inside[-1:]
        if name in ("tuple", "Tuple") and any(isinstance(one, ast.Constant) and one.value is ... for one in inside):
            base, inside = "builtins.list", inside[:1]
        return f"{base}[{','.join(self.declared(one, scope, depth) or '?' for one in inside)}].<is>"

    def declared_class(self, node: ast.expr, scope: Scope, depth: int = 0) -> str:
        """Return the class that `type[X]` stands for, `""` where it may be any."""
        found = self.declared(node, scope, depth)
        return f"{found}.<class>" if found else ""

    def alias(self, node: ast.expr, scope: Scope) -> str | None:
        """Return the expression of a type alias: what `X = Foo | Bar` binds, None where it may be no alias."""
        if isinstance(node, ast.Subscript):
            base = self.expression(node.value, scope) or ""
            if base not in _GENERIC and not base.startswith(_TYPING):
                return None
        found = self.declared(node, scope)
        return f"{found}.<alias>" if found else None


def is_none(node: ast.expr) -> bool:
    """Return whether a node is a literal None."""
    return isinstance(node, ast.Constant) and node.value is None


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
