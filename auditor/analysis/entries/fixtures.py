"""pytest's fixtures that nothing asks for.

In: registrations, the fixtures, what pytest's configuration uses. Out: those that are never set up. A fixture is asked
for by the name of a parameter, by a string, or by a plugin; where a name is put together at run time, no claim is made.
"""

import ast
from collections.abc import Iterable, Mapping

from auditor.analysis.entries.registrations import Registrations
from auditor.model.code import CallFact, DefinitionId, Value
from auditor.model.fixture_names import for_plugins


def unrequested(
    known: Registrations, calls: Mapping[DefinitionId, CallFact], configured: Iterable[str]
) -> frozenset[DefinitionId]:
    """Return the fixtures that nothing sets up; `calls` are their decorators, `configured` the names in a file."""
    if any(_is_computed(call.args[0]) for _, call in known.calls("getfixturevalue", "lf", "lazy_fixture") if call.args):
        return frozenset()
    names: dict[DefinitionId, str] = {}
    for identity, call in calls.items():
        if not _is_automatic(call) and (name := _name(identity, call)) and not for_plugins(name):
            names[identity] = name
    asked = set(configured)
    named = {(one.partition(":")[0], calls[one].line, name) for one, name in names.items()}
    waiting: dict[DefinitionId, tuple[str, ...]] = {}
    for facts in known.facts:
        asked.update(text for text, line, _ in facts.strings if (facts.module, line, text) not in named)
        asked.update(facts.identifiers)
        for identity, parameters in facts.requests.items():
            if identity in names:
                waiting[identity] = parameters
            else:
                asked.update(parameters)
        asked.update(reference.target.rpartition(".")[2] for reference in facts.references)
    while running := [one for one in waiting if names[one] in asked]:
        for one in running:
            asked.update(waiting.pop(one))
    return frozenset(one for one in names if names[one] not in asked)


def _name(identity: DefinitionId, call: CallFact) -> str:
    """Return the name that a fixture is asked for by, empty where it cannot be told."""
    given = call.keywords.get("name")
    if given is None:
        return identity.rpartition(":")[2].rpartition(".")[2]
    return given.text if given.kind == "text" else ""


def _is_automatic(call: CallFact) -> bool:
    """Return whether it is set up without being asked for, or may be."""
    given = call.keywords.get("autouse")
    return given is not None and given.text not in ("False", "builtins.False")


def _is_computed(given: Value) -> bool:
    return given.kind != "text"


def parameters_of(node: ast.AST) -> tuple[str, ...]:
    """Return the names of a function's parameters; none for another node."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return ()
    given = node.args
    return tuple(one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs))
