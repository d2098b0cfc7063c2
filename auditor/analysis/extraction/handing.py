"""Which objects code hands to what it calls: for whoever may keep them, and for places that declare another type.

In: a finished walk and its names. Out: type expressions of callees and of what they are given. Never decides what a
callee does with it.
"""

import ast
from collections.abc import Iterable
from typing import NamedTuple

from auditor.analysis.extraction.claims import says, what_is_put
from auditor.analysis.extraction.scopes import Scope
from auditor.analysis.extraction.types import Names
from auditor.analysis.extraction.walk import Walk
from auditor.model.code import DefinitionId

_INERT = ("builtins.", "copy.", "dataclasses.", "typing.", "typing_extensions.", "functools.partial", "attr.", "attrs.")
"""Callees that call no method of what they are given by its name, but special ones."""
_Passed = dict[tuple[DefinitionId, str, str], int]


class Handed(NamedTuple):
    """Fields of `ModuleFacts` of the same names."""

    passed: tuple[tuple[DefinitionId, str, str, int], ...]
    passed_by_name: tuple[tuple[DefinitionId, str, str, int], ...]
    handed: tuple[tuple[str, str, str], ...]


def handed(walk: Walk, names: Names) -> Handed:
    """Return which objects of a known class are given to a callee, and all arguments whose type is known."""
    passed: _Passed = {}
    found: dict[tuple[str, str, str], None] = {}
    last: ast.expr | None = None
    callee: str | None = None
    for scope, source, function, key, argument in walk.handed:
        kind = argument.__class__
        known = names.expression(argument, scope)
        given = known if known is not None or kind is not ast.Name else what_is_put(argument, scope, names)
        if not given:
            continue
        if function is not last:
            last, callee = function, names.expression(function, scope)
        if known is not None and (kind is ast.Name or kind is ast.Call) and isinstance(key, int):
            _pass(passed, source, function, callee, known, argument.lineno)
        if callee and says(given) and says(callee) and not callee.startswith("builtins."):
            found[callee, str(key), given] = None
    return Handed(_flat(passed), _flat(_by_name(walk.named_arguments, names)), tuple(found))


def _by_name(arguments: Iterable[tuple[Scope, DefinitionId, ast.expr, ast.expr]], names: Names) -> _Passed:
    passed: _Passed = {}
    for scope, source, function, argument in arguments:
        known = names.expression(argument, scope)
        if known is not None:
            _pass(passed, source, function, names.expression(function, scope), known, argument.lineno)
    return passed


def _pass(passed: _Passed, source: DefinitionId, function: ast.expr, callee: str | None, given: str, line: int) -> None:
    """Note an object of a known class that is given to a known callee, or to a method, that is not a builtin."""
    if given.startswith("builtins."):
        return
    if not callee:
        callee = f".{function.attr}" if isinstance(function, ast.Attribute) else ""
    if callee and not callee.startswith(_INERT):
        passed.setdefault((source, callee, given), line)


def _flat(passed: _Passed) -> tuple[tuple[DefinitionId, str, str, int], ...]:
    return tuple([(*key, line) for key, line in passed.items()])
