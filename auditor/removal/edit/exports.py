"""Entries of `__all__`. In: a tree, removals, names. Out: the same removals, with the entries of those names.

Understood are lists, tuples and sets, `=`, `+=`, concatenations of them, `.extend`, `.append`, `.insert` and `.remove`.
A name that `__all__` gets in any other way is refused: a stale entry breaks every star import.
"""

import libcst as cst

from auditor.removal.edit.removals import Removals
from auditor.removal.edit.tree import Tree, scope_statements

_LITERALS = (cst.List, cst.Tuple, cst.Set)
_TEXTS = (cst.SimpleString, cst.ConcatenatedString)


def collect(tree: Tree, removals: Removals, names: set[str]) -> None:
    """Add the `__all__` entries of `names` to `removals`; raise EditError for a form that cannot be edited."""
    for statement in scope_statements((tree.module,)):
        match statement:
            case cst.Assign(value=value) if any(_is_all(target.target) for target in statement.targets):
                _collect_value(tree, removals, value, names)
            case cst.AnnAssign(value=cst.BaseExpression() as value) if _is_all(statement.target):
                _collect_value(tree, removals, value, names)
            case cst.AugAssign(value=value) if _is_all(statement.target):
                _collect_addition(tree, removals, statement, value, names)
            case cst.Expr(value=cst.Call(func=cst.Attribute() as method, args=args)) if _is_all(method.value):
                _collect_call(tree, removals, statement, method.attr.value, [arg.value for arg in args], names)


def _is_all(expression: cst.CSTNode) -> bool:
    return isinstance(expression, cst.Name) and expression.value == "__all__"


def _collect_call(
    tree: Tree, removals: Removals, statement: cst.Expr, method: str, args: list[cst.BaseExpression], names: set[str]
) -> None:
    if method in ("append", "remove", "insert") and args and _text(args[-1]) in names:
        removals.gone.add(statement)
    elif method == "extend" and len(args) == 1:
        _collect_addition(tree, removals, statement, args[0], names)


def _collect_addition(
    tree: Tree, removals: Removals, statement: cst.CSTNode, value: cst.BaseExpression, names: set[str]
) -> None:
    _collect_value(tree, removals, value, names)
    if isinstance(value, _LITERALS) and value.elements and all(one in removals.gone for one in value.elements):
        removals.gone.add(statement)


def _collect_value(tree: Tree, removals: Removals, value: cst.BaseExpression, names: set[str]) -> None:
    finder = _EntryFinder(names)
    value.visit(finder)
    removals.gone.update(finder.entries)
    for text in finder.other_texts:
        for name in sorted(names & set((_text(text) or "").split())):
            raise tree.refusal(text, name, "__all__ names it in a form that cannot be edited; write a list of strings")


class _EntryFinder(cst.CSTVisitor):
    """Collects the elements that are one of the names, and the texts that stand anywhere else."""

    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self.names = names
        self.entries: list[cst.BaseElement] = []
        self.other_texts: list[cst.BaseExpression] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Element) and isinstance(node.value, _TEXTS):
            if _text(node.value) in self.names:
                self.entries.append(node)
            return False
        if isinstance(node, _TEXTS):
            self.other_texts.append(node)
            return False
        return True


def _text(expression: cst.BaseExpression) -> str | None:
    value = expression.evaluated_value if isinstance(expression, _TEXTS) else None
    return value if isinstance(value, str) else None
