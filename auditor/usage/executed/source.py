"""Data files of coverage.py from production -> a collection: which functions ran.

In: a glob of data files, the tree's definitions. Out: one `Collection` of totals: in how many of the files of a day the
body of a function ran. Lines say neither when nor how often, and what was not measured is unseen: it proves use and
never absence. What changed since it was measured is not attributed, since its lines are others now. Never writes to the
data files, never reads the contexts in them.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from auditor.config import SourceConfig
from auditor.model.code import Definition, DefinitionId
from auditor.model.usage import Collection, UsageTotal
from auditor.model.window import Window
from auditor.usage.executed.bodies import Bodies
from auditor.usage.executed.changes import SourceChanges
from auditor.usage.executed.places import TreePlaces
from auditor.usage.file_globs import expand, why
from auditor.usage.sources import one_line

_SQLITE = b"SQLite format 3\0"
_EASTERNMOST = timedelta(hours=14)
_INSTALL = "reading data of coverage.py needs its package: pip install 'auditor[coverage]'"


class UnreadableDataError(Exception):
    """Why a data file cannot be read, in a few words; never leaves this package."""


class ExecutedLines:
    """The data files that one configured glob names.

    Args:
        source: The configuration of a source of kind `coverage`.
        root: The audited root, from which a relative glob starts.
        definitions: The definitions of the tree under it.
    """

    def __init__(self, source: SourceConfig, root: Path, definitions: Callable[[], Sequence[Definition]]) -> None:
        self.name = source.name
        self._source = source
        self._root = root
        self._definitions = definitions

    def collect(self, window: Window) -> Collection:
        """Return the functions that ran according to the files that were written since the window began."""
        try:
            from coverage import CoverageData, CoverageException
        except ImportError:
            return self._sick(window, _INSTALL)
        try:
            paths = _data_files(self._root, self._source.path)
        except OSError as error:
            return self._sick(window, f"{self._source.path} cannot be searched: {why(error)}")
        if not paths:
            return self._sick(window, f"no evidence: no file matches {self._source.path} in {self._root}")
        zone = ZoneInfo(self._source.timezone) if self._source.timezone else None
        reading = _Reading(self._root, self._definitions(), zone)
        problem = None
        with TemporaryDirectory(prefix="auditor-") as directory:
            for path in paths:
                try:
                    copy = _copied(path, Path(directory) / "data") if _is_recent(path, window) else None
                    if copy is None:
                        reading.old += 1
                        continue
                    reading.add(_opened(CoverageData, copy), path, _when(copy))
                except (UnreadableDataError, CoverageException, sqlite3.Error, OSError) as error:
                    problem = problem or f"{path} cannot be read: {one_line(error)}"
        return reading.collection(self.name, window, problem or reading.emptiness(len(paths)))

    def _sick(self, window: Window, problem: str) -> Collection:
        return Collection(self.name, window, problem=problem, only_for_use=True)


class _Reading:
    """What the files read so far add up to."""

    def __init__(self, root: Path, definitions: Sequence[Definition], zone: ZoneInfo | None) -> None:
        self._root = root
        self._zone = zone
        self._places = TreePlaces(definitions)
        self._changes = SourceChanges(root)
        self._in_file: dict[str, list[Definition]] = {}
        for one in definitions:
            self._in_file.setdefault(one.path, []).append(one)
        self._bodies: dict[str, Bodies | None] = {}
        self._ran: Counter[tuple[DefinitionId, str]] = Counter()
        self._changed: set[str] = set()
        self._unclear: set[str] = set()
        self._one_line: dict[str, int] = {}
        self._files = self._measured = 0
        self.old = 0

    def add(self, found: Any, path: Path, when: str) -> None:  # noqa: ANN401 - coverage is imported only where needed
        """Add one data file, an open `coverage.CoverageData`, whose copy says `when` it was made."""
        self._files += 1
        measured_at = self._measured_at(path, when)
        ran: set[DefinitionId] = set()
        for measured in found.measured_files():
            place = self._places.of(measured)
            if place == "unclear":
                self._unclear.add(measured)
            if place in ("foreign", "unclear"):
                continue
            self._measured += 1
            if self._changes.have_changed(place, measured_at):
                self._changed.add(place)
            elif (bodies := self._bodies_of(place)) is not None:
                arcs = found.arcs(measured) if found.has_arcs() else None
                ran |= bodies.ran(found.lines(measured) or (), arcs or ())
                if arcs is None:
                    self._one_line[place] = bodies.untold()
        day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
        self._ran.update((definition, day) for definition in ran)

    def _measured_at(self, path: Path, when: str) -> datetime:
        """Return the earliest moment at which a data file may have been made: `when` has no zone."""
        modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        try:
            said = datetime.fromisoformat(when)
        except ValueError:
            return modified
        earliest = said.replace(tzinfo=self._zone) if self._zone else said.replace(tzinfo=UTC) - _EASTERNMOST
        return min(modified, earliest)

    def _bodies_of(self, path: str) -> Bodies | None:
        """Return the functions of a file, None where this Python cannot parse it."""
        if path not in self._bodies:
            try:
                self._bodies[path] = Bodies((self._root / path).read_bytes(), self._in_file[path])
            except (OSError, SyntaxError, ValueError, RecursionError):
                self._bodies[path] = None
        return self._bodies[path]

    def emptiness(self, files: int) -> str | None:
        """Return why the files are no evidence at all, None where they prove any use."""
        if self._ran:
            return None
        if self.old == files:
            return f"no evidence: all {files:,} data files were written before the window began"
        if self._files and not self._measured:
            return (
                f"no evidence: none of the {len(self._unclear):,} measured files is one of this tree; "
                "is it the data of another application?"
            )
        if self._changed:
            return f"no evidence: all that ran is in {len(self._changed):,} files that have changed since"
        return "no evidence: no function of this tree ran; was the data written by production, with its lines?"

    def collection(self, name: str, window: Window, problem: str | None) -> Collection:
        """Return everything as the collection of the source `name`."""
        # Each day's files are an origin: what ran in new ones is news to the ledger, what ran in old ones is not.
        totals = tuple(
            UsageTotal(definition, "function", count, origin=day)
            for (definition, day), count in sorted(self._ran.items())
        )
        return Collection(name, window, problem=problem, notes=tuple(self._notes()), only_for_use=True, totals=totals)

    def _notes(self) -> Iterator[str]:
        if self._ran:
            functions = len({definition for definition, _ in self._ran})
            yield (
                f"{functions:,} functions ran in {self._files:,} data files; lines say neither when nor how often "
                "and know nothing of what was not measured, so this proves use and never absence"
            )
        unread = sum(bodies is None for bodies in self._bodies.values())
        said = (
            (len(self._changed), "files have changed since they were measured, so what ran in them is not attributed"),
            (len(self._unclear), "measured files lead to no file of this tree, or to several, and were left out"),
            (unread, "files cannot be parsed by this Python, so what ran in them is not attributed"),
            (sum(self._one_line.values()), "functions are written on one line: only branch data tells that they ran"),
            (self.old, "data files were written before the window began and were left out"),
        )
        yield from (f"{number:,} {sentence}" for number, sentence in said if number)


def _copied(path: Path, copy: Path) -> Path:
    """Copy a data file as one whole state of it, also while it is written; coverage would write to the original.

    Raises:
        UnreadableDataError: It is no data file of coverage.py.
        sqlite3.Error: It is damaged.
    """
    copy.unlink(missing_ok=True)
    with path.open("rb") as stream:
        if stream.read(len(_SQLITE)) != _SQLITE:
            raise UnreadableDataError("it is no data file of coverage.py")
    original = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)
    written = sqlite3.connect(copy)
    try:
        if original.execute("SELECT 1 FROM sqlite_master WHERE name = 'coverage_schema'").fetchone() is None:
            raise UnreadableDataError("it is a database, but not of coverage.py")
        original.backup(written)
    finally:
        written.close()
        original.close()
    return copy


def _opened(kind: type[Any], copy: Path) -> Any:  # noqa: ANN401 - as above
    found = kind(basename=str(copy))
    found.read()
    return found


def _when(copy: Path) -> str:
    """Return what a data file says of when it was made; empty where it does not."""
    connection = sqlite3.connect(copy)
    try:
        row = connection.execute("SELECT value FROM meta WHERE key = 'when'").fetchone()
        return str(row[0]) if row else ""
    finally:
        connection.close()


def _is_recent(path: Path, window: Window) -> bool:
    return path.stat().st_mtime >= window.start.timestamp()


def _data_files(root: Path, pattern: str) -> list[Path]:
    """Return the files a glob names, sorted, without what is known to be none of coverage.py's data."""
    beside = ("-journal", "-wal", "-shm")
    return [path for path in expand(root, pattern) if path.name != ".coveragerc" and not path.name.endswith(beside)]
