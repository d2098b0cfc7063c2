"""Fixtures of which it is known who asks for them: functions, by the name of a parameter.

In: the facts of all files. Out: fixtures with the functions that ask for each. A fixture that is set up by itself, has
another name, is named in a text, or that a plugin may ask for is left out. Never decides what goes.
"""

from collections.abc import Mapping, Sequence

from auditor.model.code import CallFact, Definition, DefinitionId, ModuleFacts
from auditor.model.fixture_names import for_plugins

_BY_NAME = frozenset({"getfixturevalue", "lf", "lazy_fixture"})


def fixtures(
    facts: Sequence[ModuleFacts], definitions: Mapping[DefinitionId, Definition]
) -> dict[DefinitionId, tuple[Definition, ...]]:
    """Return each fixture of functions with those that ask for it; none where a name is put together at run time."""
    calls = [(one, call) for one in facts if one.in_tests for call in one.calls]
    if any(call.callee.rpartition(".")[2] in _BY_NAME and _is_computed(call) for _, call in calls):
        return {}
    names = {
        call.decorates: call.decorates.rpartition(":")[2] for _, call in calls if call.decorates and _is_plain(call)
    }
    wanted = set(names.values())
    written = {text for one in facts if one.in_tests for text, _, _ in one.strings if text in wanted}
    asking: dict[str, list[Definition]] = {}
    for one in facts:
        for identity, parameters in one.requests.items():
            for name in wanted.intersection(parameters) if identity in definitions else ():
                asking.setdefault(name, []).append(definitions[identity])
    return {
        identity: tuple(one for one in asking.get(name, ()) if one.id != identity)
        for identity, name in sorted(names.items())
        if identity in definitions and name not in written and not for_plugins(name)
    }


def _is_plain(call: CallFact) -> bool:
    named = call.callee.rpartition(".")[2] == "fixture"
    return (
        named
        and call.keywords.keys().isdisjoint(("name", "autouse"))
        and "." not in str(call.decorates).partition(":")[2]
    )


def _is_computed(call: CallFact) -> bool:
    return not call.args or call.args[0].kind != "text"
