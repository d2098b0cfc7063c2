"""One log file -> its requests, counted by DuckDB.

In: a file, its format, the days wanted, and what key a request counts under. Out: counts by key, day and status;
watched minutes; how many lines were something else. Only importer of duckdb. A file that is damaged or gone raises
UnreadableFileError, in one line; a line that cannot be read is counted. Never lets a line's own text out, only its
shape.

Lines are read as UTF-8; those that are not are read again with a `?` for every wrong byte, since a name in Latin-1 must
not hide a request. All times are epoch seconds, so no session time zone takes part.
"""

import glob
import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from auditor.config import SourceConfig
from auditor.errors import SourceError
from auditor.usage.logs.identity import LogFile, opened, read_to_the_end
from auditor.usage.logs.json_fields import JsonFields, detect
from auditor.usage.sources import one_line

_EPOCH = date(1970, 1, 1)
_LONGEST_LINE = 2 * 1024 * 1024
_DETECTION_LINES = 500
_ROWS_AT_A_TIME = 20_000

_COMBINED = (
    r"\[(\d{2}/[A-Za-z]{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] "
    r'"((?:[^"\\]|\\.)*)" (\d{3})(?:\s|$)'
)
_REQUEST = r"^([A-Za-z]+) (.*?)(?: HTTP/[\d.]+)?$"
_TORN = r"^\S+ \S+ .*\[\d{2}/[A-Za-z]{3}/\d{4}:"
_TIMELESS = r'"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \S+ HTTP/\d'
_ISO = r"^(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2})(?:[.,]\d+)?\s*(Z|z|UTC|GMT|[+-]\d{2}:?\d{2})?$"


class UnreadableFileError(SourceError):
    """A log file is gone, damaged or may not be read."""


class Cell(msgspec.Struct):
    """Requests of one key on one day with one status: how many, and the last one's epoch seconds."""

    count: int = 0
    last: int = 0


class Counted(msgspec.Struct):
    """What one file holds.

    `cells` are by key, UTC day and HTTP status (0 where the log has none). `minutes` are epoch minutes with a request
    on the days wanted. `first` and `last` are epoch seconds over all days. `requests` were readable (of any day),
    `zoneless` of them had a time without a zone; `timeless` had no time; `unreadable` look like requests and are not;
    `others` are no requests. `shapes` show lines that could not be read, with every word and number masked.
    """

    cells: dict[tuple[str, date, int], Cell] = {}
    minutes: set[int] = set()
    first: int | None = None
    last: int | None = None
    requests: int = 0
    others: int = 0
    unreadable: int = 0
    timeless: int = 0
    zoneless: int = 0
    shapes: tuple[str, ...] = ()
    fields_seen: tuple[str, ...] = ()


def count(file: LogFile, source: SourceConfig, days: Sequence[date], key_of: Callable[[str, str], str]) -> Counted:
    """Count the requests of one log.

    Args:
        file: The log.
        source: Its configuration.
        days: UTC days wanted, in order and without gaps.
        key_of: Usage key of a method and a request target; called once for each pair.

    Raises:
        UnreadableFileError: The file is gone, damaged or may not be read.
    """
    try:
        read_to_the_end(file)
        fields = _detected(file, source) if source.kind == "json_log" else None
        parsed = _parsed_json(fields) if fields else _PARSED_COMBINED
        lines, span = _classified(_FILE_LINES, parsed), _span(days)
        counted = Counted(cells={}, minutes=set())
        with _connection() as connection:
            _count_into(counted, connection, lines, span | _place(file), key_of)
            _count_into(counted, connection, _classified(_MISCODED_LINES, parsed), span, key_of)
            counted.unreadable += connection.execute(_TOO_LONG).fetchall()[0][0]
            if counted.unreadable or not counted.requests:
                counted.shapes = _shapes(connection, lines, span | _place(file))
    except duckdb.Error as error:
        raise UnreadableFileError(f"{file.path} cannot be read: {one_line(_reason(error))}") from error
    except (OSError, UnicodeEncodeError) as error:
        reason = getattr(error, "strerror", None) or "its name or content is no text"
        raise UnreadableFileError(f"{file.path} cannot be read: {reason}") from error
    counted.fields_seen = fields.seen if fields else ()
    return counted


def _detected(file: LogFile, source: SourceConfig) -> JsonFields:
    with opened(file.path) as stream:
        return detect(source.fields, islice(iter(lambda: stream.readline(_LONGEST_LINE), b""), _DETECTION_LINES))


def _connection() -> duckdb.DuckDBPyConnection:
    """Return an in-memory database that spills beside nobody's sources and asks no network for extensions."""
    spill = Path(tempfile.gettempdir()) / f"auditor-duckdb-{os.getpid()}"
    return duckdb.connect(
        ":memory:",
        config={
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "preserve_insertion_order": "false",
        },
    )


def _place(file: LogFile) -> dict[str, str]:
    return {"path": glob.escape(str(file.path)), "compression": "gzip" if file.compressed else "none"}


def _span(days: Sequence[date]) -> dict[str, Any]:
    return {"first_day": (days[0] - _EPOCH).days, "last_day": (days[-1] - _EPOCH).days}


# Every parser gives: line, stamp (epoch seconds), zoned, request, torn, timeless, method, target, status.
_FILE_LINES = f"""
    SELECT line
    FROM read_csv($path, columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '', escape = '', header = false,
        auto_detect = false, strict_mode = false, store_rejects = true, max_line_size = {_LONGEST_LINE},
        compression = $compression)
"""
_MISCODED = "error_type IN ('INVALID ENCODING', 'INVALID UNICODE')"
_MISCODED_LINES = f"SELECT any_value(csv_line) AS line FROM reject_errors WHERE {_MISCODED} GROUP BY byte_position"
_TOO_LONG = f"SELECT count(DISTINCT byte_position) FROM reject_errors WHERE NOT {_MISCODED}"

# A line without an escaped quote is cut at its quotes, which is several times as fast as the regular expression.
_PARSED_COMBINED = f"""
    SELECT line, epoch(try_strptime(part.clock, '%d/%b/%Y:%H:%M:%S %z'))::BIGINT AS stamp,
        true AS zoned, part.clock <> '' AS request,
        CASE WHEN part.clock = '' THEN regexp_matches(line, '{_TORN}') ELSE false END AS torn,
        CASE WHEN part.clock = '' THEN regexp_matches(line, '{_TIMELESS}') ELSE false END AS timeless,
        split_part(part.quoted, ' ', 1) AS method,
        CASE WHEN split_part(part.quoted, ' ', 4) = '' AND starts_with(split_part(part.quoted, ' ', 3), 'HTTP/')
             THEN split_part(part.quoted, ' ', 2) ELSE regexp_extract(part.quoted, '{_REQUEST}', 2) END AS target,
        try_cast(part.status AS INTEGER) AS status
    FROM (
        SELECT line, CASE WHEN lead[-29] = '[' AND lead[-2:] = '] ' AND regexp_full_match(rest[1:5], ' \\d{{3}}\\s?')
                AND NOT contains(line, chr(92) || '"')
            THEN {{'clock': lead[-28:-3], 'quoted': quoted, 'status': rest[2:4]}}
            ELSE regexp_extract(line, '{_COMBINED}', ['clock', 'quoted', 'status']) END AS part
        FROM (SELECT line, split_part(line, '"', 1) AS lead, split_part(line, '"', 2) AS quoted,
                split_part(line, '"', 3) AS rest FROM lines WHERE line <> '')
    )
"""


def _parsed_json(fields: JsonFields) -> str:
    """Return the query that takes a JSON line apart; every path is a quoted literal."""
    ways = [path for paths in fields.paths.values() for path in paths]
    literals = ", ".join("'" + way.replace("'", "''") + "'" for way in ways)
    first = {
        field: f"coalesce({', '.join(f'found[{ways.index(path) + 1}]' for path in paths)})"
        for field, paths in fields.paths.items()
    }
    return f"""
    SELECT line, stamp, zoned, method IS NOT NULL AND target IS NOT NULL AND clock IS NOT NULL AS request,
        NOT valid AND starts_with(line, '{{') AS torn,
        method IS NOT NULL AND target IS NOT NULL AND clock IS NULL AS timeless,
        method, target, status
    FROM (
        SELECT line, valid, clock, status,
            coalesce(method, nullif(regexp_extract(asked, '{_REQUEST}', 1), '')) AS method,
            coalesce(target, nullif(regexp_extract(asked, '{_REQUEST}', 2), '')) AS target,
            number IS NOT NULL OR iso.zone <> '' OR iso.base = '' AS zoned,
            CASE WHEN number >= 1e17 THEN number / 1e9 WHEN number >= 1e14 THEN number / 1e6
                 WHEN number >= 1e11 THEN number / 1e3 WHEN number IS NOT NULL THEN number
                 WHEN iso.base <> '' THEN epoch(try_cast(iso.base AS TIMESTAMP)) - {_OFFSET}
                 ELSE epoch(try_strptime(clock, '%d/%b/%Y:%H:%M:%S %z')) END AS seconds,
            CASE WHEN seconds BETWEEN 0 AND 32503680000 THEN floor(seconds)::BIGINT END AS stamp
        FROM (
            SELECT line, valid, {first["method"]} AS method, {first["path"]} AS target, {first["request"]} AS asked,
                try_cast({first["status"]} AS INTEGER) AS status, trim({first["timestamp"]}) AS clock,
                try_cast(clock AS DOUBLE) AS number, regexp_extract(clock, '{_ISO}', ['base', 'zone']) AS iso
            FROM (
                SELECT line, valid, CASE WHEN valid THEN json_extract_string(line, [{literals}]) END AS found
                FROM (SELECT line, json_valid(line) AS valid
                      FROM (SELECT CASE WHEN starts_with(raw.line, '{{') THEN raw.line ELSE {_TRIMMED} END AS line
                            FROM lines AS raw WHERE raw.line <> ''))
            )
        )
    )
"""


_TRIMMED = "trim(raw.line, chr(0) || chr(13) || chr(65279) || ' ')"
_OFFSET = """(CASE WHEN iso.zone[1] IN ('+', '-')
    THEN (iso.zone[1] || '1')::INTEGER * (iso.zone[2:3]::INTEGER * 3600 + iso.zone[-2:]::INTEGER * 60) ELSE 0 END)"""


def _classified(lines: str, parsed: str) -> str:
    """Return the query of every line with its kind; days outside the wanted ones become NULL."""
    return f"""
    WITH lines AS ({lines}), parsed AS ({parsed})
    SELECT *, CASE WHEN request AND stamp IS NOT NULL THEN 'request' WHEN request OR torn THEN 'unreadable'
                   WHEN timeless THEN 'timeless' ELSE 'other' END AS kind,
        CASE WHEN kind = 'request' AND stamp // 86400 BETWEEN $first_day AND $last_day THEN stamp // 86400 END AS day,
        CASE WHEN day IS NOT NULL THEN stamp // 60 END AS minute,
        CASE WHEN day IS NOT NULL THEN coalesce(method, '') END AS verb,
        CASE WHEN day IS NOT NULL THEN split_part(coalesce(target, ''), '?', 1) END AS place,
        CASE WHEN day IS NOT NULL THEN coalesce(status, 0) END AS code
    FROM parsed
"""


def _count_into(
    counted: Counted,
    connection: duckdb.DuckDBPyConnection,
    lines: str,
    parameters: Mapping[str, Any],
    key_of: Callable[[str, str], str],
) -> None:
    """Add the lines of a query to `counted`, in one pass."""
    result = connection.execute(
        f"""
        SELECT grouping(kind) AS by_request_or_minute, kind, zoned, day, verb, place, code, minute, count(*),
            min(stamp) FILTER (WHERE kind = 'request'), max(stamp) FILTER (WHERE kind = 'request')
        FROM ({lines})
        GROUP BY GROUPING SETS ((kind, zoned), (day, verb, place, code), (minute))
        """,
        dict(parameters),
    )
    known: dict[tuple[str, str], str] = {}
    while rows := result.fetchmany(_ROWS_AT_A_TIME):
        for by_other, kind, zoned, day, verb, place, code, minute, number, first, last in rows:
            if not by_other:
                _count_kind(counted, kind, bool(zoned), number, first, last)
            elif minute is not None:
                counted.minutes.add(minute)
            elif day is not None:
                key = known.get((verb, place))
                if key is None:
                    key = known[verb, place] = key_of(verb, place)
                cell = counted.cells.setdefault((key, _EPOCH + timedelta(days=day), code), Cell())
                cell.count += number
                cell.last = max(cell.last, last)


def _count_kind(counted: Counted, kind: str, zoned: bool, number: int, first: int | None, last: int | None) -> None:
    if kind == "request":
        counted.requests += number
        counted.zoneless += 0 if zoned else number
        if first is not None and last is not None:
            counted.first = first if counted.first is None else min(counted.first, first)
            counted.last = last if counted.last is None else max(counted.last, last)
    elif kind == "unreadable":
        counted.unreadable += number
    elif kind == "timeless":
        counted.timeless += number
    else:
        counted.others += number


def _shapes(connection: duckdb.DuckDBPyConnection, lines: str, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the shapes of a few lines that are no readable request."""
    rows = connection.execute(
        f"SELECT line FROM ({lines}) WHERE kind <> 'request' ORDER BY kind <> 'unreadable' LIMIT 20", dict(parameters)
    ).fetchall()
    return tuple(dict.fromkeys(_shape(row[0]) for row in rows))[:3]


def _shape(line: str) -> str:
    """Return a line with every word as `a` and every number as `9`, cut short: what it looks like, not what it says."""
    masked = re.sub(r"\w+", lambda word: "9" if word[0].isdigit() else "a", line[:400])
    return one_line(masked, 60)


def _reason(error: duckdb.Error) -> str:
    """Return DuckDB's complaint without the line's own text."""
    text = str(error).splitlines()[0]
    return "it is damaged (not a whole gzip file)" if "GZIP" in text else text.partition(": ")[2] or text
