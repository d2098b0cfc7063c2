"""Names under which the tracker counts components.

In: facts. Out: component name -> definitions. Never guesses: of a name that several definitions register, all are
given, and none of them may pass for uncalled.
"""

from collections.abc import Iterable

from auditor.model.code import CallFact, DefinitionId, ModuleFacts

TRACKER = "auditor.tracking.component"


def components(facts: Iterable[ModuleFacts]) -> dict[str, tuple[DefinitionId, ...]]:
    """Return the definitions behind each component's name.

    `@component("name")` names what it decorates, by its id where no name is given; `with component("name")` names the
    definition that it stands in.
    """
    found: dict[str, set[DefinitionId]] = {}
    for module in facts:
        for call in module.calls:
            if call.callee != TRACKER:
                continue
            definition = call.decorates or call.source
            name = _name(call) or call.decorates
            if name:
                found.setdefault(name, set()).add(definition)
    return {name: tuple(sorted(definitions)) for name, definitions in sorted(found.items())}


def _name(call: CallFact) -> str:
    given = call.args[0] if call.args else call.keywords.get("name")
    return given.text if given is not None and given.kind == "text" else ""
