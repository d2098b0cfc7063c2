"""Log files -> a collection: what a configured glob names, whatever wrote it.

In: a glob of files (rotated and compressed ones too), the route table, what the ledger remembers. Out: one `Collection`
of daily and hourly counts by usage key. DuckDB reads and counts; a line that cannot be read is counted, never a stop;
a file that is as it was when it was last read is not read again. Never lets a raw path, address or user agent into the
collection: what matches no route counts under one key.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

from auditor.config import SourceConfig
from auditor.config.log_settings import impossible_log
from auditor.model.ingestion import IngestMark
from auditor.model.usage import Collection, UsageSample
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage.file_globs import expand, why
from auditor.usage.logs import clock, formats
from auditor.usage.logs.evidence import Evidence
from auditor.usage.logs.identity import LogFile, identify
from auditor.usage.logs.marks import Marks
from auditor.usage.logs.opening import opened
from auditor.usage.logs.query import Reading, UnreadableFileError, count
from auditor.usage.logs.samples import samples
from auditor.usage.logs.templates import LoggedTemplates
from auditor.usage.routes import RouteTable
from auditor.usage.sources import one_line

_LINES = 500
_PLACES = 8
_LINES_A_PLACE = 50
_LONGEST_LINE = 2 * 1024 * 1024


class LogFiles:
    """The log files that one configured glob names.

    Args:
        source: The configuration of a source of kind `access_log` or `json_log`.
        root: Directory that a relative glob starts from.
        route_keys: Known usage keys, in the order of registration.
        before: What the ledger remembers of its files, by origin.
    """

    def __init__(
        self,
        source: SourceConfig,
        root: Path,
        route_keys: Sequence[str],
        before: Mapping[str, IngestMark] | None = None,
    ) -> None:
        self.name = source.name
        self._source = source
        self._root = root
        self._routes = RouteTable(route_keys)
        self._templates = LoggedTemplates(route_keys)
        self._marks = Marks(before or {}, source, route_keys)

    def collect(self, window: Window) -> Collection:
        """Return the requests of every UTC day the window touches, by usage key and file."""
        try:
            paths = expand(self._root, self._source.path)
        except OSError as error:
            return self._sick(window, f"{self._source.path} cannot be searched: {why(error)}")
        if not paths:
            return self._sick(window, f"no evidence: no file matches {self._source.path} in {self._root}")
        if not len(self._routes):
            return self._sick(
                window, "no route is known to match requests against; run it where auditor routes has any"
            )
        for name, value, right in impossible_log(self._source):
            return self._sick(window, f"{name} = {one_line(repr(value))} is impossible: {right}")
        try:
            files, copies = identify(paths)
            reading = _Files(self._source, window, self._routes, self._templates, self._marks)
        except ZoneInfoNotFoundError:
            return self._sick(
                window, f"timezone {one_line(self._source.timezone)!r} is unknown here; pip install tzdata"
            )
        except OSError as error:
            return self._sick(window, f"{error.filename} cannot be read: {error.strerror or 'it is damaged'}")
        reading.evidence.copies = copies
        for file in files:
            reading.add(file)
        return reading.collection(self.name, len(paths))

    def _sick(self, window: Window, problem: str) -> Collection:
        return Collection(self.name, window, problem=problem)


class _Files:
    """The reading of a source's files for one window."""

    def __init__(
        self, source: SourceConfig, window: Window, routes: RouteTable, templates: LoggedTemplates, marks: Marks
    ) -> None:
        self.evidence = Evidence(window)
        self._source = source
        self._routes = routes
        self._templates = templates
        self._marks = marks
        self._days = window.dates()
        self._zone = clock.zone(source.timezone, self._days)
        self._problem: str | None = None
        self._samples: list[UsageSample] = []
        self._made: list[IngestMark] = []

    def add(self, file: LogFile) -> None:
        """Read one file, unless it is as it was; what is wrong with it becomes the source's problem."""
        try:
            skipped = self._marks.skipped(file, self._days)
            format_of_file = formats.of_file(self._source, _some_lines(file))
            if isinstance(format_of_file, str):
                self._problem = self._problem or f"{file.path} cannot be read: {format_of_file}"
            elif skipped is not None:
                self.evidence.add_skipped(skipped, format_of_file.sampled)
                self._made.append(skipped.mark)
            else:
                self._read(file, format_of_file)
        except OSError as error:
            self._problem = self._problem or f"{file.path} cannot be read: {error.strerror or 'it is damaged'}"
        except UnreadableFileError as error:
            self._problem = self._problem or str(error)

    def _read(self, file: LogFile, format_of_file: formats.FileFormat) -> None:
        looked_at, shrank = self._marks.looked_at(file), self._marks.shrank(file)
        known = bool(self._source.timezone)
        tests = self._routes.segment_tests()
        reading = Reading(
            format_of_file.parsed, format_of_file.json, self._days, self._zone, known, tests, format_of_file.quick
        )
        counted = count(file, reading, self._key)
        counted.fields_seen = format_of_file.fields_seen
        self.evidence.shrunk += shrank
        self.evidence.add(counted, format_of_file.sampled)
        self._samples += samples(counted, file.fingerprint)
        settled = self.evidence.window.end - formats.settles_after(self._source)
        if counted.last is not None and counted.last < settled.timestamp():
            self._made.append(self._marks.mark(file, counted, self._days, looked_at))

    def _key(self, method: str, target: str, route: str) -> str:
        found = self._templates.key(method, route, target) if route else None
        return found or (self._routes.match_end(method, target) if method and target else None) or layout.UNMATCHED

    def collection(self, name: str, files: int) -> Collection:
        """Return what the files add up to."""
        evidence, source = self.evidence, self._source
        problem = self._problem or evidence.problem(files)
        doubt = evidence.doubt() if problem is None else None
        watched = evidence.watched(complete=source.complete, settles_after=formats.settles_after(source))
        # Where minutes are not recorded now, files must be read again when they may be.
        kept = problem is None and (doubt is None or evidence.sampled)
        return Collection(
            name, evidence.window, watched if problem is None else (), tuple(sorted(self._samples, key=_order)),
            problem=problem, notes=(*evidence.notes(), *filter(None, (doubt,))), only_for_use=doubt is not None,
            marks=tuple(self._made) if kept else (),
        )  # fmt: skip


def _order(sample: UsageSample) -> tuple[str, str, int]:
    return sample.key, sample.origin, sample.day.toordinal()


def _some_lines(file: LogFile) -> list[bytes]:
    """Return the first lines of a log, and of a large one that is not compressed some of further places."""
    with opened(file.path) as stream:
        lines = list(islice(iter(lambda: stream.readline(_LONGEST_LINE), b""), _LINES))
        if file.compression == "none":
            size = file.path.stat().st_size
            for place in range(1, _PLACES):
                if size * place // _PLACES > stream.tell():
                    stream.seek(size * place // _PLACES)
                    stream.readline(_LONGEST_LINE)
                    lines += islice(iter(lambda: stream.readline(_LONGEST_LINE), b""), _LINES_A_PLACE)
        return lines
