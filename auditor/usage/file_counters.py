"""The tracker's file sink (`file:///directory`) -> a collection.

In: a directory of `<app>/<instance>.jsonl` files, append-only deltas. Out: one `Collection` with absolute counts, each
file an origin of its own. A last line without its newline is a write under way; an unreadable line before it is
counted as lost counts of its days, because what it held is gone. Never writes, never raises.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

import msgspec

from auditor.model.usage import Collection, RegisteredName, RegisteredRoute, UsageKind, UsageSample, WatchedDay
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.tracking.sketches import UserSketch
from auditor.usage.records import NAMED, RouteRecord, Tally, moment
from auditor.usage.settling import LastFlush, Span, Trackers, versions
from auditor.usage.sources import one_line

_COUNTED = layout.KINDS
_LONGEST_LINE = 64 * 1024 * 1024

Counts = dict[date, dict[str, int]]


class _Record(msgspec.Struct, frozen=True):
    """One line of the file sink, as `auditor.tracking.layout` documents it."""

    v: int
    kind: str
    at: float
    version: str = ""
    minutes: tuple[int, ...] = ()
    watched: dict[str, tuple[int, ...]] = {}
    calls: Counts = {}
    components: Counts = {}
    tasks: Counts = {}
    commands: Counts = {}
    functions: Counts = {}
    probes: Counts = {}
    bots: Counts = {}
    outcomes: Counts = {}
    durations: Counts = {}
    users: dict[date, dict[str, list[tuple[int, int]]]] = {}
    last: dict[str, float] = {}
    lost: dict[date, int] = {}
    routes: dict[str, RouteRecord] = {}
    registered: dict[str, RouteRecord] = {}
    closed: bool | None = None
    since: float = 0.0
    started: float = 0.0
    interval: float = 5.0
    watching: tuple[str, ...] = (layout.CALLS,)


class FileCounters:
    """The counters one app's trackers append to files.

    Args:
        name: The configured name.
        url: `file:///absolute/directory`.
        app: Name under which the trackers write: the directory's sub-directory.
    """

    def __init__(self, name: str, url: str, app: str) -> None:
        self.name = name
        self._url = url
        self._app = app

    def collect(self, window: Window) -> Collection:
        """Return the counts of every UTC day the window touches, watched minutes, lost counts and the route table."""
        directory, problem = self._directory()
        if problem is not None:
            return Collection(self.name, window, problem=problem)
        files = sorted(directory.glob("*.jsonl"))
        if not files:
            return Collection(self.name, window, problem=f"no evidence: {directory} has no *.jsonl; {self._hint()}")
        reading = _Reading(window)
        problem = None
        for file in files:
            try:
                reading.read(file)
            except OSError as error:
                problem = f"{file} cannot be read: {error.strerror or one_line(error)}"
        if problem is None and not reading.records:
            problem = f"no evidence: no line of the {len(files)} files in {directory} is a tracker's"
        return reading.collection(self.name, problem)

    def _directory(self) -> tuple[Path, str | None]:
        parts = urlsplit(self._url)
        base = Path(unquote(parts.path))
        if parts.scheme != "file" or parts.netloc not in ("", "localhost") or not base.is_absolute():
            return base, "its url must look like file:///absolute/directory"
        if "/" in self._app or self._app in (".", ".."):
            return base, f"the app's name {one_line(self._app)!r} is no directory's name"
        directory = base / self._app
        try:
            if directory.is_dir():
                return directory, None
            apps = sorted(path.name for path in base.iterdir() if path.is_dir()) if base.is_dir() else []
        except OSError as error:
            return directory, f"{directory} cannot be read: {error.strerror or one_line(error)}"
        found = ", ".join(one_line(app, 60) for app in apps[:8])
        return directory, f"no evidence: {directory} does not exist; " + (
            f"apps found beside it: {found}" if found else self._hint()
        )

    def _hint(self) -> str:
        return "is the tracker running with this sink?"


class _Reading:
    """What the files read so far add up to."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.days = frozenset(window.dates())
        self.records = self.torn = self.unreadable = self.foreign = 0
        self.minutes: dict[str, dict[date, set[int]]] = {}
        self.lost: dict[date, int] = {}
        self.routes: dict[tuple[str, str, tuple[str, ...]], RegisteredRoute] = {}
        self.names: dict[tuple[str, str, str], RegisteredName] = {}
        self.samples: list[UsageSample] = []
        self.flushes: dict[str, LastFlush] = {}
        self.outages: list[Span] = []
        self.ran: dict[str, tuple[float, float]] = {}

    def read(self, file: Path) -> None:
        """Add one file, streaming; its name is the samples' origin."""
        last: dict[str, float] = {}
        tally = Tally(last, file.name)
        before: date | None = None
        doubtful = False
        for line, whole in _lines(file):
            record = _record(line) if whole else None
            if record is None:
                self.torn += not whole
                self.unreadable += whole
                self._lose(before, whole)
                doubtful = whole
                continue
            at = moment(record.at)
            day = at.date() if at is not None else before
            self._lose(day, doubtful and day != before)
            before, doubtful = day, False
            self.records += 1
            self._add(record, tally, last, _instance(file))
        self.samples += tally.samples()

    def _lose(self, day: date | None, unreadable: bool) -> None:
        """Count an unreadable line as one lost count of the day beside it."""
        if unreadable and day is not None:
            self.lost[day] = self.lost.get(day, 0) + 1

    def _add(self, record: _Record, tally: Tally, last: dict[str, float], instance: str) -> None:
        for key, seconds in record.last.items():
            last[key] = max(seconds, last.get(key, 0.0)) if moment(seconds) is not None else last.get(key, 0.0)
        for kind, day, field, count in _counts(record, self.days):
            tally.add(kind, day, field, count)
        for day in record.users.keys() & self.days:
            for key, pairs in record.users[day].items():
                self._see(tally, day, key, pairs)
        for day, count in record.lost.items():
            if count:
                self.lost[day] = self.lost.get(day, 0) + count
        for kind, minutes in (record.watched | {layout.CALLS: record.minutes}).items():
            for minute in minutes:
                self._watch(kind, minute)
        if record.kind == "flush":
            self._note_flush(instance, record)
        for key, route in record.routes.items():
            self._register(route.registered(key))
        for name in filter(None, (place.named(field) for field, place in record.registered.items())):
            self._register_name(name)

    def _see(self, tally: Tally, day: date, key: str, pairs: list[tuple[int, int]]) -> None:
        try:
            tally.saw(day, key, UserSketch.of_pairs(pairs))
        except ValueError:
            self.foreign += 1

    def _note_flush(self, instance: str, record: _Record) -> None:
        """Remember an instance's latest flush; it may have several files."""
        known = self.flushes.get(instance)
        if known is None or record.at >= known.flushed:
            self.flushes[instance] = LastFlush(
                record.at, record.closed, record.interval, record.watching, record.started
            )
        began, ended = self.ran.get(record.version, (record.at, record.at))
        self.ran[record.version] = min(began, record.started or record.at), max(ended, record.at)
        if layout.is_outage(record.since, record.at, record.interval):
            self.outages.append((record.since, record.at))

    def _watch(self, kind: str, minute: int) -> None:
        at = moment(minute * 60)
        if at is not None and at.date() in self.days:
            self.minutes.setdefault(kind, {}).setdefault(at.date(), set()).add(at.hour * 60 + at.minute)

    def _register(self, route: RegisteredRoute) -> None:
        """Add a published route; the same one, published again, keeps its first and takes the latest time."""
        identity = (route.key, route.handler.handler, tuple(other.handler for other in route.shadowed))
        self.routes[identity] = _joined(self.routes.get(identity), route)

    def _register_name(self, name: RegisteredName) -> None:
        identity = (name.kind, name.name, name.target.handler)
        self.names[identity] = _joined(self.names.get(identity), name)

    def collection(self, name: str, problem: str | None) -> Collection:
        """Return everything as the collection of the source `name`."""
        well = problem is None
        trackers = Trackers(self.flushes.values(), self.outages, self.window)
        watched = {kind: trackers.settled(self._watched(kind), kind) for kind in (layout.CALLS, *NAMED)}
        kinds: dict[UsageKind, tuple[WatchedDay, ...]] = {NAMED[kind]: watched[kind] for kind in NAMED}
        return Collection(
            name, self.window, watched[layout.CALLS] if well else (), tuple(self.samples),
            tuple(route for _, route in sorted(self.routes.items())),
            tuple(sorted((day, count) for day, count in self.lost.items() if day in self.days)),
            problem, (*self._notes(), *trackers.notes()), names=tuple(named for _, named in sorted(self.names.items())),
            watched_kinds={kind: days for kind, days in kinds.items() if days and well},
            versions=versions(LastFlush(last, started=first, version=one) for one, (first, last) in self.ran.items()),
        )  # fmt: skip

    def _watched(self, kind: str) -> tuple[WatchedDay, ...]:
        days = self.minutes.get(kind, {})
        return tuple(WatchedDay.of_minutes(day, minutes) for day, minutes in sorted(days.items()))

    def _notes(self) -> tuple[str, ...]:
        notes = []
        if self.torn:
            notes.append(f"{self.torn:,} last lines were not written to their end and were left out")
        if self.unreadable:
            notes.append(f"{self.unreadable:,} lines cannot be read; what they held counts as lost on their days")
        if self.foreign:
            notes.append(f"{self.foreign:,} sketches of users were not written by a tracker and were left out")
        if layout.CALLS not in self.minutes:
            notes.append("no whole minute of the window was watched yet")
        if not self.routes:
            notes.append("no route table is published, so a route that nobody called cannot be told from one untracked")
        return tuple(notes)


_EPOCH = datetime.fromtimestamp(0, UTC)
_Published = TypeVar("_Published", RegisteredRoute, RegisteredName)


def _joined(known: _Published | None, new: _Published) -> _Published:
    """Return the later of two publications of one thing, first registered with the earlier."""
    if known is None:
        return new
    later = new if (new.last_registered or _EPOCH) >= (known.last_registered or _EPOCH) else known
    firsts = [one.first_registered for one in (known, new) if one.first_registered is not None]
    return msgspec.structs.replace(later, first_registered=min(firsts, default=None))


def _instance(file: Path) -> str:
    """Return the instance a file belongs to: its name without the day that the tracker appends."""
    return re.sub(r"-\d{8}$", "", file.stem)


def _lines(file: Path) -> Iterator[tuple[bytes, bool]]:
    """Yield each line that is not blank, and whether it ends as a line does."""
    with file.open("rb") as stream:
        while line := stream.readline(_LONGEST_LINE):
            if line.strip():
                yield line, line.endswith(b"\n")


def _record(line: bytes) -> _Record | None:
    """Return the record of a line, None where it has none that this version understands.

    A line that begins with a torn record, as after a crash and a restart under the same name, gives its last record.
    """
    start = line.rfind(b'{"v":')
    for text in (line, line[start:]) if start > 0 else (line,):
        try:
            record = msgspec.json.decode(text, type=_Record)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        return record if record.v == layout.FORMAT_VERSION and _plausible(record) else None
    return None


def _plausible(record: _Record) -> bool:
    """Return whether every count is one: nothing below zero."""
    days = (fields for kind in _COUNTED for fields in getattr(record, kind).values())
    return all(count >= 0 for group in (record.lost, *days) for count in group.values())


def _counts(record: _Record, days: frozenset[date]) -> Iterator[tuple[str, date, str, int]]:
    """Yield kind, day, field and count of every count of the given days."""
    for kind in _COUNTED:
        for day, fields in getattr(record, kind).items():
            if day in days:
                for field, count in fields.items():
                    yield kind, day, field, count
