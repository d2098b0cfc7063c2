"""Where a definition is bound. In: a tree and ids. Out: the sites at which the name gets its value. Never judges.

One id may have several sites: overloads, the getter, setter and deleter of a property, version-guarded twins, the
branches of a `try`. They are removed as one.
"""

from collections.abc import Iterator

import libcst as cst
import msgspec

from auditor.model.code import DefinitionId
from auditor.removal.edit.tree import Tree, scope_statements

Container = cst.Module | cst.ClassDef | cst.FunctionDef
_LOCALS = "<locals>"


class Site(msgspec.Struct, frozen=True, eq=False):
    """One binding of a name.

    `node` is what binds: the function, the class, the import alias, or the name among an assignment's targets.
    `statement` is the statement it stands in; `container` the module, class or function whose scope gets the name.
    """

    definition: DefinitionId
    name: str
    node: cst.CSTNode
    statement: cst.CSTNode
    container: Container


def find(tree: Tree, definition: DefinitionId) -> tuple[Site, ...]:
    """Return the sites of a definition in source order, none where the file does not bind it.

    The name may also be the dotted one of `import a.b`.
    """
    qualified = definition.partition(":")[2]
    sites: list[Site] = []
    for container in containers(tree, definition):
        for statement in scope_statements(_blocks(container)):
            for node in _binders(statement, qualified.rpartition(".")[2]):
                sites.append(Site(definition, qualified.rpartition(".")[2], node, statement, container))
    if "." in qualified and not sites:
        for statement in scope_statements((tree.module,)):
            if isinstance(statement, cst.Import):
                whole = [a for a in statement.names if a.asname is None and a.evaluated_name == qualified]
                sites += [Site(definition, qualified, alias, statement, tree.module) for alias in whole]
    return tuple(sites)


def containers(tree: Tree, definition: DefinitionId) -> tuple[Container, ...]:
    """Return the scopes in which the definition's last name would be bound (several for twins of a class)."""
    return tuple(_containers(tree.module, tuple(definition.partition(":")[2].split("."))))


def target_names(target: cst.CSTNode) -> Iterator[cst.Name]:
    """Yield the plain names that an assignment target binds."""
    if isinstance(target, cst.Name):
        yield target
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from target_names(element.value)


def binds_other_things(target: cst.CSTNode) -> bool:
    """Return whether a target also sets attributes or subscripts, which only running the code can tell about."""
    if isinstance(target, (cst.Tuple, cst.List)):
        return any(binds_other_things(element.value) for element in target.elements)
    return not isinstance(target, cst.Name)


def alias_name(statement: cst.Import | cst.ImportFrom, alias: cst.ImportAlias) -> str:
    """Return the local name an alias binds."""
    if alias.asname is not None:
        return cst.ensure_type(alias.asname.name, cst.Name).value
    name = alias.evaluated_name
    return name.partition(".")[0] if isinstance(statement, cst.Import) else name


def _containers(container: Container, path: tuple[str, ...]) -> Iterator[Container]:
    if len(path) == 1:
        yield container
        return
    for inner in _inner(scope_statements(_blocks(container)), path):
        yield from _containers(inner, path[2:] if isinstance(inner, cst.FunctionDef) else path[1:])


def _inner(statements: Iterator[cst.CSTNode], path: tuple[str, ...]) -> Iterator[cst.ClassDef | cst.FunctionDef]:
    """Yield the classes and functions called `path[0]` that the rest of the path leads into."""
    for statement in statements:
        if isinstance(statement, (cst.ClassDef, cst.FunctionDef)) and statement.name.value == path[0]:
            enters_function = path[1] == _LOCALS and len(path) > 2
            if enters_function if isinstance(statement, cst.FunctionDef) else path[1] != _LOCALS:
                yield statement


def _blocks(container: Container) -> tuple[cst.BaseSuite | cst.Module]:
    return (container if isinstance(container, cst.Module) else container.body,)


def _binders(statement: cst.CSTNode, name: str) -> Iterator[cst.CSTNode]:
    """Yield the nodes of one statement that bind the name in a way that can be taken out."""
    match statement:
        case cst.FunctionDef() | cst.ClassDef() if statement.name.value == name:
            yield statement
        case cst.Import(names=names):
            yield from (alias for alias in names if alias_name(statement, alias) == name)
        case cst.ImportFrom(names=names) if not isinstance(names, cst.ImportStar):
            yield from (alias for alias in names if alias_name(statement, alias) == name)
        case cst.Assign():
            for target in statement.targets:
                yield from (found for found in target_names(target.target) if found.value == name)
        case cst.AnnAssign() | cst.AugAssign():
            yield from (found for found in target_names(statement.target) if found.value == name)
        case cst.TypeAlias() if statement.name.value == name:
            yield statement.name
