"""The two forms of statistics by day. In: a decoded document. Out: uses by key, day and hour, and notes.

    {"format_version": 1, "source": "billing", "days": [
        {"kind": "component", "key": "invoice-export", "day": "2026-11-20", "hour": 14, "count": 12, "errors": 1, …}]}

and rows of a table of agents' metrics (`agentId`, `date`, `hour`, `totalExecutions`, …). What cannot be added up over
hours and days (means, percentiles, numbers of users) is left out, and a note says so.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, get_args

from auditor.errors import ConfigError
from auditor.model.measures import HourlyUse
from auditor.model.usage import UsageKind
from auditor.usage.imports.checks import Row
from auditor.usage.imports.uses import Statistics, Use
from auditor.usage.sources import one_line

FORMAT_VERSION = 1
_KINDS: Mapping[str, UsageKind] = {kind: kind for kind in get_args(UsageKind)} | {
    "tool": "component",
    "agent": "component",
}
_FIELDS = frozenset((
    "kind", "key", "day", "hour", "count", "errors", "succeeded", "timed_out", "by_status", "durations_ms", "users",
    "cost", "errors_by_code", "last_seen",
))  # fmt: skip
_NOT_ADDED = {
    "durations": "durations of {:,} rows were left out: a mean, a least, a most or a percentile cannot be added up "
    "over hours and days",
    "users": "numbers of users of {:,} rows were left out: who was counted on two days cannot be told from a number",
    "zoneless": "{:,} times have no zone and were read as UTC",
}
_METRICS = ("avgDuration", "minDuration", "maxDuration", "p95Duration", "p99Duration")


def of_days(document: Mapping[str, Any], file: str, now: datetime) -> Statistics:
    """Return what a document of format version 1 says.

    Raises:
        ConfigError: The document or one of its rows is not as it should be.
    """
    version, rows, program = document.get("format_version"), document.get("days"), document.get("source", "")
    if version != FORMAT_VERSION:
        raise ConfigError(f"{file}: format_version is {one_line(version, 20)!r}; this auditor reads {FORMAT_VERSION}")
    if not isinstance(program, str) or not program.isprintable() or len(program) > 100:
        raise ConfigError(f"{file}: source is {one_line(program, 40)!r}; write up to 100 printable characters")
    if not isinstance(rows, list):
        raise ConfigError(f'{file}: "days" is no list; write a list of rows')
    left_out: Counter[str] = Counter()
    uses = tuple(_day(row, number, file, now, left_out) for number, row in enumerate(rows, 1))
    return _statistics(file, program, uses, left_out)


def of_metrics(rows: Sequence[Any], file: str, now: datetime) -> Statistics:
    """Return what rows of agents' metrics say; all that ended neither well nor badly only counts.

    Raises:
        ConfigError: A row is not as it should be.
    """
    left_out: Counter[str] = Counter()
    uses = tuple(_metric(row, number, file, now, left_out) for number, row in enumerate(rows, 1))
    return _statistics(file, "agent metrics", uses, left_out)


def _day(row: object, number: int, file: str, now: datetime, left_out: Counter[str]) -> Use:
    if not isinstance(row, dict):
        raise ConfigError(f"{file}: row {number} is no object; write {{…}}; nothing was imported")
    told = Row(file, number, row.get("key"), now)
    strange = sorted(row.keys() - _FIELDS)
    if strange:
        raise told.wrong(f"there is no field {one_line(strange[0], 40)!r}", f"known are {', '.join(sorted(_FIELDS))}")
    kind = _KINDS.get(row["kind"]) if isinstance(row.get("kind"), str) else None
    if kind is None:
        raise told.wrong(f"kind is {one_line(row.get('kind'), 40)!r}", f"known are {', '.join(_KINDS)}")
    day = told.day("day", row.get("day"))
    if "count" not in row:
        raise told.wrong("count is missing", "write a whole number from 0 up")
    count = told.count("count", row["count"])
    use = HourlyUse(
        count=count,
        errors=told.count("errors", row.get("errors")),
        last_seen=told.moment("last_seen", row.get("last_seen")),
        by_status=told.statuses("by_status", row.get("by_status")),
        succeeded=told.count("succeeded", row.get("succeeded")),
        timed_out=told.count("timed_out", row.get("timed_out")),
        errors_by_code=told.codes("errors_by_code", row.get("errors_by_code")),
        cost=told.cost("cost", row.get("cost")),
        costed=count if row.get("cost") is not None else 0,
    )
    left_out["durations"] += bool(row.get("durations_ms"))
    left_out["users"] += bool(row.get("users"))
    return _use(told, kind, row.get("key"), day, told.hour("hour", row.get("hour")), use, left_out)


def _metric(row: object, number: int, file: str, now: datetime, left_out: Counter[str]) -> Use:
    if not isinstance(row, dict):
        raise ConfigError(f"{file}: row {number} is no object; write {{…}}; nothing was imported")
    told = Row(file, number, row.get("agentId"), now)
    if row.get("totalExecutions") is None:
        raise told.wrong("totalExecutions is missing", "export the column as well")
    total, succeeded, failed, timed_out, other = (
        told.count(name, row.get(name))
        for name in (
            "totalExecutions", "successfulExecutions", "failedExecutions", "timeoutExecutions", "errorExecutions",
        )
    )  # fmt: skip
    # Some programs count time-outs and errors among the failures, others apart from them: the total tells.
    apart = failed + timed_out + other
    errors = apart if succeeded + apart <= total else max(failed, timed_out, other)
    left_out["durations"] += any(row.get(name) is not None for name in _METRICS)
    left_out["users"] += bool(row.get("uniqueUsers"))
    use = HourlyUse(
        count=total,
        errors=errors,
        succeeded=succeeded,
        timed_out=timed_out,
        errors_by_code=told.codes("errorCounts", row.get("errorCounts")),
        cost=told.cost("totalCreditsConsumed", row.get("totalCreditsConsumed")),
        costed=total if row.get("totalCreditsConsumed") else 0,
    )
    day = told.day("date", row.get("date"))
    return _use(told, "component", row.get("agentId"), day, told.hour("hour", row.get("hour")), use, left_out)


def _use(
    told: Row, kind: UsageKind, key: object, day: date, hour: int | None, use: HourlyUse, left_out: Counter[str]
) -> Use:
    if not isinstance(key, str) or not key.strip():
        raise told.wrong("its name is missing", "name what was used")
    left_out["zoneless"] += told.zoneless
    return Use(told.name, kind, key, day, hour, told.checked(use, day))


def _statistics(file: str, program: str, uses: Sequence[Use], left_out: Counter[str]) -> Statistics:
    seen: dict[tuple[object, ...], str] = {}
    for use in uses:
        place = (use.kind, use.key.strip(), use.day, use.hour)
        if place in seen:
            when = use.day if use.hour is None else f"{use.day} {use.hour:02}:00"
            raise ConfigError(
                f"{file}: {use.row} ({one_line(use.key, 60)}): {when} is in {seen[place]} as well; "
                "export each day and hour of a key once; nothing was imported"
            )
        seen[place] = use.row
    counted = tuple(use for use in uses if use.counted.count)
    return Statistics(file, program, counted, notes=tuple(_notes(left_out)))


def _notes(left_out: Counter[str]) -> Iterator[str]:
    for name, sentence in _NOT_ADDED.items():
        if left_out[name]:
            yield sentence.format(left_out[name])
