"""A file of statistics, whichever form it has. In: its contents. Out: Statistics, checked. Never reads a file.

Known are a stats endpoint's answer (`{"period_days", "stats": {"POST:/x": {"calls", "last_used"}}, "generated_at"}`, as
`auditor serve` and `auditor usage stats --format json` write it too), statistics by day, and rows of agents' metrics as
a JSON list or JSON lines (see `daily`). A file that says that it failed, or that counts nothing, is no evidence.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from auditor.errors import ConfigError, EvidenceError
from auditor.model.usage import UsageKind, UsageTotal
from auditor.usage.imports import daily
from auditor.usage.imports.checks import Row
from auditor.usage.imports.uses import Statistics
from auditor.usage.sources import one_line

_SECTIONS: Mapping[str, UsageKind] = {
    "stats": "endpoint", "components": "component", "tasks": "task", "commands": "command", "functions": "function",
}  # fmt: skip
_LONGEST_PERIOD = 3660


def statistics(content: bytes, file: str, now: datetime) -> Statistics:
    """Return what a file says; `file` is its name for messages, `now` aware UTC.

    Raises:
        ConfigError: The file is of no known form, or a row is wrong; the message names file, row and mend.
        EvidenceError: It is an error's text, or counts nothing.
    """
    document = _decoded(content, file)
    found = _told(document, file, now)
    if not found.uses and not found.totals:
        raise EvidenceError(
            f"{file}: it counts nothing, which is no evidence: it does not say that anybody was watching; nothing was "
            "imported"
        )
    return found


def _told(document: object, file: str, now: datetime) -> Statistics:
    if isinstance(document, list) and all(isinstance(row, dict) and "agentId" in row for row in document):
        return daily.of_metrics(document, file, now)
    if isinstance(document, dict):
        problem = document.get("error") or document.get("refusal")
        if problem:
            raise EvidenceError(
                f"{file}: it holds an error instead of statistics: {one_line(problem, 120)}; export it again when the "
                "program that wrote it is well"
            )
        if "agentId" in document:
            return daily.of_metrics([document], file, now)
        if "days" in document and "stats" not in document:
            return daily.of_days(document, file, now)
        if isinstance(document.get("stats"), dict):
            return _rolling(document, file, now)
    raise ConfigError(
        f'{file}: its form is not known; it must be an object with "stats" or "days", or rows with "agentId": see '
        "docs/ledger.md"
    )


def _rolling(document: Mapping[str, Any], file: str, now: datetime) -> Statistics:
    """Return what a stats endpoint answered: totals of the days up to when it did."""
    head = Row(file, "generated_at", document.get("generated_at"), now)
    made_at = head.moment("generated_at", document.get("generated_at"))
    if made_at is None:
        raise head.wrong("it is missing", "add when the export was made, as in 2026-11-21T02:00:00Z")
    period = document.get("period_days")
    if period is not None and (
        isinstance(period, bool) or not isinstance(period, int) or not 1 <= period <= _LONGEST_PERIOD
    ):
        raise ConfigError(f"{file}: period_days is {one_line(period, 40)!r}; write a whole number of days from 1 up")
    totals, zoneless = [], head.zoneless
    for section, kind in _SECTIONS.items():
        entries = document.get(section) or {}
        if not isinstance(entries, dict):
            raise ConfigError(f'{file}: "{section}" is no object; write keys and their calls; nothing was imported')
        for key, entry in entries.items():
            row = Row(file, section, key, now)
            totals.append(_total(row, kind, key, entry, period, made_at))
            zoneless += row.zoneless
    return Statistics(
        file,
        "stats",
        totals=tuple(total for total in totals if total.count),
        made_at=made_at,
        notes=tuple(_notes(period, zoneless)),
    )


def _total(row: Row, kind: UsageKind, key: str, entry: object, period: int | None, made_at: datetime) -> UsageTotal:
    counted = entry if isinstance(entry, dict) else {"calls": entry}
    if counted.get("calls") is None:
        raise row.wrong("calls is missing", "write a whole number from 0 up")
    calls, errors = row.count("calls", counted["calls"]), row.count("errors", counted.get("errors"))
    last = row.moment("last_used", counted.get("last_used"))
    if errors > calls:
        raise row.wrong(f"errors is {errors:,}, more than the calls {calls:,}", "correct the export")
    if last is not None and last > made_at + timedelta(days=1):
        raise row.wrong("last_used is later than generated_at", "correct the export")
    return UsageTotal(key, kind, calls, period, errors, last)


def _notes(period: int | None, zoneless: int) -> list[str]:
    notes = []
    if period is None:
        notes.append("it does not say how many days its counts cover, so they are read as counts of all time")
    if zoneless:
        notes.append(f"{zoneless:,} times have no zone and were read as UTC")
    return notes


def _decoded(content: bytes, file: str) -> object:
    text = content.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise EvidenceError(f"{file}: it is empty, which is no evidence; nothing was imported")
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        lines = text.split(b"\n")
        if len(lines) < 2 or not all(line.strip()[:1] in (b"{", b"") for line in lines):
            raise ConfigError(f"{file}: it is no JSON: {one_line(error, 120)}; nothing was imported") from error
    return [_line(line, number, file) for number, line in enumerate(lines, 1) if line.strip()]


def _line(line: bytes, number: int, file: str) -> object:
    try:
        return msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{file}: line {number} is no JSON: {one_line(error, 120)}; nothing was imported") from error
