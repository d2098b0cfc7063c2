"""What browsers counted of the components they rendered -> a collection.

In: the lines that `auditor serve` keeps of deliveries, exports (`exportUsage()`) and dumps of localStorage as files.
Out: one `Collection`; each tab is an origin, each export one browser. Browsers that never delivered are unseen, so it
proves use and never absence; an export without evidence says nothing. Never keeps the id of a browser.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from auditor.config import SourceConfig
from auditor.model.component_export import ComponentExport, ComponentUse, ReceivedExport
from auditor.model.days import day_of
from auditor.model.usage import Collection, UsageSample, UsageTotal
from auditor.model.window import Window
from auditor.tracking.sketches import UserSketch
from auditor.usage.component_storage import StoredUse, stored_uses
from auditor.usage.events.names import refusal
from auditor.usage.file_globs import expand, why
from auditor.usage.logs.opening import opened

SPOOL = ".auditor/components/*.jsonl"
"""Where `auditor serve` keeps deliveries; see `service.spool`."""
_MOST_NAMES = 10_000
_LARGEST_FILE = 64 * 1024 * 1024
_UNSEEN = "browsers that never delivered are unseen, so this proves use and never absence"


class ComponentExports:
    """The exports that one configured glob names, or the service's spool.

    Args:
        source: The configuration of a source of kind `components`.
        root: Directory that a relative glob starts from.
        app: Name of the application.
    """

    def __init__(self, source: SourceConfig, root: Path, app: str) -> None:
        self.name = source.name
        self._pattern = source.path or SPOOL
        self._root = root
        self._app = app

    def collect(self, window: Window) -> Collection:
        """Return the uses of every UTC day the window touches, and those of no known day, by component and origin."""
        reading = _Reading(window, self._app)
        try:
            paths = expand(self._root, self._pattern)
        except OSError as error:
            return self._sick(window, f"{self._pattern} cannot be searched: {why(error)}")
        if not paths:
            return self._sick(
                window,
                f"no evidence: no file matches {self._pattern} in {self._root}; let browsers deliver to auditor serve, "
                "or save what exportUsage() returns there",
            )
        problem = None
        for path in paths:
            try:
                reading.read(path)
            except OSError as error:
                problem = problem or f"{path} cannot be read: {why(error)}"
        return reading.collection(self.name, problem or reading.emptiness(len(paths)))

    def _sick(self, window: Window, problem: str) -> Collection:
        return Collection(self.name, window, problem=problem, only_for_use=True)


class _Place(NamedTuple):
    origin: str
    day: date
    name: str


class _Reading:
    """What the files read so far add up to: the largest count of each place."""

    def __init__(self, window: Window, app: str) -> None:
        self._window = window
        self._app = app
        self._days = frozenset(window.dates())
        self._uses: dict[_Place, ComponentUse] = {}
        self._browsers: dict[_Place, str] = {}
        self._undated: dict[tuple[str, str], StoredUse] = {}
        self._names: set[str] = set()
        self._delivered: set[str] = set()
        self._exports = self._empty = self._unreadable = self._refused = self._left_out = self._dropped = 0
        self._lost: dict[tuple[str, date], int] = {}
        self._latest: date | None = None

    def read(self, path: Path) -> None:
        """Add a file: exports one a line, one export, a list of exports, or a dump of localStorage."""
        for found in _documents(path):
            for one in found if isinstance(found, list) else [found]:
                if not self._add(one, path):
                    self._unreadable += 1

    def _add(self, found: object, path: Path) -> bool:
        """Add what a file holds; return whether it is an export."""
        if not isinstance(found, dict):
            return False
        if (stored := stored_uses(found)) is not None:
            self._exports += 1
            origin = _digest(str(path))
            for name, use in stored.items():
                self._keep_undated(origin, name, use)
            return True
        try:
            exported = msgspec.convert(found, ReceivedExport).export if "export" in found else _export(found)
        except (msgspec.ValidationError, RecursionError):
            return False
        self._add_export(exported)
        return True

    def _add_export(self, export: ComponentExport) -> None:
        self._exports += 1
        self._dropped += export.dropped is not None
        browser = export.browser
        if export.evidence == "none":
            self._empty += 1
        if browser is not None:
            self._delivered.add(_digest(browser))
        for origin in export.origins:
            hashed = _digest(origin.id)
            for day, uses in origin.days.items():
                self._latest = day if self._latest is None else max(day, self._latest)
                for name, use in uses.items() if day in self._days else ():
                    self._keep(_Place(hashed, day, name), use, browser)
            for day, count in origin.lost.items():
                if day in self._days:
                    self._lost[hashed, day] = max(count, self._lost.get((hashed, day), 0))
        for name, use in export.undated.items():
            if browser is not None:
                self._keep_undated(_digest(browser), name, StoredUse(use.count, use.last))

    def _keep(self, place: _Place, use: ComponentUse, browser: str | None) -> None:
        if not self._is_name(place.name):
            return
        known = self._uses.get(place)
        if known is None or use.count > known.count:
            self._uses[place] = use
        if browser is not None:
            self._browsers[place] = browser

    def _keep_undated(self, origin: str, name: str, use: StoredUse) -> None:
        if self._is_name(name):
            known = self._undated.get((origin, name))
            if known is None or use.count > known.count:
                self._undated[origin, name] = use

    def _is_name(self, name: str) -> bool:
        """Return whether a name may be kept: what a browser sends may hold anything."""
        if name in self._names:
            return True
        if refusal(name) is not None:
            self._refused += 1
        elif len(self._names) >= _MOST_NAMES:
            self._left_out += 1
        else:
            self._names.add(name)
            return True
        return False

    def emptiness(self, files: int) -> str | None:
        """Return why the files are no evidence at all, None where they prove any use."""
        if self._uses or self._undated:
            return None
        if not self._exports:
            return f"no evidence: none of the {files} files holds an export of components"
        if self._latest is not None:
            return f"no evidence: what {self._exports:,} exports hold is of other days, up to {self._latest}"
        return (
            f"no evidence: in none of {self._exports:,} exports is a single component recorded; that says nothing of "
            "what is unused: is the tracker called, and switched on in the production build?"
        )

    def collection(self, name: str, problem: str | None) -> Collection:
        """Return everything as the collection of the source `name`."""
        samples = tuple(self._sample(place, use) for place, use in sorted(self._uses.items(), key=lambda one: one[0]))
        totals = tuple(
            UsageTotal(component, "component", use.count, last_seen=use.last, origin=origin)
            for (origin, component), use in sorted(self._undated.items(), key=lambda one: one[0])
        )
        return Collection(
            name, self._window, samples=samples, problem=problem, notes=self._notes(), only_for_use=True, totals=totals
        )

    def _sample(self, place: _Place, use: ComponentUse) -> UsageSample:
        users = UserSketch()
        if (browser := self._browsers.get(place)) is not None:
            users.add(browser, self._app, place.day)
        return UsageSample(
            place.name, "component", place.day, use.count, last_seen=_on(place.day, use.last), origin=place.origin,
            first_seen=_on(place.day, use.first), users=users.redis_value() if len(users) else b"",
        )  # fmt: skip

    def _notes(self) -> tuple[str, ...]:
        lost = sum(self._lost.values())
        said = (
            (self._empty, "exports hold no evidence, neither of use nor of its absence"),
            (lost, "uses, at least, were lost in browsers before they were delivered"),
            (self._dropped, "exports say that their browser dropped older counts"),
            (len(self._undated), "counts of older trackers have no day: they prove use at some time"),
            (self._unreadable, "entries are no export of components and were left out"),
            (self._refused, "names look like ids or addresses of people, or are no names, and were not kept"),
            (self._left_out, f"uses were left out: more than {_MOST_NAMES:,} names are no components'"),
        )
        notes = [f"{number:,} {sentence}" for number, sentence in said if number]
        if self._exports:
            notes.insert(0, f"{len(self._delivered):,} browsers delivered; {_UNSEEN}")
        return tuple(notes)


def _export(found: Mapping[str, Any]) -> ComponentExport:
    return msgspec.convert(found, ComponentExport)


def _documents(path: Path) -> Iterator[object]:
    """Yield what a file holds: one JSON document a line, else one in the whole file; None for what is no JSON.

    A last line without its newline that cannot be read is a write under way, and nothing.
    """
    with opened(path) as stream:
        first = stream.readline(_LARGEST_FILE)
        begins = _decoded(first)
        if begins is None:
            if whole := (first + stream.read(_LARGEST_FILE)).strip():
                yield _decoded(whole)
            return
        yield begins
        while line := stream.readline(_LARGEST_FILE):
            if line.strip() and ((found := _decoded(line)) is not None or line.endswith(b"\n")):
                yield found


def _decoded(text: bytes) -> object:
    try:
        return msgspec.json.decode(text.lstrip(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _on(day: date, at: datetime | None) -> datetime | None:
    """Return a time if it lies on the UTC day of its count: a browser may say anything."""
    return at if at is not None and day_of(at) == day else None


def _digest(text: str) -> str:
    """Return what stands for a browser, a tab or a file in the ledger."""
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
