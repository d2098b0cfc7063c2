"""Objects that others register on, and whether anything uses them: a group of commands that nothing adds is never run.

In: registrations, what project files declare. Out: the definitions in use. Never asks whether the user itself is alive:
that is the graph's question.
"""

from collections.abc import Iterable, Mapping

from auditor.analysis.entries.registrations import Registrations
from auditor.model.code import CallFact, DefinitionId

REGISTERING = frozenset({
    "command", "group", "callback", "result_callback", "resultcallback", "add_command", "add_typer", "section",
    "initialize",
})  # fmt: skip
"""What is called on such an object to put something on it, which is not to use it."""


def receiver(known: Registrations, call: CallFact) -> DefinitionId | None:
    """Return the variable or function of the project that a decorator is taken from, None for anything else."""
    name = call.callee.rpartition(".")[0]
    found = known.symbols.lookup(name.replace("()", "")) if name and not name.startswith(".") else None
    if found is None or not found.trail:
        return None
    own = [one for one in found.trail if known.symbols.by_id[one].kind != "import"]
    return own[0] if own and known.symbols.by_id[own[0]].kind in ("variable", "function") else None


def in_use(
    known: Registrations, registered: Mapping[DefinitionId, DefinitionId], declared: Iterable[DefinitionId]
) -> frozenset[DefinitionId]:
    """Return the objects that something uses; one that is registered on another goes with it.

    `registered` maps what is registered to the object; `declared` are those that project files name.
    """
    objects = set(registered.values())
    used = (objects & set(declared)) | _named(known, objects, registered)
    waiting = objects - used
    while moved := {one for one in waiting if registered.get(one) in used}:
        used |= moved
        waiting -= moved
    return frozenset(used)


def _named(
    known: Registrations, objects: set[DefinitionId], registered: Mapping[DefinitionId, DefinitionId]
) -> set[DefinitionId]:
    names = {known.symbols.by_id[one].name for one in objects}
    found: set[DefinitionId] = set()
    having: dict[str, bool] = {}
    for facts in known.facts if objects else ():
        found |= {one for one in objects if one.startswith(f"{facts.module}:") and one[len(facts.module) + 1 :] in
                  (facts.exports or ())}  # fmt: skip
        uses = [(reference.source, reference.target) for reference in facts.references]
        uses += [(source, text.replace(":", ".")) for text, _, source in facts.strings]
        for source, target in uses:
            has_one = having.get(target)
            if has_one is None:
                parts = target.split(".")
                has_one = having[target] = parts[-1] not in REGISTERING and not names.isdisjoint(parts)
            if not has_one:
                continue
            trail = known.symbols.lookup(known.symbols.near(facts.module, target)).trail
            found |= {one for one in trail if one in objects and registered.get(source) != one and source != one}
    return found
