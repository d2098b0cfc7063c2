"""What is asked of a warehouse, as Ibis expressions: minutes, uses and durations of some days of one table.

In: a table, the columns to ask, the days, the classes of paths. Out: expressions that come back small. Runs nothing.
Paths are joined only where they are certain to match the same route (`path_classes`); each group brings its first and
its last path, and one key must fit both.
"""

import math
from functools import reduce

import ibis

from auditor.usage.warehouse.path_classes import Level, PathClasses
from auditor.usage.warehouse.selection import Expression, Question, matches, part, rows_of_days

_SCHEME = "^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*"
_LN_GROWTH = math.log(1.1)


def minutes(table: Expression, question: Question) -> Expression:
    """Return the expression of the epoch minutes with a use: column `minute`."""
    rows = rows_of_days(table, question)
    rows = rows.filter((rows.method if "method" in rows.columns else rows.place).notnull())
    return rows.select(minute=rows.second // 60).distinct()


def uses(table: Expression, question: Question) -> Expression:
    """Return the expression of the uses by epoch hour, what was asked for, and status.

    Columns: hour, method (of requests), status (where the table has one), one and other (two paths, templates or
    names of the group), number, first and last (epoch seconds), alike (texts that differ may be in one group).
    """
    rows = _grouped(rows_of_days(table, question, status=True), question)
    by = [name for name in ("method", "status") if name in rows.columns]
    rows = rows.select("place", "kind", "second", "alike", *by, hour=rows.second // 3600)
    found = rows.group_by("hour", *by, "kind").agg(
        one=rows.place.min(), other=rows.place.max(), number=rows.count(), first=rows.second.min(),
        last=rows.second.max(), alike=rows.alike.any(),
    )  # fmt: skip
    return found.select("hour", *by, "one", "other", "number", "first", "last", "alike")


def durations(table: Expression, question: Question) -> Expression:
    """Return the expression of the known durations by epoch day, what was asked for, and bucket.

    Columns: day, method (of requests), one and other, bucket (as `layout.duration_bucket`), number, and in whole
    microseconds total, shortest and longest.
    """
    rows = _grouped(rows_of_days(table, question, duration=True), question)
    by = ["method"] if "method" in rows.columns else []
    known = ibis.cases((rows.taken > 1.0, rows.taken), else_=1.0)
    bucket = (known.ln() / _LN_GROWTH).ceil().cast("int64")
    rows = rows.select("place", "kind", "taken", *by, day=rows.second // 86_400, bucket=bucket)
    found = rows.group_by("day", *by, "kind", "bucket").agg(
        one=rows.place.min(), other=rows.place.max(), number=rows.count(), total=rows.taken.sum().cast("int64"),
        shortest=rows.taken.min().cast("int64"), longest=rows.taken.max().cast("int64"),
    )  # fmt: skip
    return found.select("day", *by, "one", "other", "bucket", "number", "total", "shortest", "longest")


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
    rows = rows.mutate(place=part(bare, "#", 1, dialect))
    return rows.mutate(place=ibis.cases((rows.place.startswith("/"), rows.place), else_=ibis.literal("/") + rows.place))


def _classified(rows: Expression, classes: PathClasses, dialect: str) -> Expression:
    """Return the rows with `kind`: equal for paths that are certain to match alike."""
    told = rows.place.re_replace(classes.harmless, " ") if classes.harmless else rows.place
    kept = list(rows.columns)
    rows = rows.mutate(told=told)
    deepest = len(classes.levels)
    padded = rows.told + "/" * (deepest + 1)
    segments = {f"s{place}": part(padded, "/", place + 2, dialect) for place in range(deepest)}
    length = rows.told.length() - rows.told.replace("/", "").length()
    rows = rows.mutate(length=length, **segments)
    shape = ibis.cases((rows.length < deepest + 1, rows.length), else_=deepest + 1).cast("string")
    for place, level in enumerate(classes.levels):
        shape = shape + "/" + _token(rows[f"s{place}"], level, dialect)
    own = [rows.told.contains("%"), *(_below(rows, beginning) for beginning in classes.apart)]
    alone = reduce(lambda one, other: one | other, own)
    return rows.select(*kept, kind=ibis.cases((alone, ibis.literal("=") + rows.told), else_=shape))


def _token(segment: Expression, level: Level, dialect: str) -> Expression:
    """Return what tells routes apart in a segment; a `?` is in no path, so no literal looks like one."""
    flags = ibis.literal("?")
    for pattern in level.patterns:
        flags = flags + ibis.cases((matches(segment, pattern, "/", dialect), "1"), else_="0")
    branches = [(segment.isin(level.literals), segment)] if level.literals else []
    return ibis.cases(*branches, (segment == "", ""), else_=flags)


def _below(rows: Expression, beginning: tuple[str | None, ...]) -> Expression:
    """Return the condition that a path may be below a beginning."""
    same = [rows[f"s{place}"] == literal for place, literal in enumerate(beginning) if literal is not None]
    return reduce(lambda one, other: one & other, same) if same else ibis.literal(True)
