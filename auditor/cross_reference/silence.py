"""The sentences about what did not happen: what was quiet, for how long, beside whom, and what would disprove it.

In: a definition that was not seen to run, and `Sources`. Out: `Evidence` values. Never decides a verdict.
"""

from collections.abc import Mapping

import msgspec

from auditor.cross_reference.holds import registering_decorators
from auditor.cross_reference.sentences import calls, listed, rare_use_text, watched_text
from auditor.cross_reference.standing import Standing, observation_of
from auditor.model.code import Definition, DefinitionId
from auditor.model.graph import Analysis, Edge, EntryPoint, chain_to
from auditor.model.usage import Observations
from auditor.model.verdict import Evidence


class Sources(msgspec.Struct, frozen=True):
    """What sentences are drawn from.

    `referrers` holds incoming edges by target. `hangs_on` maps each dormant definition to the silent endpoints that
    lead to it. `siblings` maps a module to the calls its measured definitions got, `measured_in` to how many there are.
    `minutes` maps the name of each silent entry point to the minutes in which a use of it would have been seen.
    """

    analysis: Analysis
    observations: Observations
    standing: Standing
    referrers: Mapping[DefinitionId, tuple[Edge, ...]]
    hangs_on: Mapping[DefinitionId, tuple[str, ...]]
    siblings: Mapping[str, int]
    measured_in: Mapping[str, int]
    minutes: Mapping[str, int]


def entry_name(entry: EntryPoint) -> str:
    """Return the name people know an entry point by: its usage key, or its definition."""
    return entry.usage_key or entry.definition


def dormant(definition: Definition, sources: Sources) -> Evidence:
    """Say which silent entry points it hangs on, and how long those that measure them watched."""
    names = _hangs_on(definition, sources)
    how = "runs only for" if definition.id in sources.standing.quiet else "is reached only from"
    watched = watched_text(sources.observations, _minutes(definition, sources))
    return Evidence(
        "dormant", "dead", f"it {how} {listed(names)}: 0 calls in {watched}", definition.path, definition.line
    )


def quiet(definition: Definition, sources: Sources) -> Evidence:
    """Say how well production was watched while it was not seen."""
    observations = sources.observations
    if definition.id not in observations.measured:
        return Evidence("runtime_zero", "dead", f"no use of it was seen in {watched_text(observations)}")
    watched = watched_text(observations, _minutes(definition, sources))
    return Evidence("runtime_zero", "dead", f"it was measured, with 0 calls in {watched}")


def silence(definition: Definition, sources: Sources) -> list[Evidence]:
    """Return what else there is to say of a definition that was not seen to run."""
    return [
        *_registered(definition, sources),
        *_siblings(definition, sources),
        *_last_used(definition, sources),
        *_rare(definition, sources),
        _disproof(definition, sources),
    ]


def _hangs_on(definition: Definition, sources: Sources) -> tuple[str, ...]:
    return sources.hangs_on.get(definition.id) or _roots_by_chain(definition, sources)


def _minutes(definition: Definition, sources: Sources) -> int | None:
    """Return the minutes in which a use of it, or of the silent entry points that lead to it, would have been seen."""
    own = observation_of(sources.observations, definition.id)
    if own is not None and own.watched_minutes is not None:
        return own.watched_minutes
    known = (sources.minutes.get(name) for name in _hangs_on(definition, sources))
    return min((minutes for minutes in known if minutes is not None), default=None)


def _roots_by_chain(definition: Definition, sources: Sources) -> tuple[str, ...]:
    chain = chain_to(definition.id, sources.standing.production)
    root = chain[0].definition if chain else definition.id
    return tuple(sorted({entry_name(entry) for entry in sources.standing.quiet.get(root, ())})) or (root,)


def _registered(definition: Definition, sources: Sources) -> list[Evidence]:
    """Say that a decorator registers it, and that it was never called through that while it was measured."""
    names = registering_decorators(definition)
    if definition.id not in sources.observations.measured or not names:
        return []
    detail = f"it is registered by {', '.join(f'`@{name}`' for name in names)}, and was never called through it"
    return [Evidence("registered", "dead", detail, definition.path, definition.line)]


def _siblings(definition: Definition, sources: Sources) -> list[Evidence]:
    observations = sources.observations
    others = sources.measured_in.get(definition.module, 0) - (definition.id in observations.measured)
    if others > 0 and (count := sources.siblings.get(definition.module, 0)):
        what = "handler" if any(r.handler == definition.id for r in sources.analysis.routes) else "definition"
        who = f"the other {others:,} watched {what}s" if others > 1 else f"the other watched {what}"
        return [Evidence("siblings", "dead", f"{who} of `{definition.module}` got {calls(count)} in the same window")]
    total = sum(observation.count for observation in observations.by_definition.values())
    if not total:
        return []
    where = len([o for o in observations.by_definition.values() if o.count])
    return [
        Evidence(
            "siblings",
            "dead",
            f"production was seen at work meanwhile: {calls(total)} to {where:,} "
            f"{'definition' if where == 1 else 'definitions'} of this project",
        )
    ]


def _last_used(definition: Definition, sources: Sources) -> list[Evidence]:
    """Say when it was used last, of all that is on record; of what nobody measures only where a use is."""
    observations = sources.observations
    last = observations.last_used.get(definition.id)
    if last is not None:
        return [Evidence("last_used", "dead", f"it was last seen to run on {last.isoformat()}, before the window")]
    begun = observations.since is not None and observations.since < observations.window.dates()[0]
    if definition.id not in observations.measured or observations.since is None or not begun:
        return []
    detail = f"no use of it is on record at all, and the records begin on {observations.since.isoformat()}"
    return [Evidence("last_used", "dead", detail)]


def _rare(definition: Definition, sources: Sources) -> list[Evidence]:
    """Say how rare a use could have gone unseen; only where its own use would have been seen."""
    minutes = _minutes(definition, sources)
    if definition.id not in sources.observations.measured or minutes is None:
        return []
    return [Evidence("rare_use", "dead", rare_use_text(sources.observations, minutes))]


def _disproof(definition: Definition, sources: Sources) -> Evidence:
    """Say what would disprove that it is unused."""
    own = observation_of(sources.observations, definition.id)
    if definition.id in sources.standing.production:
        keys = _hangs_on(definition, sources)
    else:
        keys = own.keys if own is not None else ()
    if keys:
        detail = f"it would be disproved by one call of {listed(keys)} in the next window"
    else:
        detail = (
            "it would be disproved by one use of it in production: `auditor.tracking.functions` sees it where "
            f"`{definition.module}` is among the packages that are tracked"
        )
    return Evidence("disproof", "dead", detail)
