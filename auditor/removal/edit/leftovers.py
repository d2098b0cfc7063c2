"""Uses that a removal would leave without a value. In: a tree, sites, removals. Out: nothing, or an EditError.

The last check before text is touched: whoever plans a removal lists everything that goes, and what is forgotten here
would be a NameError in production.
"""

import re
from collections.abc import Iterable

import libcst as cst
from libcst.metadata import Access, Assignment, ImportAssignment, Scope

from auditor.removal.edit.bindings import Container, Site
from auditor.removal.edit.removals import Removals
from auditor.removal.edit.tree import Span, Tree, block_statements


def check(tree: Tree, removals: Removals, names: Iterable[tuple[Container, str]], sites: Iterable[Site]) -> None:
    """Raise EditError where a removed name is still bound in a way that stays, or still used.

    `names` are the names asked for with the scopes they would be bound in, found there or not.
    """
    mentions = _Mentions(tree, removals)
    for container, name in names:
        if not mentions.outside(name):
            continue
        scope = _scope(tree, container)
        found = scope.assignments[name] if scope is not None else ()
        bound = [one for one in found if isinstance(one, Assignment)]
        for assignment in sorted(bound, key=lambda one: tree.lines(one.node)):
            if assignment.scope is scope:
                _check_assignment(tree, removals, assignment, name)
        if bound and scope is not None:
            _check_earlier(tree, removals, scope, name)
    for site in sites:
        if "." in site.name:
            _check_dotted(tree, removals, site)


class _Mentions:
    """Words of the text that stay. Whoever uses a name writes it: a quick answer for most, since scopes are slow."""

    def __init__(self, tree: Tree, removals: Removals) -> None:
        self._text = tree.text
        self._gone = [tree.span(node) for node in (*removals.gone, *removals.renamed)]
        self._kept = [tree.span(node) for node in removals.kept]

    def outside(self, name: str) -> bool:
        """Return whether a name may stand anywhere in what stays."""
        return any(
            not self._within(self._gone, match.start()) or self._within(self._kept, match.start())
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", self._text)
        )

    def _within(self, spans: Iterable[Span], offset: int) -> bool:
        return any(span.start <= offset < span.end for span in spans)


def _check_assignment(tree: Tree, removals: Removals, assignment: Assignment, name: str) -> None:
    if isinstance(assignment, ImportAssignment):
        gone = _import_gone(tree, removals, assignment, name)
    else:
        gone = removals.is_gone(tree, assignment.node)
    if not gone:
        raise tree.refusal(assignment.node, name, "it is bound here in a way that cannot be taken out")
    for node in _in_order(tree, assignment.references):
        if not removals.is_gone(tree, node):
            raise tree.refusal(node, name, "it is still used here; remove the use first, or with it")


def _in_order(tree: Tree, accesses: Iterable[Access]) -> list[cst.CSTNode]:
    """Return the nodes of accesses as they stand in the text: libcst has them in sets."""
    return sorted((access.node for access in accesses), key=tree.span)


def _check_earlier(tree: Tree, removals: Removals, scope: Scope, name: str) -> None:
    """Raise EditError where the name is read above its definition: in a loop, or in an annotation that is a string."""
    for node in _in_order(tree, [access for access in scope.accesses[name] if not access.referents]):
        if not removals.is_gone(tree, node):
            raise tree.refusal(node, name, "it is still used here; remove the use first, or with it")


def _import_gone(tree: Tree, removals: Removals, assignment: ImportAssignment, name: str) -> bool:
    statement = assignment.node
    if removals.is_gone(tree, statement) or not isinstance(statement, (cst.Import, cst.ImportFrom)):
        return removals.is_gone(tree, statement)
    aliases = () if isinstance(statement.names, cst.ImportStar) else statement.names
    staying = [alias for alias in aliases if alias not in removals.gone]
    return all(alias.evaluated_alias != name and not _binds_plainly(alias, name) for alias in staying)


def _binds_plainly(alias: cst.ImportAlias, name: str) -> bool:
    return alias.asname is None and alias.evaluated_name.partition(".")[0] == name


def _check_dotted(tree: Tree, removals: Removals, site: Site) -> None:
    """Raise EditError where `import a.b` goes while something still reads through it."""
    scope = tree.scope(site.statement)
    for name in _prefixes(site.name):
        for assignment in scope.assignments[name] if scope is not None else ():
            if not isinstance(assignment, Assignment) or assignment.node is not site.statement:
                continue
            others = [other for other in scope.assignments[name] if other is not assignment] if scope else []
            stays = any(isinstance(o, Assignment) and not removals.is_gone(tree, o.node) for o in others)
            for node in _in_order(tree, assignment.references):
                if not removals.is_gone(tree, node) and (name == site.name or not stays):
                    raise tree.refusal(node, site.name, "it is still used here; remove the use first, or with it")


def _prefixes(dotted: str) -> list[str]:
    parts = dotted.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _scope(tree: Tree, container: Container) -> Scope | None:
    """Return the scope that a module, class or function gives its names."""
    if isinstance(container, cst.Module):
        return tree.scope(container)
    first = next(iter(block_statements(container.body)), None)
    return tree.scope(first) if first is not None else None
