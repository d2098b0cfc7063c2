"""What code does to objects without naming a method: `with lock`, `for one in page`, `page[0]`, `State(text)`.

In: a finished walk and its names. Out: rows for `ModuleFacts.operations`. Never says which method that means, and
leaves out what is done to unknown objects, to builtins and to the standard library's.
"""

import sys

from auditor.analysis.extraction.types import Names
from auditor.analysis.extraction.walk import Walk
from auditor.model.code import DefinitionId

_STANDARD = frozenset(sys.stdlib_module_names)


def operations(walk: Walk, names: Names) -> tuple[tuple[DefinitionId, str, str, int], ...]:
    """Return each distinct operation with the line of the first: source, type expression, operation, line."""
    seen: dict[tuple[DefinitionId, str, str], int] = {}
    own = walk.module_name.partition(".")[0]
    for scope, source, node, operation in walk.operated:
        found = names.expression(node, scope)
        if found and _may_be_ours(found, own) and (operation != "value" or _is_plain(found)):
            seen.setdefault((source, found, operation), node.lineno)
    for (scope, source, name), line in walk.called.items():
        binding = names.lookup(scope, name)
        found = names.type_of(binding) if binding is not None and not binding.targets else None
        if found and _may_be_ours(found, own) and not _is_plain(found):
            seen.setdefault((source, found, "()"), line)
    return tuple([(*key, line) for key, line in seen.items()])


def _may_be_ours(expression: str, own: str) -> bool:
    """Return whether an object may be of a class of the project; a container of such is a builtin itself."""
    if "?" in expression:
        return False
    top = expression[: expression.find(".")] if expression[0] != "{" else own
    if top == "builtins":
        return "[" in expression and not expression.endswith(("]()", "].<is>"))
    return top == own or top not in _STANDARD


def _is_plain(expression: str) -> bool:
    """Return whether an expression is a dotted name: of a class, a function, a variable."""
    return expression[-1] not in ")>]}"
