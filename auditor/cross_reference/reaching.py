"""What could still reach a definition although nothing was seen to: rare schedules, computed names, links.

In: `Analysis`, `Standing`, `Observations`. Out: mappings from definitions to what could reach them. Never decides what
is held back.
"""

import msgspec

from auditor.cross_reference.sentences import days_text
from auditor.cross_reference.standing import Standing
from auditor.model.code import DefinitionId
from auditor.model.graph import Analysis, Edge, ReferenceGraph
from auditor.model.usage import Observations


def long_periods(analysis: Analysis, standing: Standing, observations: Observations) -> dict[DefinitionId, str]:
    """Return what schedules with a period longer than the window could run, with the sentence that says so.

    Only what nothing else was seen to run matters: all the rest is alive anyhow.
    """
    days = observations.window.days
    periods = {one.definition: (one.days, f" ({one.path}:{one.line})") for one in analysis.schedules}
    for entry in analysis.entry_points:
        if entry.production and (entry.period_days or 0.0) > periods.get(entry.definition, (0.0, ""))[0]:
            periods[entry.definition] = (entry.period_days or 0.0, "")
    rare = {definition: found for definition, found in sorted(periods.items()) if found[0] > days}
    beyond = _without_awake(analysis.graph, standing) if rare else analysis.graph
    reached: dict[DefinitionId, str] = {}
    for definition, (period, place) in rare.items():
        sentence = (
            f"`{definition}` is run on a schedule{place}, and up to {days_text(period)} may pass between two runs, "
            f"longer than the window of {days_text(days)}; observe at least {days_text(period)} before concluding "
            "anything"
        )
        for found in beyond.reached_from([*standing.awake, definition]):
            if found not in standing.awake:
                reached.setdefault(found, sentence)
    return reached


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
    for identity, link in graph.reached_from(sorted(found)).items():
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
