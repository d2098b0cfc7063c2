"""Where a table of routes names a handler: `path("x/", views.x)` in a list, `router.register("x", X)` as a statement.

In: a tree, ids of the form `pkg.urls:@views.x`. Out: the elements and statements that go. Refuses where the handler is
named in any other way, so that nothing is left that names what is gone.
"""

from collections.abc import Iterable, Iterator

import libcst as cst

from auditor.model.code import DefinitionId
from auditor.removal.edit.removals import Removals
from auditor.removal.edit.tree import Tree

_MARK = "@"


def collect(tree: Tree, removals: Removals, definitions: Iterable[DefinitionId]) -> None:
    """Add what registers the named handlers to `removals`; raise EditError where a use is no registration."""
    wanted = {qualified[1:] for one in definitions if (qualified := one.partition(":")[2]).startswith(_MARK)}
    for node in _naming(tree.module, wanted) if wanted else ():
        if not removals.is_gone(tree, node) and not _is_binding(tree, node):
            removals.gone.add(_registration(tree, node))


def _naming(node: cst.CSTNode, wanted: set[str]) -> Iterator[cst.CSTNode]:
    """Yield the outermost names and attributes that read as one of `wanted`."""
    if isinstance(node, (cst.Name, cst.Attribute)) and _dotted(node) in wanted:
        yield node
        return
    if not isinstance(node, (cst.Import, cst.ImportFrom)):
        for child in node.children:
            yield from _naming(child, wanted)


def _dotted(node: cst.CSTNode) -> str:
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr.value}" if owner else ""
    return ""


def _is_binding(tree: Tree, node: cst.CSTNode) -> bool:
    """Return whether a name is not a use: what is defined, an attribute of something else, a keyword's name."""
    parent = tree.parent(node)
    match parent:
        case cst.FunctionDef(name=name) | cst.ClassDef(name=name) | cst.Param(name=name):
            return name is node
        case cst.Attribute(attr=attr):
            return attr is node
        case cst.Arg(keyword=keyword):
            return keyword is node
    return False


def _registration(tree: Tree, use: cst.CSTNode) -> cst.CSTNode:
    """Return the call in a list, or the statement, that passes the handler on; raise EditError where there is none."""
    current, called = use, False
    while (parent := tree.parent(current)) is not None:
        if isinstance(parent, cst.Call):
            called = parent.func is current
        elif isinstance(parent, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
            break
        elif isinstance(current, cst.Call) and not called:
            if isinstance(parent, cst.Element) and isinstance(tree.parent(parent), cst.List):
                return parent
            if isinstance(parent, cst.Expr):
                return parent
        current = parent
    raise tree.refusal(use, _dotted(use), "it is named here other than by a call in a list of routes or by itself")
