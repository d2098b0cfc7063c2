"""Endpoint keys -> handlers: who serves a route, by the published table first, then by the static one.

In: the ledger's reading, the analysis, the index of names. Out: the handlers a key leads to, and those whose use would
have been seen. A path counter cannot tell two handlers on one path apart; the tables can. Never gives a shadowed
handler credit, and never calls a route measured on the word of the static table alone.
"""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from auditor.model.code import DefinitionId
from auditor.model.graph import Analysis
from auditor.model.route_keys import shape
from auditor.model.usage import LedgerReading, RegisteredRoute
from auditor.usage.definition_names import DefinitionNames
from auditor.usage.sufficiency import STILL_THERE, claiming, minutes_of

ANY = "ANY"
"""Method of a route that takes every method."""


class _Published(msgspec.Struct, frozen=True):
    """A published route, bound to this tree; `handler` is None where the tree has no such definition."""

    route: RegisteredRoute
    handler: DefinitionId | None
    shadowed: tuple[DefinitionId, ...]


class RouteHandlers:
    """Both route tables of one application."""

    def __init__(self, reading: LedgerReading, analysis: Analysis, names: DefinitionNames, min_watched: float) -> None:
        self._reading = reading
        self._min_watched = min_watched
        self._trusted = {source.name for source in claiming(reading)}
        self._routes = analysis.routes
        self._published: dict[str, list[_Published]] = {}
        for route in _current(reading):
            shadowed = tuple(found for other in route.shadowed if (found := names.handler(other)) is not None)
            bound = _Published(route, names.handler(route.handler), shadowed)
            self._published.setdefault(route.key, []).append(bound)
        static: dict[str, list[DefinitionId]] = {}
        for row in analysis.routes:
            if row.shadowed_by is None:
                static.setdefault(row.key, []).append(row.handler)
        self._static = {key: names.known(handlers) for key, handlers in static.items()}
        self._published_like = _by_likeness(self._published)
        self._static_like = _by_likeness(self._static)

    def of(self, key: str) -> tuple[DefinitionId, ...]:
        """Return the handlers that a key's calls reached, sorted; none where no table knows it.

        A published route whose handler this tree does not have leads nowhere: its calls reached other code.
        """
        for spelling in _spellings(key):
            published = _look_up(spelling, self._published, self._published_like)
            if published:
                return tuple(sorted({bound.handler for bound in published if bound.handler is not None}))
            static = _look_up(spelling, self._static, self._static_like)
            if static:
                return tuple(sorted(set(static)))
        return ()

    def measured(self, called: Collection[str]) -> dict[DefinitionId, tuple[str, ...]]:
        """Return the handlers whose use would have been seen in the whole window, each with its keys.

        Published routes that were registered by the window's start and still are, and whose own sources watched enough
        of it, whether they serve or are shadowed: what another source watched need not be this application. Without any
        published table, static routes of a file of which another route was called: then the source does see that
        file's routes. A call that routes of several files could have taken, as `/health` of two applications, vouches
        for none of them.
        A handler that also serves a static route which no table published is not measured.
        """
        if not self._trusted:
            return {}
        found: dict[DefinitionId, set[str]] = {}
        if self._published:
            for key, group in self._published.items():
                for definition in self._measured_by(key, group):
                    found.setdefault(definition, set()).add(key)
            for definition in self._partly_unpublished():
                found.pop(definition, None)
        else:
            files = self._seen_files(called)
            for row in self._routes:
                if row.path in files and row.shadowed_by is None and row.handler in self._static.get(row.key, ()):
                    found.setdefault(row.handler, set()).add(row.key)
        return {definition: tuple(sorted(keys)) for definition, keys in found.items()}

    def _seen_files(self, called: Collection[str]) -> set[str]:
        """Return the files of which a route was called that no route of another file could have been."""
        files: dict[str, set[str]] = {}
        for row in self._routes:
            files.setdefault(shape(row.key), set()).add(row.path)
        seen = [set().union(*(files.get(shape(one), ()) for one in _spellings(key))) for key in called]
        return {path for paths in seen if len(paths) == 1 for path in paths}

    def watched_minutes(self, key: str) -> int:
        """Return the minutes in which a call of a key would have been seen, whichever of its applications took it."""
        current = [bound for bound in self._published.get(key, ()) if self._in_place(bound.route)]
        sources = {bound.route.source for bound in current} or {""}
        return min(minutes_of(self._reading, {one} if one else self._trusted) for one in sources)

    def _measured_by(self, key: str, group: list[_Published]) -> set[DefinitionId]:
        """Return the handlers of one key that its registrations prove to have been in place and watched."""
        if self.watched_minutes(key) < self._min_watched * self._reading.window.minutes:
            return set()
        return {
            definition
            for bound in group
            if self._in_place(bound.route)
            for definition in (bound.handler, *bound.shadowed)
            if definition is not None
        }

    def _in_place(self, route: RegisteredRoute) -> bool:
        """Return whether a source that claims absence saw a route registered when the window began, and still does."""
        first, last, window = route.first_registered, route.last_registered, self._reading.window
        lasting = first is not None and first <= window.start and (last or window.end) >= window.end - STILL_THERE
        return lasting and (not route.source or route.source in self._trusted)

    def _partly_unpublished(self) -> set[DefinitionId]:
        """Return handlers of which some static routes are published and others are not: another app may serve those."""
        published: set[DefinitionId] = set()
        missing: set[DefinitionId] = set()
        for row in self._routes:
            if row.shadowed_by is None:
                known = _look_up(row.key, self._published, self._published_like)
                (published if known else missing).add(row.handler)
        return published & missing


def _spellings(key: str) -> tuple[str, ...]:
    """Return a key and those of routes that take its calls as well: GET's for HEAD, and a route of every method."""
    method, _, template = key.partition(" ")
    if method in (ANY, "WEBSOCKET"):
        return (key,)
    return (key, f"GET {template}", f"{ANY} {template}") if method == "HEAD" else (key, f"{ANY} {template}")


def _current(reading: LedgerReading) -> list[RegisteredRoute]:
    """Return the registrations that could have served in the window.

    One that was published for the last time before another handler took its key over is gone, if that happened before
    the window began.
    """
    by_key: dict[tuple[str, str], list[RegisteredRoute]] = {}
    for route in (*reading.routes, *reading.earlier_routes):
        by_key.setdefault((route.source, route.key), []).append(route)
    return [
        route
        for group in by_key.values()
        for route in group
        if not any(_replaces(other, route, reading) for other in group)
    ]


def _replaces(new: RegisteredRoute, old: RegisteredRoute, reading: LedgerReading) -> bool:
    if new.handler.handler == old.handler.handler or new.first_registered is None or old.last_registered is None:
        return False
    return old.last_registered < new.first_registered <= reading.window.start


def _by_likeness(table: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the shape of a key -> keys of a table."""
    like: dict[str, list[str]] = {}
    for key in table:
        like.setdefault(shape(key), []).append(key)
    return like


def _look_up(key: str, table: Mapping[str, Any], like: Mapping[str, list[str]]) -> list[Any]:
    """Return what a table holds under a key, or else under keys that differ only in how parameters are written."""
    if key in table:
        return list(table[key])
    return [value for other in like.get(shape(key), ()) for value in table[other]]
