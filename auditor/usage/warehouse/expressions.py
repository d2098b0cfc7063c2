"""What is asked of a warehouse, as Ibis expressions: minutes, uses and durations of some days of one table.

In: a table, the columns to ask, the days, the classes of paths. Out: expressions that come back small. Runs nothing.
Paths are joined only where they are certain to match the same route (`path_classes`); each group brings its first and
its last path, and one key must fit both.
"""

import math
from functools import reduce

import ibis

from auditor.usage.warehouse.path_classes import Level, PathClasses
from auditor.usage.warehouse.selection import (
    HAVE_SPLIT_PART,
    Expression,
    Question,
    matches,
    part,
    rows_of_days,
    split_part,
)

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
    rows, kinds = _grouped(rows_of_days(table, question, status=True), question)
    by = [name for name in ("method", "status") if name in rows.columns]
    rows = rows.select("place", "second", "alike", *by, *kinds, hour=rows.second // 3600)
    found = rows.group_by("hour", *by, *kinds).agg(
        one=rows.place.min(), other=rows.place.max(), number=rows.count(), first=rows.second.min(),
        last=rows.second.max(), alike=rows.alike.any(),
    )  # fmt: skip
    return found.select("hour", *by, "one", "other", "number", "first", "last", "alike")


def durations(table: Expression, question: Question) -> Expression:
    """Return the expression of the known durations by epoch day, what was asked for, and bucket.

    Columns: day, method (of requests), one and other, bucket (as `layout.duration_bucket`), number, and in whole
    microseconds total, shortest and longest.
    """
    rows, kinds = _grouped(rows_of_days(table, question, duration=True), question)
    by = ["method"] if "method" in rows.columns else []
    known = ibis.cases((rows.taken > 1.0, rows.taken), else_=1.0)
    bucket = (known.ln() / _LN_GROWTH).ceil().cast("int64")
    rows = rows.select("place", "taken", *by, *kinds, day=rows.second // 86_400, bucket=bucket)
    found = rows.group_by("day", *by, *kinds, "bucket").agg(
        one=rows.place.min(), other=rows.place.max(), number=rows.count(), total=rows.taken.sum().cast("int64"),
        shortest=rows.taken.min().cast("int64"), longest=rows.taken.max().cast("int64"),
    )  # fmt: skip
    return found.select("day", *by, "one", "other", "bucket", "number", "total", "shortest", "longest")


def _grouped(rows: Expression, question: Question) -> tuple[Expression, list[str]]:
    """Return the rows, and the columns by which uses are joined: of paths those of their class, else `place` itself."""
    columns = question.columns
    if columns.path or columns.request:
        rows = _plain(rows, question.dialect)
        if question.classes is not None:
            return _classified(rows, question.classes, question.dialect)
    return rows.mutate(kind=rows.place), ["kind"]


def _plain(rows: Expression, dialect: str) -> Expression:
    """Return the rows with targets cut to paths: no scheme, host, query and fragment; escapes stay, a `/` is first."""
    # Regular expressions are what costs here, so only the few rows that need one get it.
    rooted = ibis.cases((rows.place.startswith("/"), rows.place), else_=rows.place.re_replace(_SCHEME, ""))
    bare = rooted.replace("?", "#")
    rows = rows.mutate(place=part(bare, "#", 1, dialect))
    return rows.mutate(place=ibis.cases((rows.place.startswith("/"), rows.place), else_=ibis.literal("/") + rows.place))


def _classified(rows: Expression, classes: PathClasses, dialect: str) -> tuple[Expression, list[str]]:
    """Return the rows with columns that are equal for paths that are certain to match alike, and those columns.

    They are `own`, the path of those that are classes of their own, the number of segments, and one for each segment.
    """
    told = rows.place
    if classes.harmless:
        told = ibis.cases((told.contains("%"), told.re_replace(classes.harmless, " ")), else_=told)
    kept, deepest = list(rows.columns), len(classes.levels)
    rows = rows.mutate(told=told)
    rows = _segmented(rows, deepest, dialect)
    alone = reduce(
        lambda one, other: one | other,
        [rows.told.contains("%"), *(_below(rows, beginning) for beginning in classes.apart)],
    )
    tokens = {f"k{place}": _token(rows[f"s{place}"], level, dialect) for place, level in enumerate(classes.levels)}
    length = ibis.cases((rows.length < deepest + 1, rows.length), else_=deepest + 1)
    rows = rows.select(*kept, own=ibis.cases((alone, rows.told), else_=""), length=length, **tokens)
    return rows, ["own", "length", *tokens]


def _segmented(rows: Expression, deepest: int, dialect: str) -> Expression:
    """Return the rows with their number of segments, and the first ones: `s0` and so on, empty behind the last."""
    length = rows.told.length() - rows.told.replace("/", "").length()
    padded = rows.told + "/" * (deepest + 1)
    if dialect in HAVE_SPLIT_PART:
        return rows.mutate(length=length, **{f"s{n}": split_part(padded, "/", n + 2) for n in range(deepest)})
    rows = rows.mutate(length=length, parts=padded.split("/"))
    return rows.mutate(**{f"s{n}": rows.parts[n + 1] for n in range(deepest)})


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
