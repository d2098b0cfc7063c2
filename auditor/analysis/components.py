"""Names under which the tracker counts components.

In: facts. Out: component name -> definition. Never guesses: a name that two definitions register is left out, so that
its calls are listed as not attributed.
"""

from collections.abc import Iterable

from auditor.model.code import DefinitionId, ModuleFacts

TRACKER = "auditor.tracking.component"


def components(facts: Iterable[ModuleFacts]) -> dict[str, DefinitionId]:
    """Return the definition behind each `@component("name")`; without a name it is the definition's id."""
    found: dict[str, list[DefinitionId]] = {}
    for module in facts:
        for call in module.calls:
            if call.decorates is None or call.callee != TRACKER:
                continue
            given = call.args[0] if call.args else call.keywords.get("name")
            name = given.text if given is not None and given.kind == "text" else call.decorates
            found.setdefault(name, []).append(call.decorates)
    return {name: ids[0] for name, ids in sorted(found.items()) if len(ids) == 1}
