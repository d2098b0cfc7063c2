"""What is asked of a warehouse, as Ibis expressions: minutes, uses and durations of some days of one table.

In: a table, the columns to ask, the days, the classes of paths. Out: expressions that select only those columns, only
those days, and come back small. Runs nothing. Reading times is number arithmetic: no session's zone takes part.

Regular expressions keep to what every dialect knows: no backslash, no lookaround, no `$`, no `.`, and no group that
captures nothing. Paths are joined only where they are certain to match the same route (`path_classes`); each group
brings its first and its last path, and one key must fit both.
"""

import math
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from typing import Any

import ibis
import msgspec

from auditor.usage.warehouse.columns import ColumnKind, Columns
from auditor.usage.warehouse.path_classes import Level, PathClasses
from auditor.usage.warehouse.zones import Offset

_SCHEME = "^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*"
_REQUEST_METHOD = "^[A-Za-z]+ "
_REQUEST_VERSION = " HTTP/[0-9.]+$"
_SCALES = (1, 10**3, 10**6, 10**9)
"""Numbers of times are seconds, or these parts of one: which, their size tells, as for log files."""
_FROM = (0, 10**11, 10**14, 10**17)
_LOCAL_MARGIN = timedelta(hours=3)
_MICROSECONDS = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}
_LONGEST = 10**15
_LN_GROWTH = math.log(1.1)
_HAVE_SPLIT_PART = ("duckdb", "postgres", "pyspark", "snowflake", "trino")


Expression = Any
"""A table or a column of Ibis, which has no types of its own."""


class Question(msgspec.Struct, frozen=True):
    """What is asked, and of which columns.

    Attributes:
        columns: The columns.
        days: UTC days, in order and without gaps.
        dialect: Ibis' name of the kind of warehouse.
        classes: When paths match alike; None asks for every path.
        offsets: For times without a zone.
        local_span: The days' start and end as the table's times without a zone are written.
    """

    columns: Columns
    days: tuple[date, ...]
    dialect: str
    classes: PathClasses | None = None
    offsets: tuple[Offset, ...] = (Offset(0, 0),)
    local_span: tuple[datetime, datetime] | None = None

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Start and end of the days, aware UTC, half-open."""
        start = datetime.combine(self.days[0], time(), UTC)
        return start, start + timedelta(days=len(self.days))


def minutes(table: Expression, question: Question) -> Expression:
    """Return the expression of the epoch minutes with a request: column `minute`."""
    asked = _asked(table, question.columns, question.dialect)
    rows = _rows(table, question, asked)
    rows = rows.filter(*(rows[name].notnull() for name in asked))
    return rows.select(minute=rows.second // 60).distinct()


def uses(table: Expression, question: Question) -> Expression:
    """Return the expression of the uses by epoch hour, what was asked for, and status.

    Columns: hour, method (of requests), status (where the table has one), one and other (two paths, templates or
    names of the group, None where the row has none), number, first and last (epoch seconds).
    """
    columns = question.columns
    status = {"status": _column(table, columns.status)} if columns.status else {}
    rows = _grouped(_rows(table, question, _asked(table, columns, question.dialect) | status), question)
    by = [name for name in ("method", "status") if name in rows.columns]
    rows = rows.select("place", "kind", "second", *by, hour=rows.second // 3600)
    found = rows.group_by("hour", *by, "kind").agg(
        one=rows.place.min(), other=rows.place.max(), number=rows.count(), first=rows.second.min(),
        last=rows.second.max(),
    )  # fmt: skip
    return found.select("hour", *by, "one", "other", "number", "first", "last")


def durations(table: Expression, question: Question) -> Expression:
    """Return the expression of the known durations by epoch day, what was asked for, and bucket.

    Columns: day, method (of requests), one and other, bucket (as `layout.duration_bucket`), number, and in whole
    microseconds total, shortest and longest.
    """
    columns = question.columns
    duration = _column(table, columns.duration)
    taken = {"taken": (duration.cast("float64") * _MICROSECONDS[columns.unit]).round()}
    sane = (duration >= 0) & (duration < _LONGEST)  # the second keeps NaN out, which some sort behind all numbers
    rows = _rows(table.filter(sane), question, _asked(table, columns, question.dialect) | taken)
    rows = _grouped(rows, question)
    by = [name for name in ("method",) if name in rows.columns]
    known = ibis.cases((rows.taken > 1.0, rows.taken), else_=1.0)
    bucket = (known.ln() / _LN_GROWTH).ceil().cast("int64")
    rows = rows.select("place", "kind", "taken", *by, day=rows.second // 86_400, bucket=bucket)
    found = rows.group_by("day", *by, "kind", "bucket").agg(
        one=rows.place.min(), other=rows.place.max(), number=rows.count(), total=rows.taken.sum().cast("int64"),
        shortest=rows.taken.min().cast("int64"), longest=rows.taken.max().cast("int64"),
    )  # fmt: skip
    return found.select("day", *by, "one", "other", "bucket", "number", "total", "shortest", "longest")


def _column(table: Expression, name: str) -> Expression:
    """Return a column, or a field of a record by its dotted name."""
    if name in table.columns:
        return table[name]
    return reduce(lambda record, field: record[field], name.split("."), table)


def _asked(table: Expression, columns: Columns, dialect: str) -> dict[str, Expression]:
    """Return what a row was a use of: `method` and `place` (a target, a template), or `place` alone (a name)."""
    if columns.name:
        return {"place": _column(table, columns.name)}
    if columns.request:
        line = _column(table, columns.request)
        whole = line.re_search(_REQUEST_METHOD)
        return {
            "method": ibis.cases((whole, _part(line, " ", 1, dialect))),
            "place": ibis.cases((whole, line.re_replace(_REQUEST_METHOD, "").re_replace(_REQUEST_VERSION, ""))),
        }
    place = _column(table, columns.path) if columns.path else _column(table, columns.route).fill_null("")
    return {"method": _column(table, columns.method), "place": place}


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]  # Ibis has no types
def split_part(text: str, separator: str, number: int) -> str:  # type: ignore[empty-body]  # only its name and types are read
    """Stand for the function of that name, which most warehouses have."""


def _part(text: Expression, separator: str, number: int, dialect: str) -> Expression:
    """Return the part of a text between separators, counted from 1; there must be so many."""
    if dialect in _HAVE_SPLIT_PART:
        return split_part(text, separator, number)
    return text.split(separator)[number - 1]


def _rows(table: Expression, question: Question, wanted: dict[str, Expression]) -> Expression:
    """Return the rows of the days: `second` (epoch, UTC) and what is wanted.

    The first condition is on the column as it is, so that a warehouse leaves out what it keeps apart by day.
    """
    columns = question.columns
    clock = _column(table, columns.timestamp)
    conditions = [_near(clock, question)]
    if columns.day:
        conditions.append(_column(table, columns.day).isin(_day_values(columns.day_kind, question.days)))
    rows = table.filter(*conditions).select(second=_second(clock, question), **wanted)
    if columns.clock == "local":
        start, end = (int(one.timestamp()) for one in question.span)
        rows = rows.filter((rows.second >= start) & (rows.second < end))
    return rows


def _near(clock: Expression, question: Question) -> Expression:
    """Return the condition that a time is one of the days, or near them where times have no zone."""
    start, end = question.span
    if question.columns.clock == "instant":
        return (clock >= _instant(start)) & (clock < _instant(end))
    if question.columns.clock == "local":
        local_start, local_end = question.local_span or (start.replace(tzinfo=None), end.replace(tzinfo=None))
        low, high = local_start - _LOCAL_MARGIN, local_end + _LOCAL_MARGIN
        return (clock >= ibis.literal(low, "timestamp")) & (clock < ibis.literal(high, "timestamp"))
    first, last = int(start.timestamp()), int(end.timestamp())
    ranges = ((clock >= first * scale) & (clock < last * scale) for scale in _SCALES)
    return reduce(lambda one, other: one | other, ranges)


def _instant(moment: datetime) -> Expression:
    return ibis.literal(moment, "timestamp('UTC')")


def _day_values(kind: ColumnKind, days: tuple[date, ...]) -> list[Expression]:
    """Return the days, and one more on each side, since a partition's day may be of any zone."""
    wide = (days[0] - timedelta(days=1), *days, days[-1] + timedelta(days=1))
    if kind == "date":
        return [ibis.literal(day, "date") for day in wide]
    if kind == "integer":
        return [int(f"{day:%Y%m%d}") for day in wide]
    return [text for day in wide for text in (day.isoformat(), f"{day:%Y%m%d}")]


def _second(clock: Expression, question: Question) -> Expression:
    """Return whole epoch seconds, UTC, cut and never rounded."""
    kind = question.columns.clock
    if kind in ("integer", "number"):
        sizes = [
            (clock >= least, (clock // scale).cast("int64"))
            for least, scale in list(zip(_FROM, _SCALES, strict=True))[:0:-1]
        ]
        return ibis.cases(*sizes, else_=clock.cast("int64") if kind == "integer" else clock.floor().cast("int64"))
    if question.dialect == "bigquery" and kind == "local":
        clock = clock.cast("timestamp('UTC')")  # UNIX_SECONDS takes no DATETIME; the cast reads one as UTC
    second = clock.truncate("s").epoch_seconds()
    if kind == "instant" or question.offsets == (Offset(0, 0),):
        return second
    later = question.offsets[1:]
    if not later:
        return second - question.offsets[0].offset
    cases = [(second >= one.since, one.offset) for one in reversed(later)]
    return second - ibis.cases(*cases, else_=question.offsets[0].offset)


def _grouped(rows: Expression, question: Question) -> Expression:
    """Return the rows with `kind`, by which they are grouped: templates and names as they are, paths by their class."""
    columns = question.columns
    if columns.path or columns.request:
        rows = _plain(rows, question.dialect)
        if question.classes is not None:
            return _classified(rows, question.classes, question.dialect)
    return rows.mutate(kind=rows.place)


def _plain(rows: Expression, dialect: str) -> Expression:
    """Return the rows with targets cut to paths: no scheme, host, query and fragment; escapes stay, a `/` is first."""
    bare = rows.place.re_replace(_SCHEME, "").re_replace("[?]", "#")
    rows = rows.mutate(place=_part(bare, "#", 1, dialect))
    return rows.mutate(place=ibis.cases((rows.place.startswith("/"), rows.place), else_=ibis.literal("/") + rows.place))


def _classified(rows: Expression, classes: PathClasses, dialect: str) -> Expression:
    """Return the rows with `kind`: equal for paths that are certain to match alike."""
    told = rows.place.re_replace(classes.harmless, " ") if classes.harmless else rows.place
    kept = list(rows.columns)
    rows = rows.mutate(told=told)
    deepest = len(classes.levels)
    padded = rows.told + "/" * (deepest + 1)
    segments = {f"s{place}": _part(padded, "/", place + 2, dialect) for place in range(deepest)}
    length = rows.told.length() - rows.told.replace("/", "").length()
    rows = rows.mutate(length=length, **segments)
    shape = ibis.cases((rows.length < deepest + 1, rows.length), else_=deepest + 1).cast("string")
    for place, level in enumerate(classes.levels):
        shape = shape + "/" + _token(rows[f"s{place}"], level)
    own = [rows.told.contains("%"), *(_below(rows, beginning) for beginning in classes.apart)]
    alone = reduce(lambda one, other: one | other, own)
    return rows.select(*kept, kind=ibis.cases((alone, ibis.literal("=") + rows.told), else_=shape))


def _token(segment: Expression, level: Level) -> Expression:
    """Return what tells routes apart in a segment; a `?` is in no path, so no literal looks like one."""
    flags = ibis.literal("?")
    for pattern in level.patterns:
        flags = flags + ibis.cases(((segment + "/").re_search(pattern), "1"), else_="0")
    branches = [(segment.isin(level.literals), segment)] if level.literals else []
    return ibis.cases(*branches, (segment == "", ""), else_=flags)


def _below(rows: Expression, beginning: tuple[str | None, ...]) -> Expression:
    """Return the condition that a path may be below a beginning."""
    same = [rows[f"s{place}"] == literal for place, literal in enumerate(beginning) if literal is not None]
    return reduce(lambda one, other: one & other, same) if same else ibis.literal(True)
