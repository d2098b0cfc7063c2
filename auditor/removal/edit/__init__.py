"""Definitions taken out of one file. In: bytes and ids. Out: bytes. Never reads or writes a file, never guesses.

The text is lossless outside the removal: nothing is printed from a tree, characters are cut out of the original. Only
this package knows libcst.
"""

import functools
import warnings
from collections.abc import Iterable, Sequence

import libcst as cst

from auditor.errors import EditError
from auditor.model.code import DefinitionId
from auditor.model.spans import Spans, body_hash, source_lines
from auditor.removal.edit import bindings, exports, leftovers, registrations
from auditor.removal.edit.cutting import cut
from auditor.removal.edit.emptied import settle
from auditor.removal.edit.removals import collect
from auditor.removal.edit.tree import Tree
from auditor.removal.encoding import decode

__all__ = ["hashes", "remove"]


def remove(source: bytes, module: str, definitions: Sequence[DefinitionId]) -> bytes:
    """Return the source of `module` without the definitions, their `__all__` entries and what becomes empty.

    A definition goes with all its sites: overloads, getter, setter and deleter, twins in the branches of `if` and
    `try`. An id that the file does not bind is passed over, so removing twice is removing once. Names that the removal
    orphans go only when they are listed too. `pkg.urls:@views.x` takes out what registers `views.x` there as a handler.

    Raises:
        EditError: An id is the module itself or another module's; the name is still used, bound by a loop or `global`,
            or gives others their meaning (enum, named tuple, `except ImportError`); or the result would not parse.
    """
    _check_ids(module, definitions)
    decoded = decode(source, module)
    tree = _tree(decoded.text, module)
    sites = [site for definition in definitions for site in bindings.find(tree, definition)]
    removals = collect(tree, sites)
    registrations.collect(tree, removals, definitions)
    exports.collect(tree, removals, {qualified for d in definitions if "." not in (qualified := _qualified(d))})
    if not removals.gone and not removals.renamed:
        leftovers.check(tree, removals, _names(tree, definitions), sites)
        return source
    settle(tree, removals)
    leftovers.check(tree, removals, _names(tree, definitions), sites)
    text = cut(tree, removals)
    _check_result(decoded.text, text, module)
    return decoded.encode(text)


def hashes(source: bytes, module: str, definitions: Iterable[DefinitionId]) -> dict[DefinitionId, frozenset[str]]:
    """Return the body hashes of every site of each definition, none where the file does not bind it.

    For the module's own id, the hash of the whole file. For an import, those of the statement and of its one name.
    """
    decoded = decode(source, module)
    tree = _tree(decoded.text, module)
    spans = Spans(source_lines(decoded.text))
    found: dict[DefinitionId, frozenset[str]] = {}
    for definition in definitions:
        if _qualified(definition):
            nodes = {node for site in bindings.find(tree, definition) for node in (site.statement, site.node)}
            found[definition] = frozenset(spans.hash(*tree.lines(node)) for node in nodes)
        else:
            found[definition] = frozenset({body_hash(decoded.text)})
    return found


@functools.lru_cache(maxsize=1)
def _tree(text: str, name: str) -> Tree:
    """Return the tree of a text; the last is kept, since a plan tries many removals on one file. Nobody changes it."""
    return Tree(text, name)


def _check_ids(module: str, definitions: Iterable[DefinitionId]) -> None:
    for definition in definitions:
        if definition.partition(":")[0] != module:
            raise EditError(
                f"{module}: cannot remove {definition}: it belongs to another module; list it in its own step"
            )
        if not _qualified(definition):
            raise EditError(f"{module}: cannot remove a module from itself; plan the deletion of the file")


def _qualified(definition: DefinitionId) -> str:
    return definition.partition(":")[2]


def _names(tree: Tree, definitions: Iterable[DefinitionId]) -> list[tuple[bindings.Container, str]]:
    return [
        (container, _qualified(definition).rpartition(".")[2])
        for definition in definitions
        for container in bindings.containers(tree, definition)
    ]


def _check_result(before: str, after: str, module: str) -> None:
    """Raise EditError where the result does not parse, or no longer compiles on this Python."""
    try:
        cst.parse_module(after)
    except cst.ParserSyntaxError as error:
        raise EditError(f"{module}: the result would not parse: {error.message}; remove the code by hand") from error
    problem = _compile_problem(after)
    if problem is not None and _compile_problem(before) is None:
        raise EditError(f"{module}: the result would not compile: {problem}; remove the code by hand")


def _compile_problem(text: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<removal>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError) as error:
        return str(error)
    return None
