"""One log file -> its requests, counted by DuckDB.

In: a file, how its lines are read, the days wanted, and what key a request counts under. Out: a `Counted`. A file that
is damaged or gone raises UnreadableFileError, in one line; a line that cannot be read is counted. Never lets a line's
own text out, only its shape.

Lines are read as UTF-8; those that are not are read again with a mark for every wrong byte, since a name in Latin-1
must not hide a request. JSON lines are taken from DuckDB's JSON reader, which gives NULL for what it cannot read; where
it does, these lines are read once more as text.
"""

import glob
import os
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from auditor.errors import SourceError
from auditor.model.days import first_second
from auditor.usage.logs import clock, places
from auditor.usage.logs.counting import Counted, KeyOf
from auditor.usage.logs.identity import LogFile
from auditor.usage.logs.json_formats import TRIMMED
from auditor.usage.logs.line_formats import REQUEST, UNREADABLE, Parsed
from auditor.usage.logs.opening import CHUNK, opened, read_to_the_end
from auditor.usage.logs.sums import Columns, Sums, parts, slot
from auditor.usage.logs.wording import complaint, shape
from auditor.usage.routes import SegmentTests
from auditor.usage.sources import one_line

_LONGEST_LINE = 2 * 1024 * 1024
_LINES_AT_A_TIME = 5_000
_MEMORY = ("352MB", "1GB")
"""What DuckDB may take; the second where the first is not enough, with one thread."""
_MOST_THREADS = 4
_LONGEST_DURATION = 1e12
"""Microseconds; what is longer is a number of something else."""


class UnreadableFileError(SourceError):
    """A log file is gone, damaged or may not be read."""


class Reading(msgspec.Struct, frozen=True):
    """How files are read, the same for all of a source.

    Attributes:
        parsed: The parts of a line.
        json: Lines are JSON.
        days: UTC days wanted, in order and without gaps.
        zone: Where times are from that do not say it.
        zone_known: Somebody configured that zone.
        tests: What the route table looks at in a path; None: each path is matched on its own.
        quick: Expression of the whole epoch seconds of most times, NULL for those that have to be read the long way.
    """

    parsed: Parsed
    json: bool
    days: tuple[date, ...]
    zone: clock.Zone = clock.Zone()
    zone_known: bool = False
    tests: SegmentTests | None = None
    quick: str = clock.NEVER


def count(file: LogFile, reading: Reading, key_of: KeyOf) -> Counted:
    """Count the requests of one log.

    Raises:
        UnreadableFileError: The file is gone, damaged or may not be read.
    """
    try:
        read_to_the_end(file.path, file.compression)
        try:
            with _connection(_MEMORY[0], min(_MOST_THREADS, os.cpu_count() or 1)) as connection:
                return _Count(connection, file, reading, key_of).counted()
        except duckdb.OutOfMemoryException:
            with _connection(_MEMORY[1], 1) as connection:
                return _Count(connection, file, reading, key_of).counted()
    except duckdb.Error as error:
        raise UnreadableFileError(f"{file.path} cannot be read: {one_line(complaint(error))}") from error
    except (OSError, UnicodeEncodeError) as error:
        reason = getattr(error, "strerror", None) or "its name or content is no text"
        raise UnreadableFileError(f"{file.path} cannot be read: {reason}") from error


def _connection(memory: str, threads: int) -> duckdb.DuckDBPyConnection:
    """Return an in-memory database that spills beside nobody's sources and asks no network for extensions."""
    spill = Path(tempfile.gettempdir()) / f"auditor-duckdb-{os.getpid()}"
    return duckdb.connect(
        ":memory:",
        config={
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "preserve_insertion_order": "false",
            "memory_limit": memory,
            "threads": str(threads),
        },
    )


_JSON_OBJECTS = f"""
    SELECT json AS line, json IS NOT NULL AS valid
    FROM read_ndjson_objects($path, ignore_errors = true, maximum_object_size = {_LONGEST_LINE},
        compression = $compression)
"""
_FILE_LINES = f"""
    SELECT line
    FROM read_csv($path, columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '', escape = '', header = false,
        auto_detect = false, strict_mode = false, store_rejects = true, max_line_size = {_LONGEST_LINE},
        compression = $compression)
    WHERE line IS NOT NULL
"""
_ASKED = "split_part(CASE WHEN contains(target, '#') THEN split_part(target, '#', 1) ELSE target END, '?', 1)"
"""A target without its query and fragment; few have a `#`."""
_MISCODED = "error_type IN ('INVALID ENCODING', 'INVALID UNICODE')"
_MISCODED_PLACES = f"SELECT DISTINCT byte_position - 1 FROM reject_errors WHERE {_MISCODED} ORDER BY 1"
_GIVEN_LINES = "SELECT unnest($lines) AS line"
_TOO_LONG = f"SELECT count(DISTINCT byte_position) FROM reject_errors WHERE NOT {_MISCODED}"


def _as_json(lines: str) -> str:
    """Return lines of text as JSON lines, without blank ones."""
    return f"""SELECT line, json_valid(line) AS valid
        FROM (SELECT {TRIMMED} AS line FROM ({lines}) WHERE {TRIMMED} <> '')"""


class _Count:
    """The counting of one file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, file: LogFile, reading: Reading, key_of: KeyOf) -> None:
        self._connection = connection
        self._reading = reading
        self._file = file
        self._sums = Sums(self._rows, key_of)
        self._columns = Columns(reading.parsed.timed, reading.parsed.routes, bool(reading.zone.folds))
        self._place = {"path": glob.escape(str(file.path)), "compression": file.compression}
        hashes: dict[str, int] = {}
        if reading.tests is not None:
            texts = [*reading.tests.literals, ""]
            hashes = dict(
                connection.execute("SELECT s, hash(s) FROM (SELECT unnest($texts) AS s)", {"texts": texts}).fetchall()
            )
        self._group = places.grouped(reading.tests, hashes.__getitem__)

    def _rows(self, statement: str, values: object = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, values).fetchall()

    def counted(self) -> Counted:
        """Return what the file holds."""
        counted = self._of_objects() if self._reading.json else None
        if counted is None:
            counted = _empty()
            self._add(counted, _as_json(_FILE_LINES) if self._reading.json else _FILE_LINES, self._place)
            self._add_rejected(counted)
        if counted.tally.unreadable or not counted.tally.requests:
            counted.shapes = self._shapes()
        return counted

    def _of_objects(self) -> Counted | None:
        """Return what the JSON reader gives out, and of what it does not give out what is found as text.

        None where the two do not fit together: then every line has to be read as text.
        """
        counted = _empty()
        try:
            self._add(counted, _JSON_OBJECTS, self._place)
        except duckdb.InvalidInputException:  # an object that is longer than the reader's buffer
            return None
        broken = counted.tally.broken
        if not broken:
            return counted
        if self._reading.parsed.many_a_line:
            return None
        counted.tally.broken = 0
        before = counted.tally.lines
        self._add(counted, f"SELECT * FROM ({_as_json(_FILE_LINES)}) WHERE NOT valid", self._place)
        too_long = self._add_rejected(counted, count_too_long=False)
        left = broken - (counted.tally.lines - before)
        counted.tally.unreadable += max(0, left)
        return counted if 0 <= left <= too_long else None

    def _add_rejected(self, counted: Counted, *, count_too_long: bool = True) -> int:
        """Add the lines that are no UTF-8, and count those that are too long; return the number of these."""
        for lines in self._miscoded():
            self._add(counted, _as_json(_GIVEN_LINES) if self._reading.json else _GIVEN_LINES, {"lines": lines})
        too_long = int(self._rows(_TOO_LONG)[0][0])
        counted.tally.unreadable += too_long if count_too_long else 0
        return too_long

    def _miscoded(self) -> Iterator[list[str]]:
        """Return the lines that are no UTF-8, some at a time, with U+FFFD for what is wrong in them.

        They are taken from the file: DuckDB's own repair swallows the byte after the wrong one, which may be a quote.
        """
        places = [int(row[0]) for row in self._rows(_MISCODED_PLACES)]
        if not places:
            return
        with opened(self._file.path) as stream:
            position = 0
            for first in range(0, len(places), _LINES_AT_A_TIME):
                lines = []
                for place in places[first : first + _LINES_AT_A_TIME]:
                    while position < place:
                        position += len(stream.read(min(CHUNK, place - position))) or place
                    line = stream.readline(_LONGEST_LINE)
                    position += len(line)
                    if not line.strip(b"\r\n"):  # positions counted from 0: the end of the line before
                        line = stream.readline(_LONGEST_LINE)
                        position += len(line)
                    lines.append(line.rstrip(b"\r\n").decode("utf-8", "replace"))
                yield lines

    def _add(self, counted: Counted, lines: str, parameters: Mapping[str, object]) -> None:
        """Add the lines of a query to `counted`, in one pass."""
        self._sums.add(counted, parts(self._requests(lines), self._columns), parameters, timed=self._columns.timed)

    def _classified(self, lines: str) -> str:
        """Return the query of every line with its state, when it was and whether it is a request of the days wanted."""
        parsed, zone = self._reading.parsed, self._reading.zone
        zoned, local = clock.ZONED[parsed.clock], clock.LOCAL[parsed.clock]
        clock_text = "trim(clock)" if parsed.clock == "any" else "clock"
        stamp = clock.possible(f"coalesce(zoned_at, {zone.utc('local_at')})")
        first, last = first_second(self._reading.days[0]), first_second(self._reading.days[-1])
        slow = "quick_at IS NULL AND number IS NULL"
        return f"""
        WITH lines AS ({lines}),
        parsed AS ({parsed.query}),
        quick AS (SELECT *, {self._reading.quick} AS quick_at FROM parsed),
        numbered AS (SELECT *, CASE WHEN quick_at IS NULL THEN {clock.NUMBER[parsed.clock]} END AS number FROM quick),
        trimmed AS (SELECT * REPLACE (CASE WHEN {slow} THEN {clock_text} END AS clock) FROM numbered),
        timed AS (SELECT *, CASE WHEN {slow} THEN {zoned} ELSE {clock.SECONDS} END AS zoned_at FROM trimmed),
        placed AS (SELECT *, quick_at IS NULL AND zoned_at IS NULL AS zoneless,
            CASE WHEN state = {REQUEST} AND zoneless THEN {local} END AS local_at FROM timed),
        stamped AS (SELECT *, coalesce({clock.possible("quick_at")}, {stamp}) AS stamp FROM placed)
        SELECT * REPLACE (CASE WHEN state = {REQUEST} AND stamp IS NULL THEN {UNREADABLE} ELSE state END AS state),
            state = {REQUEST} AND stamp BETWEEN {first} AND {last + 86399} AS wanted,
            try_cast(status AS SMALLINT) AS code, {zone.twice("local_at")} AS twice
        FROM stamped
        """

    def _requests(self, lines: str) -> str:
        """Return the query of every line with its slot and what it adds to it."""
        reading = self._reading
        in_slot = slot(
            state="state",
            zoneless="zoneless" if reading.parsed.clock == "any" and not reading.zone_known else "false",
            twice="twice" if reading.zone.folds else "false",
            sampled="sampled" if reading.parsed.may_be_sampled else "false",
        )
        return f"""
        SELECT slot, verb, route, raw, {self._group} AS place, stamp, micros, twice
        FROM (
            SELECT {in_slot} AS slot, CASE WHEN wanted THEN verb END AS verb, CASE WHEN wanted THEN route END AS route,
                CASE WHEN wanted THEN {_ASKED} END AS raw, stamp, twice,
                CASE WHEN wanted AND micros BETWEEN 0 AND {_LONGEST_DURATION} THEN micros END AS micros
            FROM ({self._classified(lines)})
        )
        """

    def _shapes(self) -> tuple[str, ...]:
        """Return the shapes of a few lines that are no readable request."""
        lines = _as_json(_FILE_LINES) if self._reading.json else _FILE_LINES
        rows = self._rows(
            f"SELECT line FROM ({self._classified(lines)}) WHERE state <> {REQUEST} "
            f"ORDER BY state <> {UNREADABLE} LIMIT 20",
            self._place,
        )
        return tuple(dict.fromkeys(shape(str(row[0])) for row in rows))[:3]


def _empty() -> Counted:
    return Counted(cells={}, took={}, minutes={})
