"""The tracker's keys in Redis, and what their values mean. In: an app, a window, raw answers. Out: a `Collection`.

What is no tracker's is left out and counted in a note. Keys that older trackers do not write may be missing. Never
talks to a server.
"""

import contextlib
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import msgspec

from auditor.model.usage import BITMAP_BYTES, Collection, RegisteredName, RegisteredRoute, UsageKind, WatchedDay
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage.records import NAMED, Tally, moment, registered_name, registered_route
from auditor.usage.settling import LastFlush, Trackers, versions

_COUNTED = layout.KINDS


class Question(NamedTuple):
    """A key to read: whether it is a hash (else a string), and whether the answer would be worthless without it."""

    key: str
    is_hash: bool = True
    needed: bool = True


def questions(app: str, window: Window) -> tuple[Question, ...]:
    """Return every key of the app that tells of the window."""
    asked = [
        Question(layout.last_key(app)), Question(layout.routes_key(app)),
        Question(layout.registered_key(app), needed=False),
    ]  # fmt: skip
    for day in window.dates():
        asked += [Question(layout.counts_key(app, kind, day), needed=kind in layout.USES) for kind in _COUNTED]
        asked += [Question(layout.watched_key(app, day), is_hash=False)]
        asked += [Question(layout.watched_key(app, day, kind), is_hash=False, needed=False) for kind in NAMED]
        asked += [Question(layout.lost_key(app, day), is_hash=False), Question(layout.instances_key(app, day))]
        asked += [Question(layout.outages_key(app, day), needed=False)]
    return tuple(asked)


def collected(name: str, app: str, window: Window, answers: Mapping[str, Any]) -> Collection:
    """Return what the answers say, None or empty where a key is not there, as the collection of the source `name`."""
    return _Answers(app, window, answers).collection(name)


class _Answers:
    """The answers by key, and how many fields in them were written by something else."""

    def __init__(self, app: str, window: Window, answers: Mapping[str, Any]) -> None:
        self._app = app
        self._window = window
        self._answers = answers
        self._flushes = self._last_flushes()
        self._trackers = Trackers(self._flushes, self._outages(), window)
        self._foreign = 0

    def collection(self, name: str) -> Collection:
        """Return everything as the collection of the source `name`."""
        tally = Tally(_times(self._hash(layout.last_key(self._app))))
        for day in self._window.dates():
            for kind in _COUNTED:
                self._count(tally, kind, day)
        routes = self._routes()
        names = self._names()
        watched = self._watched(layout.CALLS)
        return Collection(
            name, self._window, watched, tally.samples(), routes, self._lost(),
            notes=(*self._notes(watched, routes), *self._trackers.notes()),
            names=names, watched_kinds=self._watched_kinds(), versions=versions(self._flushes),
        )  # fmt: skip

    def _hash(self, key: str) -> Mapping[bytes, bytes]:
        return self._answers.get(key) or {}

    def _count(self, tally: Tally, kind: str, day: date) -> None:
        for field, value in self._hash(layout.counts_key(self._app, kind, day)).items():
            count = _positive(value)
            if count is None or not tally.add(kind, day, _text(field), count):
                self._foreign += 1

    def _watched(self, kind: str) -> tuple[WatchedDay, ...]:
        days = []
        for day in self._window.dates():
            bitmap: bytes | None = self._answers.get(layout.watched_key(self._app, day, kind))
            if bitmap:
                days.append(WatchedDay(day, bitmap[:BITMAP_BYTES].ljust(BITMAP_BYTES, b"\0")))
        return self._trackers.settled(days, kind)

    def _watched_kinds(self) -> dict[UsageKind, tuple[WatchedDay, ...]]:
        found = {NAMED[kind]: self._watched(kind) for kind in NAMED}
        return {kind: days for kind, days in found.items() if days}

    def _lost(self) -> tuple[tuple[date, int], ...]:
        found = ((day, self._answers.get(layout.lost_key(self._app, day))) for day in self._window.dates())
        return tuple((day, _positive(count) or 1) for day, count in found if count)

    def _routes(self) -> tuple[RegisteredRoute, ...]:
        """Return the published route table, sorted by key."""
        published = self._hash(layout.routes_key(self._app))
        routes = [registered_route(_text(key), record) for key, record in published.items()]
        readable = sorted((route for route in routes if route is not None), key=lambda route: route.key)
        self._foreign += len(routes) - len(readable)
        return tuple(readable)

    def _names(self) -> tuple[RegisteredName, ...]:
        """Return the published names, sorted by kind and name."""
        published = self._hash(layout.registered_key(self._app))
        names = [registered_name(_text(field), record) for field, record in published.items()]
        readable = sorted((name for name in names if name is not None), key=lambda name: (name.kind, name.name))
        self._foreign += len(names) - len(readable)
        return tuple(readable)

    def _last_flushes(self) -> list[LastFlush]:
        """Return each tracker's last flush; what is none is left out."""
        instances: dict[bytes, bytes] = {}
        for day in self._window.dates():
            instances.update(self._hash(layout.instances_key(self._app, day)))
        found = []
        for record in instances.values():
            with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
                found.append(msgspec.json.decode(record, type=LastFlush))
        return found

    def _outages(self) -> list[tuple[float, float]]:
        found = []
        for day in self._window.dates():
            for field, end in self._hash(layout.outages_key(self._app, day)).items():
                with contextlib.suppress(ValueError):
                    found.append((float(field.rpartition(b" ")[2]), float(end)))
        return found

    def _notes(self, watched: tuple[WatchedDay, ...], routes: tuple[RegisteredRoute, ...]) -> tuple[str, ...]:
        notes = []
        if self._foreign:
            notes.append(f"{self._foreign:,} fields were not written by a tracker and were left out")
        if not watched:
            notes.append("no whole minute of the window was watched yet")
        if not routes:
            notes.append("no route table is published, so a route that nobody called cannot be told from one untracked")
        return tuple(notes)


def _times(last: Mapping[bytes, bytes]) -> dict[str, float]:
    times = {}
    for key, value in last.items():
        try:
            seconds = float(value)
        except ValueError:
            continue
        if moment(seconds) is not None:
            times[_text(key)] = seconds
    return times


def _positive(value: bytes) -> int | None:
    """Return a count, None where the value is none; more digits than any counter has are no count."""
    return int(value) if value.isdigit() and len(value) < 19 else None


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
