"""Registered names -> definitions whose silence would mean something: tasks and others that trackers publish.

In: the ledger's reading, the index of names. Out: definitions that were measured, by kind of use. Never calls a name
measured on other minutes than those of its own kind and source: a web server that was watched says nothing of tasks.
"""

from collections.abc import Mapping

from auditor.model.code import DefinitionId
from auditor.model.graph import EntryPoint
from auditor.model.usage import LedgerReading, RegisteredName, UsageKind
from auditor.usage.definition_names import DefinitionNames
from auditor.usage.sufficiency import STILL_THERE, claiming, minutes_of_kind, watched_kind_enough

_KIND_OF_ENTRY: Mapping[str, UsageKind] = {"route": "endpoint", "task": "task", "command": "command"}


def measured_names(
    reading: LedgerReading, names: DefinitionNames, min_watched: float
) -> dict[UsageKind, dict[DefinitionId, tuple[str, ...]]]:
    """Return by kind the definitions whose use under a registered name would have been seen, with these names.

    A name counts that was registered when the window began and still is, by a source that claims absence and watched
    enough of that kind. A definition that also runs under a name for which this does not hold is not measured.
    """
    trusted = {source.name for source in claiming(reading)}
    watched: dict[tuple[str, UsageKind], bool] = {}
    found: dict[UsageKind, dict[DefinitionId, set[str]]] = {}
    doubtful: set[tuple[UsageKind, DefinitionId]] = set()
    for one in reading.names:
        definition = names.handler(one.target)
        if definition is None:
            continue
        place = (one.source, one.kind)
        if place not in watched:
            watched[place] = one.source in trusted and watched_kind_enough(reading, one.kind, one.source, min_watched)
        if watched[place] and _in_place(one, reading):
            found.setdefault(one.kind, {}).setdefault(definition, set()).add(one.name)
        else:
            doubtful.add((one.kind, definition))
    return {
        kind: {
            definition: tuple(sorted(under))
            for definition, under in definitions.items()
            if (kind, definition) not in doubtful
        }
        for kind, definitions in found.items()
    }


def _in_place(name: RegisteredName, reading: LedgerReading) -> bool:
    first, last = name.first_registered, name.last_registered
    return (
        first is not None
        and last is not None
        and first <= reading.window.start
        and last >= reading.window.end - STILL_THERE
    )


def name_minutes(reading: LedgerReading, kind: UsageKind, name: str) -> int:
    """Return the minutes in which a use of a name would have been seen, whichever of those that published it ran it."""
    trusted = {source.name for source in claiming(reading)}
    sources = {one.source for one in reading.names if (one.kind, one.name) == (kind, name) and one.source in trusted}
    return min((minutes_of_kind(reading, kind, source) for source in sources), default=0)


def in_every_way(
    measured: Mapping[UsageKind, Mapping[DefinitionId, tuple[str, ...]]], entry_points: tuple[EntryPoint, ...]
) -> dict[DefinitionId, tuple[str, ...]]:
    """Return the definitions that were measured in each way in which production counts their use, with their keys.

    A task that is a command as well is not measured by what the workers saw. Entry points that nobody counts (hooks,
    scripts) are the verdict's to weigh.
    """
    ways: dict[DefinitionId, set[UsageKind | None]] = {}
    for entry in entry_points:
        if entry.production:
            ways.setdefault(entry.definition, set()).add(_KIND_OF_ENTRY.get(entry.kind))
    found: dict[DefinitionId, set[str]] = {}
    for definitions in measured.values():
        for definition, keys in definitions.items():
            if all(way is None or definition in measured.get(way, {}) for way in ways.get(definition, ())):
                found.setdefault(definition, set()).update(keys)
    return {definition: tuple(sorted(keys)) for definition, keys in found.items()}
