"""Gives the demonstration two weeks of past in one second.

In: what the tracker really recorded today, as the ledger read it. Out: the same, written through the tracker's own
sink for each of the days before, every minute watched. This is the one place that writes usage nobody made; it writes
only where the demonstration's own configuration points.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from auditor.demo.build import Storage
from auditor.model.days import SECONDS_A_DAY, first_second
from auditor.model.usage import LedgerReading, RegisteredRoute
from auditor.tracking import layout
from auditor.tracking.delta import Delta
from auditor.tracking.sinks import Sink, open_sink

DAYS = 15
WEEKEND = 0.4
_KIND_NAMES = {"endpoint": "calls", "component": "components", "task": "tasks", "function": "functions"}


def backdate(storage: Storage, reading: LedgerReading, now: datetime) -> int:
    """Write what `reading` holds for each of the `DAYS` days before `now`; return how many calls that makes.

    Weekends are quieter. The route table is published as of the first of these days.
    """
    sink = open_sink(storage.sink, storage.app)
    total = 0
    try:
        start = (now - timedelta(days=DAYS)).astimezone(UTC)
        sink.publish("routes", {route.key: _record(route, start, now) for route in reading.routes}, _version(reading))
        for back in range(DAYS, -1, -1):
            day = (now - timedelta(days=back)).date()
            share = 0.0 if back == 0 else WEEKEND if day.weekday() >= 5 else 1.0
            total += _write_day(sink, reading, day, share, now)
    finally:
        sink.close()
    return total


def _write_day(sink: Sink, reading: LedgerReading, day: date, share: float, now: datetime) -> int:
    """Write one day: its counts, scaled by `share`, and all its minutes until `now`."""
    begin = first_second(day)
    end = min(begin + SECONDS_A_DAY, int(now.timestamp()) // 60 * 60)
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    last: dict[str, float] = {}
    for sample in reading.samples:
        statuses = sample.by_status or {"2xx": sample.count}
        for status, count in statuses.items():
            field = layout.call_field(sample.key, status) if sample.kind == "endpoint" else sample.key
            scaled = int(count * share + 0.5)
            if scaled:
                fields = counts[_KIND_NAMES[sample.kind]]
                fields[field] = fields.get(field, 0) + scaled
                last[sample.key] = float(begin + 64000)
    sink.write(
        Delta(
            at=float(end),
            version=_version(reading),
            counts={kind: {day: fields} for kind, fields in counts.items()},
            minutes=tuple(range(begin // 60, end // 60)),
            last=last,
        )
    )
    return sum(sum(fields.values()) for fields in counts.values())


def _record(route: RegisteredRoute, start: datetime, now: datetime) -> dict[str, object]:
    shadowed: list[dict[str, object]] = [
        {"handler": one.handler, "file": one.path, "line": one.line} for one in route.shadowed
    ]
    handler = route.handler
    return layout.route_record(
        handler.handler, handler.path, handler.line, route.version, shadowed, start.timestamp(), now.timestamp()
    )


def _version(reading: LedgerReading) -> str:
    return next((route.version for route in reading.routes if route.version), "")
