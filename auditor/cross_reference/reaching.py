"""What could still reach a definition although nothing was seen to: rare schedules, computed names, links, blind spots.

In: `Analysis`, `Standing`, `Observations`. Out: mappings from definitions to what could reach them. Never decides what
is held back.
"""

from collections.abc import Container, Iterable

import msgspec

from auditor.cross_reference.sentences import days_text
from auditor.cross_reference.standing import Standing
from auditor.model.code import Definition, DefinitionId
from auditor.model.graph import Analysis, Edge, ReferenceGraph, Schedule
from auditor.model.usage import Observations


def long_periods(analysis: Analysis, standing: Standing, observations: Observations) -> dict[DefinitionId, str]:
    """Return what schedules with a period longer than the window could run, with the sentence that says so.

    Only what nothing else was seen to run matters: all the rest is alive anyhow.
    """
    days = observations.window.days
    rare = {one: found for one, found in sorted(_schedules(analysis).items()) if found.days > days}
    reached: dict[DefinitionId, str] = {}
    if not rare:
        return reached
    beyond = _without_awake(analysis.graph, standing)
    for definition, schedule in rare.items():
        sentence = _scheduled_text(schedule, days)
        for found in beyond.reached_from([*standing.awake, definition]):
            if found not in standing.awake:
                reached.setdefault(found, sentence)
    return reached


def _schedules(analysis: Analysis) -> dict[DefinitionId, Schedule]:
    """Return for each definition the schedule with the longest period; one that cannot be read only without others."""
    found: dict[DefinitionId, Schedule] = {}
    certain = [one for one in analysis.schedules if one.certain]
    declared = (
        Schedule(one.definition, one.period_days, "", 0)
        for one in analysis.entry_points
        if one.production and one.period_days is not None
    )
    for one in (*certain, *declared):
        if one.definition not in found or found[one.definition].days < one.days:
            found[one.definition] = one
    for one in analysis.schedules:
        found.setdefault(one.definition, one)
    return found


def _scheduled_text(schedule: Schedule, days: float) -> str:
    place = f" ({schedule.path}:{schedule.line})" if schedule.path else ""
    if not schedule.certain:
        return (
            f"`{schedule.definition}` may be run on a schedule that cannot be read{place}, more rarely than the window "
            f"of {days_text(days)} would show; find out how often, and name it in the keep-list or observe longer"
        )
    period = days_text(schedule.days)
    return (
        f"`{schedule.definition}` is run on a schedule{place}, and up to {period} may pass between two runs, longer "
        f"than the window of {days_text(days)}; observe at least {period} before concluding anything"
    )


def _without_awake(graph: ReferenceGraph, standing: Standing) -> ReferenceGraph:
    """Return the graph without what awake code refers to, but for names on unknown receivers: they wake members."""
    edges = {
        source: tuple(edge for edge in found if edge.target.startswith(".")) if source in standing.awake else found
        for source, found in graph.edges.items()
    }
    return msgspec.structs.replace(graph, edges=edges)


def computed_names(analysis: Analysis, standing: Standing) -> dict[DefinitionId, str]:
    """Return what is asleep but could be reached by a name that running code computes, and all that this reaches.

    Members count only where their class is alive. That a module, once imported, has its own definitions is no access.
    """
    graph, awake = analysis.graph, standing.awake
    found: dict[DefinitionId, str] = {}
    asked: set[int] = set()
    for source, guesses in graph.maybe.items():
        origin = graph.definitions.get(source)
        for guess in guesses if source in awake and origin is not None else ():
            if guess.kind == "contains" or id(guess.targets) in asked or origin is None:
                continue
            sentence = f"a name computed at run time in {origin.path}:{guess.line} could be its name"
            targets = [graph.definitions[one] for one in guess.targets if one in graph.definitions]
            foreign = [one for one in targets if one.parent != source or one.line != guess.line]
            if len(foreign) == len(guess.targets):
                asked.add(id(guess.targets))
            for target in foreign:
                owner = graph.definitions.get(target.parent or "")
                if target.id not in awake and (owner is None or owner.kind != "class" or owner.id in awake):
                    found.setdefault(target.id, sentence)
    if not found:
        return {}
    beyond = _without_awake(graph, standing)
    for identity, link in beyond.reached_from([*awake, *sorted(found)]).items():
        if identity not in awake and link.via is not None:
            found.setdefault(identity, f"`{link.via}` uses it, and a name computed at run time could be that one's")
    return found


def linked(analysis: Analysis, standing: Standing) -> dict[DefinitionId, Edge]:
    """Return each handler to which code that runs makes links by the name of its route, with the first of these."""
    found: dict[DefinitionId, Edge] = {}
    for edge in analysis.links:
        if edge.source in standing.awake:
            found.setdefault(edge.target, edge)
    return found


def contradicted_scopes(
    contradicted: Iterable[Definition], replaced: Container[str]
) -> dict[DefinitionId, DefinitionId]:
    """Return the scope of each contradicted definition -> the first of them in it.

    Handlers that were `replaced` within the window are no blind spot: their routes say how they were called.
    """
    found: dict[DefinitionId, DefinitionId] = {}
    for one in contradicted:
        if one.id not in replaced:
            found.setdefault(one.parent or one.id, one.id)
    return found
