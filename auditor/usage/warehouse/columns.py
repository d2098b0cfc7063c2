"""Which columns of a table hold what.

In: the table's columns by name and kind, the configured `fields`. Out: the columns that are asked, or what is wrong in
one sentence that lists the columns there are. Never guesses between two columns that could both be meant.

Columns that are not named are found under the names that request logs use, whatever their case, `.` or `_` in them; a
column in a record is `record.column`.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from auditor.config import SourceConfig
from auditor.errors import SourceError
from auditor.usage.logs.json_fields import KNOWN
from auditor.usage.sources import one_line

ColumnKind = Literal["text", "integer", "number", "instant", "local", "date", "other"]
"""`instant` is a time with a zone, `local` one without; `number` may have a fraction."""

_SHOWN = 40
_NUMBERS: tuple[ColumnKind, ...] = ("integer", "number")
_WANTED: Mapping[str, tuple[ColumnKind, ...]] = {
    "method": ("text",),
    "path": ("text",),
    "request": ("text",),
    "route": ("text",),
    "name": ("text",),
    "status": ("integer", "number", "text"),
    "timestamp": ("instant", "local", *_NUMBERS),
    "duration": _NUMBERS,
    "day": ("date", "text", "integer"),
}
_WRITTEN: Mapping[str, str] = {
    "timestamp": "a TIMESTAMP, or a number of seconds, milliseconds, microseconds or nanoseconds since 1970",
    "duration": "a number",
    "day": "a DATE, or text or a number as 2026-11-08 or 20261108",
    "status": "a number or text",
}
_ALSO_KNOWN: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "component", "task", "command", "function", "task_name", "event_name"),
    "route": ("route", "http_route", "route_template"),
}
_UNITS: Mapping[str, str] = {
    "duration_ms": "ms", "latency_ms": "ms", "elapsed_ms": "ms", "response_time_ms": "ms", "duration_us": "us",
    "duration_ns": "ns", "duration_s": "s", "duration_seconds": "s", "request_time": "s", "responseTime": "ms",
    "OriginResponseDurationMs": "ms",
}  # fmt: skip
"""Known columns of durations whose name tells the unit."""


class Columns(msgspec.Struct, frozen=True):
    """The columns that are asked; empty where there is none.

    Attributes:
        timestamp: When a request or use was.
        clock: The kind of that column.
        method: The request's method.
        path: Its path or target, with or without a query.
        request: The whole request line; in place of method and path.
        route: The template of the route that served; in place of a path.
        name: What was used, where it is no request.
        status: HTTP status, or an outcome.
        duration: How long it took.
        unit: In which unit.
        day: The day the table is partitioned by.
        day_kind: The kind of that column.
    """

    timestamp: str
    clock: ColumnKind
    method: str = ""
    path: str = ""
    request: str = ""
    route: str = ""
    name: str = ""
    status: str = ""
    duration: str = ""
    unit: str = "ms"
    day: str = ""
    day_kind: ColumnKind = "other"


def choose(schema: Mapping[str, ColumnKind], source: SourceConfig) -> Columns:
    """Return the columns to ask.

    Raises:
        SourceError: A column is missing, could be several, or is of a kind that cannot be read.
    """
    return _Choice(schema, source).columns()


class _Choice:
    def __init__(self, schema: Mapping[str, ColumnKind], source: SourceConfig) -> None:
        self._schema = schema
        self._source = source
        self._fields = {"route" if name == "template" else name: column for name, column in source.fields.items()}
        unknown = sorted(set(self._fields) - set(_WANTED))
        if unknown:
            raise SourceError(f"fields names {one_line(unknown[0])!r}; it may name {', '.join(_WANTED)}")

    def columns(self) -> Columns:
        timestamp = self._required("timestamp")
        duration, unit = self._duration()
        day = self._configured("day")
        columns = Columns(
            timestamp, self._schema[timestamp], duration=duration, unit=unit, day=day,
            day_kind=self._schema.get(day, "other"),
        )  # fmt: skip
        if self._source.counts != "endpoint":
            name, status = self._required("name"), self._configured("status") or self._known("status")
            return msgspec.structs.replace(columns, name=name, status=status)
        return msgspec.structs.replace(columns, status=self._required("status"), **self._asked())

    def _asked(self) -> dict[str, str]:
        """Return the columns that say what was asked for: method and path, method and route, or a request line."""
        path = self._configured("path") or ("" if "route" in self._fields else self._known("path"))
        if not path and not self._configured("method"):
            request = self._configured("request") or self._known("request")
            if request:
                return {"request": request}
        method = self._required("method")
        if path:
            return {"method": method, "path": path}
        route = self._configured("route") or self._known("route")
        return {"method": method, "route": route} if route else {"method": method, "path": self._required("path")}

    def _duration(self) -> tuple[str, str]:
        configured = self._configured("duration")
        if configured:
            return configured, self._source.duration_unit
        folded = {_folded(name): name for name in self._schema}
        for known, unit in _UNITS.items():
            column = folded.get(_folded(known), "")
            if self._schema.get(column) in _NUMBERS:
                return column, unit
        return "", self._source.duration_unit

    def _required(self, field: str) -> str:
        column = self._configured(field) or self._known(field)
        if column:
            return column
        for name in self._named(field):
            raise SourceError(
                f"the column {one_line(name)} cannot be the {field}: it is no {_WRITTEN.get(field, 'text')}"
            )
        raise SourceError(f"no column is known to be the {field}; set fields.{field} to one of {self._listed()}")

    def _configured(self, field: str) -> str:
        """Return the column that `fields` names, empty where it names none."""
        wanted = self._fields.get(field, "")
        if not wanted:
            return ""
        same = [name for name in self._schema if name == wanted]
        same = same or [name for name in self._schema if name.casefold() == wanted.casefold()]
        if len(same) != 1:
            raise SourceError(f"fields.{field} names no column {one_line(wanted)}; there are {self._listed()}")
        if self._schema[same[0]] not in _WANTED[field]:
            raise SourceError(
                f"the column {one_line(same[0])} cannot be the {field}: it is no {_WRITTEN.get(field, 'text')}"
            )
        return same[0]

    def _known(self, field: str) -> str:
        """Return the one column of a known name and a fitting kind, empty for none."""
        found = [name for name in self._named(field) if self._schema[name] in _WANTED[field]]
        if len(found) > 1:
            several = " or ".join(one_line(name, _SHOWN) for name in found)
            raise SourceError(f"the {field} may be the column {several}; set fields.{field}")
        return found[0] if found else ""

    def _named(self, field: str) -> list[str]:
        known = {_folded(name) for name in (*KNOWN.get(field, ()), *_ALSO_KNOWN.get(field, ()))}
        return [name for name in self._schema if _folded(name) in known]

    def _listed(self) -> str:
        names = [one_line(name, _SHOWN) for name in sorted(self._schema)]
        return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "") if names else "no column at all"


def _folded(name: str) -> str:
    """Return a name as it is compared: `requestMethod`, `request_method` and `REQUEST_METHOD` are one."""
    return name.casefold().replace("_", "").replace(".", "")
