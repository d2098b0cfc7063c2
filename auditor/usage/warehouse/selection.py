"""Which rows and columns of a warehouse's table are read, as an Ibis expression, and how a time of theirs is read.

In: a table, the columns to ask, the days. Out: the rows of those days with those columns and no others. Runs nothing.
Reading times is number arithmetic: no session's zone takes part.

Regular expressions keep to what every dialect knows: no backslash, no lookaround, no `.`, and no group that captures
nothing.
"""

from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any

import ibis
import msgspec

from auditor.model.days import midnight
from auditor.usage.warehouse.columns import ColumnKind, Columns
from auditor.usage.warehouse.path_classes import PathClasses
from auditor.usage.warehouse.zones import Offset

_REQUEST_METHOD = "^[A-Za-z]+ "
_REQUEST_VERSION = " HTTP/[0-9.]+$"
_SCALES = (1, 10**3, 10**6, 10**9)
"""Numbers of times are seconds, or these parts of one: which, their size tells, as for log files."""
_FROM = (0, 10**11, 10**14, 10**17)
_LOCAL_MARGIN = timedelta(hours=3)
_LONGEST = 10**15
_MICROSECONDS = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}
HAVE_SPLIT_PART = ("postgres", "snowflake", "trino")
"""Where cutting one part out beats an array: in time, and in Snowflake an array's elements would be VARIANTs."""

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
        start = midnight(self.days[0])
        return start, start + timedelta(days=len(self.days))


def rows_of_days(table: Expression, question: Question, *, status: bool = False, duration: bool = False) -> Expression:
    """Return the rows of the days, and of those with a duration where that is wanted.

    Columns: second (epoch, UTC), place (a target, a template, a name), method unless it is a name (NULL in a row that
    tells of no request; then `place` is never NULL: some warehouses stop at one), status and taken (whole
    microseconds). With status also alike: whether a collation takes texts that differ for the same.
    """
    columns = question.columns
    names = {"clock": columns.timestamp, "method": columns.method}
    names["told"] = columns.path or columns.route or columns.request or columns.name
    names |= {"day": columns.day, "status": columns.status if status else ""}
    names |= {"duration": columns.duration if duration else ""}
    rows = table.select(**{name: _column(table, column) for name, column in names.items() if column})
    rows = rows.filter(*_near(rows, question))
    taken = {}
    if duration:
        # The second condition keeps NaN out, which some sort behind all numbers.
        rows = rows.filter((rows.duration >= 0) & (rows.duration < _LONGEST))
        taken["taken"] = (rows.duration.cast("float64") * _MICROSECONDS[columns.unit]).round()
    if status:
        pairs = (("a", "A"), ("e", "é"), ("", " "))
        same = [(rows.told + one) == (rows.told + other) for one, other in pairs]
        taken["alike"] = reduce(lambda one, other: one | other, same)
    kept = ["status"] if status and columns.status else []
    rows = rows.select(*kept, second=_second(rows.clock, question), **_use(rows, question), **taken)
    if columns.clock != "local":
        return rows
    start, end = (int(one.timestamp()) for one in question.span)
    return rows.filter((rows.second >= start) & (rows.second < end))


def _column(table: Expression, name: str) -> Expression:
    """Return a column, or a field of a record by its dotted name."""
    if name in table.columns:
        return table[name]
    return reduce(lambda record, field: record[field], name.split("."), table)


def _use(rows: Expression, question: Question) -> dict[str, Expression]:
    """Return what a row was a use of."""
    columns, dialect = question.columns, question.dialect
    if columns.name:
        return {"place": rows.told}
    told = rows.told.fill_null("")
    if columns.request:
        word = part(told + " ", " ", 1, dialect)
        whole = told.contains(" ") & matches(word, "[A-Za-z]+", " ", dialect)
        target = told.re_replace(_REQUEST_METHOD, "").re_replace(_REQUEST_VERSION, "")
        return {"method": ibis.cases((whole, word)), "place": target}
    return {"method": ibis.cases((rows.told.notnull(), rows.method)) if columns.path else rows.method, "place": told}


# Only their names and types are read; Ibis has no types of its own.
@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def split_part(text: str, separator: str, number: int) -> str:  # type: ignore[empty-body]
    """Stand for the function of that name, which most warehouses have."""


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def regexp_like(text: str, pattern: str) -> bool:  # type: ignore[empty-body]
    """Stand for Snowflake's function, which matches the whole text; Ibis writes it for a search."""


def part(text: Expression, separator: str, number: int, dialect: str) -> Expression:
    """Return the part of a text between separators, counted from 1; there must be so many."""
    if dialect in HAVE_SPLIT_PART:
        return split_part(text, separator, number)
    return text.split(separator)[number - 1]


def matches(text: Expression, pattern: str, end: str, dialect: str) -> Expression:
    """Return whether a pattern matches a whole text that does not hold `end`, which dialects agree on unlike on `$`."""
    if dialect == "snowflake":
        return regexp_like(text + end, f"{pattern}{end}")
    return (text + end).re_search(f"^{pattern}{end}")


def _near(rows: Expression, question: Question) -> list[Expression]:
    """Return the conditions that a row is of the days, or near them where times have no zone.

    They are on columns as they are, so that a warehouse leaves out what it keeps apart by time or day.
    """
    clock, columns = rows.clock, question.columns
    conditions = [rows.day.isin(_day_values(columns.day_kind, question.days))] if columns.day else []
    start, end = question.span
    if columns.clock == "instant":
        return [clock >= _instant(start), clock < _instant(end), *conditions]
    if columns.clock == "local":
        local_start, local_end = question.local_span or (start.replace(tzinfo=None), end.replace(tzinfo=None))
        low, high = local_start - _LOCAL_MARGIN, local_end + _LOCAL_MARGIN
        return [clock >= ibis.literal(low, "timestamp"), clock < ibis.literal(high, "timestamp"), *conditions]
    first, last = int(start.timestamp()), int(end.timestamp())
    ranges = ((clock >= first * scale) & (clock < last * scale) for scale in _SCALES)
    return [reduce(lambda one, other: one | other, ranges), *conditions]


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
    second = (clock if question.dialect == "clickhouse" else clock.truncate("s")).epoch_seconds()
    if kind == "instant" or question.offsets == (Offset(0, 0),):
        return second
    later = question.offsets[1:]
    if not later:
        return second - question.offsets[0].offset
    cases = [(second >= one.since, one.offset) for one in reversed(later)]
    return second - ibis.cases(*cases, else_=question.offsets[0].offset)
