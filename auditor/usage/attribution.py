"""Usage keys -> definitions: what production called, what it was seen not to call, and whether that may be concluded.

In: the ledger's reading of one window, the static analysis, the names of components. Out: `Observations`. A key leads
to a definition by the routes and names that the running application published, else by the static ones. What leads
nowhere, or to several definitions, is kept and shown. Never reads anything, and never turns missing evidence into a
zero: a count of zero is given only where the use would have been seen.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from auditor.model.code import DefinitionId
from auditor.model.graph import Analysis
from auditor.model.key_answers import LastUse
from auditor.model.usage import (
    BOT,
    PROBE,
    UNDATED,
    LedgerReading,
    Observation,
    Observations,
    RenderedComponents,
    UsageKind,
    UsageSample,
)
from auditor.tracking import layout
from auditor.usage.definition_names import DefinitionNames
from auditor.usage.registered_names import in_every_way, measured_names, name_minutes
from auditor.usage.route_handlers import RouteHandlers
from auditor.usage.sufficiency import claiming, insufficiency, is_stale, of_what_runs, watched_minutes

_NOT_CALLED = "405"
"""Status that the router gives by itself: no handler was called."""


def attribute(
    reading: LedgerReading,
    analysis: Analysis,
    components: Mapping[str, tuple[DefinitionId, ...]],
    *,
    now: datetime,
    min_watched: float,
    max_age: timedelta,
    last_uses: Mapping[tuple[UsageKind, str], LastUse] = {},
) -> Observations:
    """Bind what production did in a window to the definitions of one tree.

    Args:
        reading: What the ledger knows of the window.
        analysis: The static side: definitions, routes, entry points.
        components: Component name -> definitions, found statically from `component("name")`.
        now: Aware time that the age of the newest evidence is measured from.
        min_watched: Share of the window's minutes, and of every full day's, that must be watched, above 0 to 1.
        max_age: Greatest age of the newest evidence.
        last_uses: When each kind and key was used last, of all that is known; what was before the window is told.

    Returns:
        Observations, sorted. A definition has an entry if a key with a count leads to it, or with count 0 if it is
        measured. A key that leads to several definitions is unattributed, and counts for each of them as well: none of
        them may pass for uncalled.
    """
    reading = of_what_runs(reading, has_routes=bool(analysis.routes))
    names = DefinitionNames(analysis, components, reading.names)
    handlers = RouteHandlers(reading, analysis, names, min_watched)
    join = _Join(reading)
    for sample in reading.samples:
        targets = handlers.of(sample.key) if sample.kind == "endpoint" else names.of(sample.key, sample.kind)
        join.add(sample, targets)
    insufficient = insufficiency(reading, now=now, min_watched=min_watched, max_age=max_age)
    by_kind = {"endpoint": handlers.measured(join.called_keys), **measured_names(reading, names, min_watched)}
    measured = in_every_way(by_kind, analysis.entry_points)
    if insufficient is None:
        ours = any(names.handler(route.handler) is not None for route in reading.routes)
        insufficient = join.silence(ours=ours or bool(measured))
    of_each = {
        definition: min(
            handlers.watched_minutes(key) if kind == "endpoint" else name_minutes(reading, kind, key)
            for kind, definitions in by_kind.items()
            for key in definitions.get(definition, ())
        )
        for definition in measured
    }
    watched, minutes = watched_minutes(reading)
    return Observations(
        window=reading.window,
        by_definition=join.observations(measured, of_each),
        measured=frozenset(measured),
        unattributed=join.unattributed(),
        watched=watched,
        watched_minutes=minutes,
        sources=reading.sources,
        insufficient=insufficient,
        endpoints_observed=len(join.called_keys),
        versions=tuple(sorted(reading.versions, key=lambda seen: (seen.first, seen.version, seen.source))),
        components=_rendered(reading),
        replaced=_replaced(reading, names),
        last_used=_last_used(last_uses, reading, handlers, names),
        since=reading.since,
        stale=is_stale(reading, now=now, max_age=max_age),
    )


def _rendered(reading: LedgerReading) -> RenderedComponents:
    """Return all use of components; a use of no known day counts, and says nothing of any day."""
    counts: dict[str, int] = {}
    last: dict[str, datetime] = {}
    days: dict[str, set[date]] = {}
    told: dict[str, set[str]] = {}
    for sample in reading.samples:
        if sample.kind == "component" and sample.count > 0:
            told.setdefault(sample.key, set()).update(filter(None, sample.origin.split(", ")))
            counts[sample.key] = counts.get(sample.key, 0) + sample.count
            if sample.last_seen is not None:
                last[sample.key] = max(sample.last_seen, last.get(sample.key, sample.last_seen))
            if sample.by_status.get(UNDATED, 0) < sample.count:
                days.setdefault(sample.key, set()).add(sample.day)
    return RenderedComponents(
        dict(sorted(counts.items())),
        last,
        {name: frozenset(seen) for name, seen in days.items()},
        {name: tuple(sorted(sources)) for name, sources in told.items()},
    )


def _replaced(reading: LedgerReading, names: DefinitionNames) -> dict[DefinitionId, datetime]:
    """Return the handlers that serve no route any more and did in the window, with when they were last published."""
    serving = {names.handler(route.handler) for route in reading.routes}
    found: dict[DefinitionId, datetime] = {}
    for route in reading.earlier_routes:
        handler, last = names.handler(route.handler), route.last_registered
        if handler is not None and handler not in serving and last is not None:
            found[handler] = max(last, found.get(handler, last))
    return dict(sorted(found.items()))


def _last_used(
    last_uses: Mapping[tuple[UsageKind, str], LastUse],
    reading: LedgerReading,
    handlers: RouteHandlers,
    names: DefinitionNames,
) -> dict[DefinitionId, date]:
    """Return the last day before the window on which each definition was used, as the keys lead to them today."""
    begin = reading.window.dates()[0]
    found: dict[DefinitionId, date] = {}
    for (kind, key), use in last_uses.items():
        targets = handlers.of(key) if kind == "endpoint" else names.of(key, kind)
        for target in targets if use.last_day < begin else ():
            found[target] = max(use.last_day, found.get(target, use.last_day))
    return dict(sorted(found.items()))


class _Join:
    """The samples added so far, by definition and by key that leads nowhere."""

    def __init__(self, reading: LedgerReading) -> None:
        self._names = tuple(source.name for source in reading.sources)
        self._claiming = tuple(source.name for source in claiming(reading))
        self._uses: dict[DefinitionId, _Use] = {}
        self._unattributed: dict[str, int] = {}
        self._unmatched = 0
        self.called_keys: set[str] = set()

    def add(self, sample: UsageSample, targets: tuple[DefinitionId, ...]) -> None:
        """Add one sample to each of its targets; to none, or to several, leaves it unattributed."""
        count = max(0, sample.count - sample.by_status.get(_NOT_CALLED, 0))
        if not count:
            return
        if sample.kind == "endpoint" and sample.key == layout.UNMATCHED:
            self._unmatched += count
        elif sample.kind == "endpoint":
            self.called_keys.add(sample.key)
        if len(targets) != 1:
            self._unattributed[sample.key] = self._unattributed.get(sample.key, 0) + count
        for target in targets:
            self._uses.setdefault(target, _Use()).add(sample, count, self._sources(sample))

    def _sources(self, sample: UsageSample) -> frozenset[str]:
        """Return the sources that saw a sample: its origin names them; the only one there is needs no naming."""
        named = {part.strip() for part in sample.origin.split(",")} & set(self._names)
        return frozenset(named or (self._names if len(self._names) == 1 else ()))

    def silence(self, *, ours: bool) -> str | None:
        """Return why a window without any use at all, or with none that is understood, proves nothing.

        `ours`: what was published or measured is in this tree, so the calls are of this application.
        """
        if self._uses or (self.called_keys and ours):
            return None
        if self._unmatched:
            return (
                f"none of {self._unmatched:,} requests matched a known route: "
                "the tracker or the log may belong to another application"
            )
        if self._unattributed:
            return f"none of the {len(self._unattributed):,} usage keys seen leads to a definition of this tree"
        return "not a single use of anything was counted in the window: the tracker may sit where no traffic goes"

    def unattributed(self) -> tuple[tuple[str, int], ...]:
        """Return the keys that lead to no single definition with their counts, sorted by key."""
        return tuple(sorted(self._unattributed.items()))

    def observations(
        self, measured: Mapping[DefinitionId, tuple[str, ...]], minutes: Mapping[DefinitionId, int]
    ) -> dict[DefinitionId, Observation]:
        """Return what is known of each definition, sorted: its uses, or zero where it is measured, for `minutes`."""
        found = {}
        for definition in sorted(self._uses.keys() | measured.keys()):
            use = self._uses.get(definition, _Use())
            counts = dict(sorted((dict.fromkeys(measured.get(definition, ()), 0) | use.counts).items()))
            found[definition] = Observation(
                definition,
                tuple(counts),
                use.count,
                use.errors,
                use.last_seen,
                tuple(sorted(use.sources or self._claiming)),
                counts,
                dict(sorted(use.apart.items())),
                minutes.get(definition),
            )
        return found


class _Use:
    """Uses of one definition."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.count = 0
        self.errors = 0
        self.last_seen: datetime | None = None
        self.sources: set[str] = set()
        self.apart: dict[str, int] = {}

    def add(self, sample: UsageSample, count: int, sources: Iterable[str]) -> None:
        """Add a sample's `count` uses."""
        self.counts[sample.key] = self.counts.get(sample.key, 0) + count
        self.count += count
        self.errors += sample.errors
        self.sources.update(sources)
        for status in (PROBE, BOT, UNDATED):
            if uses := sample.by_status.get(status):
                self.apart[status] = self.apart.get(status, 0) + uses
        if sample.last_seen is not None:
            self.last_seen = max(filter(None, (self.last_seen, sample.last_seen)))
