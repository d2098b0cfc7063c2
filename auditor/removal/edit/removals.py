"""What has to go so that names go. In: a tree and sites. Out: the nodes that go, those that stay, `_` for some names.

Refuses where a neighbour's meaning would change: enum members counted by `auto`, positions of named tuples and
dataclasses, an import whose failure somebody waits for (in `emptied`). Never touches the text.
"""

from collections.abc import Iterable

import libcst as cst
import msgspec

from auditor.removal.edit.bindings import Site, binds_other_things, target_names
from auditor.removal.edit.effects import has_effects
from auditor.removal.edit.tree import Tree, scope_statements


class Removals(msgspec.Struct):
    """The nodes a removal takes out; filled in step by step, then turned into text.

    `gone` go with everything in them. `kept` are right sides that stay as statements of their own; the rest of their
    statement is gone. `renamed` are names among others in a target; they become `_`. `passes` are blocks that get
    `pass`.
    """

    gone: set[cst.CSTNode] = msgspec.field(default_factory=set)
    kept: set[cst.BaseExpression] = msgspec.field(default_factory=set)
    renamed: set[cst.Name] = msgspec.field(default_factory=set)
    passes: set[cst.BaseSuite] = msgspec.field(default_factory=set)

    def is_gone(self, tree: Tree, node: cst.CSTNode) -> bool:
        """Return whether a node is taken out, by itself or with what holds it."""
        current: cst.CSTNode | None = node
        while current is not None:
            if current in self.kept:
                return False
            if current in self.gone or current in self.renamed:
                return True
            current = tree.parent(current)
        return False


def collect(tree: Tree, sites: Iterable[Site]) -> Removals:
    """Return what goes with the sites; raise EditError where that would change what stays."""
    removals = Removals()
    by_statement: dict[cst.CSTNode, list[Site]] = {}
    for site in sites:
        by_statement.setdefault(site.statement, []).append(site)
    for statement, found in by_statement.items():
        nodes = {site.node for site in found}
        match statement:
            case cst.FunctionDef() | cst.ClassDef() | cst.TypeAlias():
                removals.gone.add(statement)
            case cst.Import() | cst.ImportFrom():
                whole = not isinstance(statement.names, cst.ImportStar) and set(statement.names) <= nodes
                removals.gone.update([statement] if whole else nodes)
            case cst.Assign():
                _check_neighbours(tree, found)
                _collect_assignment(tree, removals, statement, nodes)
            case cst.AnnAssign() | cst.AugAssign():
                _check_neighbours(tree, found)
                _drop_statement(tree, removals, statement, statement.value)
    _check_underscore(tree, removals)
    return removals


def _check_underscore(tree: Tree, removals: Removals) -> None:
    """Raise EditError where the file reads `_`, as gettext's users do, so that it may not be bound in passing."""
    if removals.renamed and tree.reads("_"):
        name = min(removals.renamed, key=tree.lines)
        raise tree.refusal(name, name.value, "the name would become '_', which this file uses; rename it by hand")


def _collect_assignment(tree: Tree, removals: Removals, statement: cst.Assign, nodes: set[cst.CSTNode]) -> None:
    effects = has_effects(tree, statement.value)
    going: list[cst.AssignTarget] = []
    for target in statement.targets:
        names = set(target_names(target.target))
        if names <= nodes and not binds_other_things(target.target) and _may_drop(target, effects):
            going.append(target)
        else:
            removals.renamed.update(name for name in names if name in nodes)
    if len(going) == len(statement.targets):
        _drop_statement(tree, removals, statement, statement.value)
    else:
        removals.gone.update(going)


def _may_drop(target: cst.AssignTarget, effects: bool) -> bool:
    """Return whether a target may go: taking a right side with effects apart may be part of them."""
    return isinstance(target.target, cst.Name) or not effects


def _drop_statement(tree: Tree, removals: Removals, statement: cst.CSTNode, value: cst.BaseExpression | None) -> None:
    removals.gone.add(statement)
    if value is not None and has_effects(tree, value):
        removals.kept.add(value)


def _check_neighbours(tree: Tree, sites: list[Site]) -> None:
    """Raise EditError where a class gives its attributes a meaning by order."""
    for site in sites:
        if isinstance(site.container, cst.ClassDef):
            _check_enum(tree, site, site.container)
            _check_positions(tree, site, site.container)


def _check_enum(tree: Tree, site: Site, owner: cst.ClassDef) -> None:
    bases = _names(arg.value for arg in owner.bases)
    statements = list(scope_statements((owner.body,)))
    members = [s for s in statements if isinstance(s, cst.Assign)]
    counted = any(_calls_auto(member.value) for member in members[_index(members, site.statement) + 1 :])
    if counted and not bases & {"StrEnum"}:
        raise tree.refusal(site.node, site.name, "later members use auto() and their values would change")
    if not any("Enum" in base or "Flag" in base or "Choices" in base for base in bases):
        return
    made = {s.name.value for s in statements if isinstance(s, cst.FunctionDef)} & {"__new__", "_generate_next_value_"}
    if made:
        raise tree.refusal(site.node, site.name, f"the enum computes values in {min(made)}; those of others may change")
    if not isinstance(site.statement, cst.Assign) or len(site.statement.targets) > 1:
        raise tree.refusal(site.node, site.name, "it shares its assignment with other enum members")
    if any(isinstance(target.target, (cst.Tuple, cst.List)) for target in site.statement.targets):
        raise tree.refusal(site.node, site.name, "it shares its assignment with other enum members")
    if any(m is not site.statement and m.value.deep_equals(site.statement.value) for m in members) and not _calls_auto(
        site.statement.value
    ):
        raise tree.refusal(site.node, site.name, "another enum member has the same value and one is the other's alias")


def _check_positions(tree: Tree, site: Site, owner: cst.ClassDef) -> None:
    if not isinstance(site.statement, cst.AnnAssign):
        return
    marks = _names(arg.value for arg in owner.bases) | _names(_callee(d.decorator) for d in owner.decorators)
    positional = marks & {"NamedTuple", "dataclass", "attrs", "define", "frozen", "mutable", "dataclass_transform"}
    if positional:
        raise tree.refusal(site.node, site.name, f"it is a field of a {min(positional)}; others move up one position")


def _index(members: list[cst.Assign], statement: cst.CSTNode) -> int:
    return next((n for n, member in enumerate(members) if member is statement), len(members))


def _calls_auto(value: cst.BaseExpression) -> bool:
    return isinstance(value, cst.Call) and bool(_names([value.func]) & {"auto"})


def _callee(decorator: cst.BaseExpression) -> cst.BaseExpression:
    return decorator.func if isinstance(decorator, cst.Call) else decorator


def _names(expressions: Iterable[cst.BaseExpression]) -> set[str]:
    """Return the last name part of each expression that is a name or an attribute."""
    found: set[str] = set()
    for expression in expressions:
        inner = expression.value if isinstance(expression, cst.Subscript) else expression
        if isinstance(inner, cst.Attribute):
            found.add(inner.attr.value)
        elif isinstance(inner, cst.Name):
            found.add(inner.value)
    return found
