"""Access logs -> a collection: NGINX's and Apache's combined format, and JSON lines.

In: a glob of files (rotated and gzipped ones too), the route table. Out: one `Collection` of daily counts by usage key.
DuckDB reads and counts; a line that cannot be read is counted, never a stop. Never lets a raw path, address or user
agent into the collection: what matches no route counts under one key.

A log proves that somebody watched only for the minutes in which it has a request from anyone, unless its configuration
says `complete`: then for every minute between its first and its last request.
"""

import glob
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from auditor.config import SourceConfig
from auditor.model.usage import Collection, UsageSample, WatchedDay, Window
from auditor.tracking import layout
from auditor.usage.logs.identity import LogFile, identify
from auditor.usage.logs.json_fields import CONFIGURABLE
from auditor.usage.logs.query import Counted, UnreadableFileError, count
from auditor.usage.routes import RouteTable
from auditor.usage.sources import one_line

_TOLERATED_SHARE = 0.01
_TIMELESS = (
    "carry no timestamp with a zone, so nothing can be said of any day; add one to the log's format "
    "(uvicorn: a log config with %(asctime)s; or the server's combined format), or mount the tracker"
)


class LogFiles:
    """The log files that one configured glob names.

    Args:
        source: The configuration of a source of kind `access_log` or `json_log`.
        root: Directory that a relative glob starts from.
        route_keys: Known usage keys, in the order of registration.
    """

    def __init__(self, source: SourceConfig, root: Path, route_keys: Sequence[str]) -> None:
        self.name = source.name
        self._source = source
        self._root = root
        self._routes = RouteTable(route_keys)

    def collect(self, window: Window) -> Collection:
        """Return the requests of every UTC day the window touches, by usage key and file."""
        try:
            paths = _expand(self._root, self._source.path)
        except OSError as error:
            return self._sick(window, f"{self._source.path} cannot be searched: {error.strerror or one_line(error)}")
        if not paths:
            return self._sick(window, f"no evidence: no file matches {self._source.path} in {self._root}")
        if not len(self._routes):
            return self._sick(
                window, "no route is known to match requests against; run it where auditor routes has any"
            )
        unknown = sorted(set(self._source.fields) - set(CONFIGURABLE))
        if unknown:
            return self._sick(window, f"fields names {one_line(unknown[0])!r}; it may name {', '.join(CONFIGURABLE)}")
        reading = _Reading(window)
        problem = self._read_all(reading, paths)
        return self._collection(reading, problem or reading.emptiness(len(paths)))

    def _read_all(self, reading: "_Reading", paths: Sequence[Path]) -> str | None:
        """Read every file; return what is wrong with the first that cannot be read."""
        problem = None
        try:
            files, copies = identify(paths)
        except OSError as error:
            return f"{error.filename} cannot be read: {error.strerror or 'it is damaged'}"
        reading.copies = copies
        for file in files:
            try:
                reading.add(file, count(file, self._source, reading.window.dates(), self._key))
            except UnreadableFileError as error:
                problem = problem or str(error)
        return problem

    def _key(self, method: str, target: str) -> str:
        return (self._routes.match(method, target) if method and target else None) or layout.UNMATCHED

    def _collection(self, reading: "_Reading", problem: str | None) -> Collection:
        doubt = reading.doubt() if problem is None else None
        return Collection(
            self.name, reading.window, reading.watched(self._source.complete) if problem is None else (),
            reading.samples(), problem=problem, notes=(*reading.notes(), *filter(None, (doubt,))),
            only_for_use=doubt is not None,
        )  # fmt: skip

    def _sick(self, window: Window, problem: str) -> Collection:
        return Collection(self.name, window, problem=problem)


class _Reading:
    """What the files read so far add up to."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.copies = 0
        self._days = window.dates()
        self._fields: tuple[str, ...] = ()
        self._counts: dict[tuple[str, str, date], _Count] = {}
        self._minutes: set[int] = set()
        self._requests = self._others = self._unreadable = self._timeless = self._zoneless = 0
        self._first: int | None = None
        self._last: int | None = None
        self._shapes: list[str] = []

    def add(self, file: LogFile, counted: Counted) -> None:
        """Add what one file holds."""
        self._requests += counted.requests
        self._others += counted.others
        self._unreadable += counted.unreadable
        self._timeless += counted.timeless
        self._zoneless += counted.zoneless
        self._minutes.update(counted.minutes)
        self._shapes += [shape for shape in counted.shapes if shape not in self._shapes][: 3 - len(self._shapes)]
        if counted.first is not None and counted.last is not None:
            self._first = counted.first if self._first is None else min(self._first, counted.first)
            self._last = counted.last if self._last is None else max(self._last, counted.last)
        self._fields = self._fields or counted.fields_seen
        for (key, day, status), cell in counted.cells.items():
            self._counts.setdefault((key, file.fingerprint, day), _Count()).add(_status(status), cell.count, cell.last)

    def emptiness(self, files: int) -> str | None:
        """Return why the files are no evidence at all, None where they hold a request of any day."""
        if self._requests:
            return None
        if self._timeless:
            return f"the {self._timeless:,} requests in {files} files {_TIMELESS}"
        seen = f"; lines look like {self._shapes[0]!r}" if self._shapes else ""
        if self._fields:
            seen = f"; its fields are {', '.join(one_line(name, 40) for name in self._fields)}: name them in fields"
        return f"no evidence: no line of the {files} files is a request in the configured format{seen}"

    def doubt(self) -> str | None:
        """Return why the files prove use but never absence, None where nothing speaks against them."""
        if self._zoneless:
            return (
                f"{self._zoneless:,} requests have a time without a zone and were read as UTC: "
                "such a log proves use, never absence; log ISO 8601 with a zone"
            )
        missed = self._unreadable + self._timeless
        if missed > _TOLERATED_SHARE * (self._requests + missed) and missed > 1:
            return (
                f"{missed:,} of {self._requests + missed:,} requests cannot be read: "
                "such a log proves use, never absence; mend its format"
            )
        return None

    def notes(self) -> tuple[str, ...]:
        """Return what a reader should know of the lines, one sentence each; never a line's own text."""
        notes = []
        if self._unreadable:
            shapes = f", which look like {', '.join(map(repr, self._shapes))}" if self._shapes else ""
            notes.append(f"{self._unreadable:,} lines cannot be read{shapes}")
        if self._others:
            notes.append(f"{self._others:,} lines are no requests and were left out")
        if self.copies:
            notes.append(f"{self.copies:,} files are copies of another and were left out")
        return tuple(notes)

    def samples(self) -> tuple[UsageSample, ...]:
        """Return one sample a key, file and day, sorted."""
        return tuple(
            UsageSample(
                key,
                "endpoint",
                day,
                cell.count,
                cell.by_status.get("5xx", 0),
                cell.last_seen,
                dict(sorted(cell.by_status.items())),
                origin,
            )
            for (key, origin, day), cell in sorted(self._counts.items())
        )

    def watched(self, complete: bool) -> tuple[WatchedDay, ...]:
        """Return the watched minutes of the window's days."""
        minutes: Iterable[int] = self._minutes
        if complete and self._first is not None and self._last is not None:
            start = int(datetime(*self._days[0].timetuple()[:3], tzinfo=UTC).timestamp()) // 60
            end = start + len(self._days) * layout.MINUTES_A_DAY
            minutes = range(max(start, self._first // 60), min(end, self._last // 60 + 1))
        by_day: dict[int, set[int]] = {}
        for minute in minutes:
            by_day.setdefault(minute // layout.MINUTES_A_DAY, set()).add(minute % layout.MINUTES_A_DAY)
        return tuple(WatchedDay.of_minutes(_day(day), watched) for day, watched in sorted(by_day.items()))


class _Count:
    """Requests of one key in one file on one day."""

    def __init__(self) -> None:
        self.count = 0
        self.by_status: dict[str, int] = {}
        self.last_seen: datetime | None = None

    def add(self, status: str, count: int, last: int) -> None:
        self.count += count
        if status:
            self.by_status[status] = self.by_status.get(status, 0) + count
        seen = datetime.fromtimestamp(last, UTC)
        self.last_seen = seen if self.last_seen is None else max(self.last_seen, seen)


def _expand(root: Path, pattern: str) -> list[Path]:
    """Return the regular files a glob names, sorted; `**` crosses directories."""
    names = glob.glob(pattern, root_dir=root, recursive=True)  # noqa: PTH207 -- Path.glob refuses absolute patterns
    return sorted(path for path in (root / name for name in names) if path.is_file())


def _day(number: int) -> date:
    """Return the UTC day that many days after 1970-01-01."""
    return date(1970, 1, 1) + timedelta(days=number)


def _status(status: int) -> str:
    """Return the status class, empty for none.

    405 is a class of its own, because the router answers it and no handler is called.
    """
    if status == 405:
        return "405"
    return layout.status_class(status) if status else ""
