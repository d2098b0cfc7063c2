"""Whether silence means absence. In: a LedgerReading. Out: what was published, and why its silence proves nothing.

What is published is judged by the source alone that published it, and by the minutes in which that source watched its
kind: a web process that watches requests says nothing of tasks. Pure; never reads a clock.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import msgspec

from auditor.ledger import watching
from auditor.ledger.spelling import Place
from auditor.model.answers import USES
from auditor.model.route_keys import nameless
from auditor.model.usage import MINUTES_A_DAY, LedgerReading, RegisteredHandler, RegisteredName, UsageKind


class Published(msgspec.Struct, frozen=True):
    """A route or name that a tracker published: the handler that serves now, by the source that saw it.

    Attributes:
        kind: What it is.
        key: Usage key of a route, or the name.
        handler: What runs.
        source: Who published it.
        version: That of the application.
        first_registered: Of this handler, aware UTC.
        last_registered: Of this handler, aware UTC.
        shadowed: Handlers registered behind it, which never serve.
    """

    kind: UsageKind
    key: str
    handler: RegisteredHandler
    source: str
    version: str
    first_registered: datetime | None
    last_registered: datetime | None
    shadowed: tuple[RegisteredHandler, ...] = ()

    def answered(self) -> set[tuple[str, str]]:
        """Return the kinds and keys whose use is use of this: a GET handler answers HEAD too."""
        method, _, template = self.key.partition(" ")
        found: set[tuple[str, str]] = {(self.kind, self.key)}
        if self.kind == "endpoint" and method == "GET":
            found.add((self.kind, f"HEAD {template}"))
        return found


def published(reading: LedgerReading) -> tuple[Published, ...]:
    """Return routes by key and source, then names by kind, name and source, each with what was registered last."""
    routes = tuple(
        Published("endpoint", one.key, one.handler, one.source, one.version, one.first_registered,
                  one.last_registered, one.shadowed)
        for one in reading.routes
    )  # fmt: skip
    latest: dict[tuple[str, str, str], RegisteredName] = {}
    for name in sorted(reading.names, key=lambda one: (one.last_registered is not None, one.last_registered)):
        latest[name.kind, name.name, name.source] = name
    names = tuple(
        Published(one.kind, one.name, one.target, one.source, one.version, one.first_registered, one.last_registered)
        for _, one in sorted(latest.items())
    )
    return routes + names


def with_renamed(used: Collection[Place], everything: Iterable[Published]) -> set[Place]:
    """Return what was used, and published routes of which a parameter had another name when they were called.

    A key that is published itself is no old name of another.
    """
    keys = {one.key for one in everything if one.kind == "endpoint"}
    called = {nameless(key) for kind, key in used if kind == "endpoint" and key not in keys}
    return {*used, *(("endpoint", key) for key in keys if nameless(key) in called)}


def newest_versions(everything: Iterable[Published]) -> dict[tuple[str, UsageKind], str]:
    """Return by source and kind the version that was registered last; no entry where no time is known."""
    newest: dict[tuple[str, UsageKind], tuple[datetime, str]] = {}
    for one in everything:
        if one.last_registered is not None:
            place, found = (one.source, one.kind), (one.last_registered, one.version)
            newest[place] = max(newest.get(place, found), found)
    return {place: version for place, (_, version) in newest.items()}


def doubt(
    reading: LedgerReading, one: Published, newest: Mapping[tuple[str, UsageKind], str], min_watched: float
) -> str | None:
    """Return in one sentence why no use of what is published proves nothing; None where it proves absence.

    Args:
        reading: What the ledger knows of the window.
        one: What nobody used in it.
        newest: The newest versions (see `newest_versions`).
        min_watched: Share of the window's minutes, and of each whole day's, that must be watched; above 0 up to 1.
    """
    source = next((source for source in reading.sources if source.name == one.source), None)
    if source is None or source.only_for_use:
        return f"source {one.source} can prove use, never absence"
    version = newest.get((one.source, one.kind), "")
    if one.version != version:
        return f"not registered by the newest version {version!r}, only by {one.version!r}"
    window, since = reading.window, one.first_registered
    if since is None:
        return "its handler was first registered at an unknown time"
    if since > window.start:
        watched = watching.minutes_since(reading, one.source, since, one.kind)
        if watched < min_watched * window.minutes:
            return f"its handler was first registered on {since:%Y-%m-%d %H:%M} UTC, inside the window"
    return too_little(reading, one.source, one.kind, min_watched)


def refusal(reading: LedgerReading, everything: Iterable[Published], min_watched: float) -> str | None:
    """Return why nothing may be concluded from the window for anything published, None where something may."""
    if not reading.sources:
        return f"no source was ever collected; {watching.COLLECT}"
    sick = [source for source in reading.sources if source.problem and not source.only_for_use]
    if sick:
        return "; ".join(f"{source.name} is sick: {source.problem}" for source in sick)
    places = sorted({(one.source, one.kind) for one in everything})
    if not places:
        return (
            "no tracker has published a route table in the window, which ends with the last whole minute: mount the "
            "tracker, or ask again in a minute; from logs alone 'auditor plan' judges the routes in the code"
        )
    doubts = [too_little(reading, source, kind, min_watched) for source, kind in places]
    return None if None in doubts else "; ".join(doubt for doubt in doubts if doubt)


def too_little(reading: LedgerReading, source: str, kind: UsageKind, min_watched: float) -> str | None:
    """Return how little a source watched a kind, of the window or of one of its whole days; None where enough."""
    window = reading.window
    watched, wanted = watching.minutes_since(reading, source, window.start, kind), window.minutes
    place = watching.span(window)
    if watched >= min_watched * wanted:
        thin = watching.thin_day(reading, source, min_watched, kind)
        if thin is None:
            return None
        watched, wanted, place = thin.minutes, MINUTES_A_DAY, f"{thin.day}"
    what = "" if kind == "endpoint" else f"{USES[kind]} in "
    text = (
        f"{source} watched {what}{watched:,} of the {wanted:,} minutes of {place} "
        f"({int(1000 * watched / wanted) / 10} %), {100 * min_watched:g} % are needed"
    )
    lost = sorted(watching.lost_days(reading, source))
    if lost:
        text += f"; counts were lost on {', '.join(day.isoformat() for day in lost)}"
    if reading.since is not None and reading.since > window.start.date():
        text += f"; nothing is known before {reading.since}"
    return text
