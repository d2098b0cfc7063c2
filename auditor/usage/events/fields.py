"""One line of an event log to one event: where its fields are, and what they say.

In: a line's bytes. Out: an `Event`, or why it is none. Fields are looked for under common names, or under those that
the configuration gives: a key as it stands, or a dotted way into nested objects. Never keeps the line.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, TypedDict

import msgspec

from auditor.model.days import EARLIEST
from auditor.model.usage import UsageKind
from auditor.usage.events.outcomes import Outcome, outcome

_NAMES: Mapping[UsageKind, Mapping[str, tuple[str, ...]]] = {
    "component": {
        "component": ("component", "component_name", "componentName", "component_id", "componentId"),
        "tool": ("tool", "tool_name", "toolName", "tool_id", "toolId"),
        "agent": ("agent", "agent_name", "agentName", "agent_id", "agentId"),
    },
    "task": {"task": ("task", "task_name", "taskName", "job", "job_name", "jobName")},
    "command": {"command": ("command", "command_name", "commandName")},
    "function": {"function": ("function", "function_name", "functionName")},
}
"""Kind -> what may be named -> fields that name it, the likeliest first. A line may name several: each was used."""
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "uuid": (
        "uuid", "event_uuid", "eventUuid", "event_id", "eventId", "execution_id", "executionId", "run_id", "runId",
    ),
    "outcome": ("outcome", "status", "result", "state", "success"),
    "occurred_at": (
        "occurred_at", "occurredAt", "timestamp", "@timestamp", "time", "ts", "executed_at", "executedAt",
        "created_at", "createdAt", "datetime", "date",
    ),
    "duration": (
        "duration_ms", "durationMs", "duration_us", "duration_ns", "duration_s", "duration_seconds", "durationSeconds",
        "latency_ms", "latencyMs", "elapsed_ms", "elapsedMs", "execution_time_ms", "executionTimeMs", "duration",
        "latency", "elapsed",
    ),
    "cost": ("cost", "cost_usd", "costUsd", "total_cost", "totalCost", "total_cost_usd"),
    "user": ("user", "user_id", "userId", "user_uuid"),
    "error": ("error", "exception", "err"),
    "error_code": ("error_code", "errorCode", "error_type", "errorType", "exc_type", "exception_type", "code"),
}  # fmt: skip
"""Field -> names it is found under, the likeliest first."""
_DURATION = list(_KNOWN).index("duration")
_UNITS = (("ms", 1e3), ("us", 1.0), ("ns", 1e-3), ("seconds", 1e6), ("s", 1e6))
_BY_UNIT = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}
_LONGEST_MICROSECONDS = 10 * 366 * 86400 * 1e6
_MOST_COST = 10**9
_MILLION = 1_000_000
_NIL = "00000000-0000-0000-0000-000000000000"
_MOST_SHAPES = 1000

Way = tuple[str, ...]


class Event(NamedTuple):
    """What a line says. `at` is epoch seconds; microseconds and millionths are None where nothing usable is said.

    `names` are what was used, as the line says it. `zoneless`: its time has no zone and none is configured. `doubtful`
    counts durations and costs that cannot be meant.
    """

    names: tuple[object, ...]
    uuid: str
    at: int
    zoneless: bool
    outcome: Outcome | None
    microseconds: int | None
    cost: int | None
    user: str
    code: object
    error: object
    doubtful: int


class EventFields:
    """Where the events of one source keep what is counted.

    Args:
        kind: What the names of the events name.
        configured: Field -> the name it has in this source, `fields` of its configuration.
        unit: Unit of durations whose field does not say it.
        zone: Zone of times that are written without one; None where that is not known.
    """

    def __init__(self, kind: UsageKind, configured: Mapping[str, str], unit: str, zone: tzinfo | None) -> None:
        self._zone = zone
        fields = [_ways(configured.get(field), names) for field, names in _KNOWN.items()]
        self._ways = (*fields, *_families(kind, configured))
        self._scales = {way: _scale(way[-1], unit) for way in fields[_DURATION]}
        wanted = {way[0]: Any for ways in self._ways for way in ways}
        self._decoder = msgspec.json.Decoder(TypedDict("Line", wanted, total=False))  # type: ignore[operator] # made of the configuration
        self._plans: dict[tuple[str, ...], _Plan] = {}

    def event(self, line: bytes) -> "Event | None":
        """Return the event of a line; None where it has no time.

        Raises:
            ValueError: The line is no JSON object.
        """
        try:
            found: dict[str, Any] = self._decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise ValueError("no JSON object") from None
        shape = tuple(found)
        plan = self._plans.get(shape) or self._planned(shape)
        flat = plan.flat
        values = (_value(found, ways) for ways in plan.ways) if flat is None else map(found.get, flat)
        uuid, ended, occurred_at, duration, cost, user, error, code, *names = values
        timed = self._moment(occurred_at)
        if timed is None:
            return None
        microseconds = None if duration is None else _microseconds(duration, plan.scale)
        millionths = None if cost is None else _millionths(cost)
        doubtful = (duration is not None and microseconds is None) + (cost is not None and millionths is None)
        return Event(
            tuple([name for name in names if name is not None]), _identity(uuid) if uuid is not None else "", timed[0],
            timed[1], outcome(ended, error), microseconds, millionths, _user(user) if user is not None else "", code,
            error, doubtful,
        )  # fmt: skip

    def _planned(self, shape: tuple[str, ...]) -> "_Plan":
        """Return where the fields are in lines with just these keys; lines of a log have few shapes."""
        if len(self._plans) >= _MOST_SHAPES:
            self._plans.clear()
        present = frozenset(shape)
        ways = [tuple(way for way in known if way[0] in present) for known in self._ways]
        duration = ways[_DURATION] = ways[_DURATION][:1]
        flat = tuple([known[0][0] if known else "" for known in ways])
        plan = self._plans[shape] = _Plan(
            flat if all(len(known) < 2 and (not known or len(known[0]) == 1) for known in ways) else None,
            tuple(ways), self._scales[duration[0]] if duration else 1.0,
        )  # fmt: skip
        return plan

    def _moment(self, value: object) -> tuple[int, bool] | None:
        """Return epoch seconds and whether a zone was missing; None where the value is no time of this era."""
        if isinstance(value, str) and not value.isdigit():
            try:
                at = datetime.fromisoformat(value.replace(" UTC", "Z") if value.endswith("C") else value)
                zoneless = at.tzinfo is None and self._zone is None
                seconds = (at if at.tzinfo is not None else at.replace(tzinfo=self._zone or UTC)).timestamp()
            except (ValueError, OverflowError):
                return None
        else:
            number, zoneless = _number(value), False
            if number is None:
                return None
            seconds = float(number)
            while seconds > 1e11:  # milliseconds, microseconds, nanoseconds
                seconds /= 1000
        return (int(seconds), zoneless) if seconds >= EARLIEST else None


class _Plan(NamedTuple):
    """Where the fields of a line are, in the order of `_KNOWN`, then the names.

    `flat` has the one key of each (empty where there is none), None where that does not do; `ways` those to try in
    turn. `scale` is the unit of its duration, in microseconds.
    """

    flat: tuple[str, ...] | None
    ways: tuple[tuple[Way, ...], ...]
    scale: float


def configurable(kind: UsageKind) -> tuple[str, ...]:
    """Return what `fields` of a source may name."""
    return (*_NAMES[kind], *_KNOWN)


def _families(kind: UsageKind, configured: Mapping[str, str]) -> tuple[tuple[Way, ...], ...]:
    """Return the ways to names, by what is named; where the configuration names one, only what it names."""
    known = _NAMES[kind]
    wanted = [field for field in known if field in configured] or list(known)
    return tuple(_ways(configured.get(field), known[field]) for field in wanted)


def _ways(configured: str | None, known: tuple[str, ...]) -> tuple[Way, ...]:
    if configured is None:
        return tuple((name,) for name in known)
    parts = tuple(configured.split("."))
    return ((configured,),) if len(parts) == 1 else ((configured,), parts)


def _scale(name: str, unit: str) -> float:
    """Return how many microseconds one is of what a field of this name holds."""
    lowered = name.replace("Ms", "_ms").replace("Seconds", "_seconds").lower()
    return next((scale for suffix, scale in _UNITS if lowered.endswith(f"_{suffix}")), _BY_UNIT[unit])


def _value(line: dict[str, Any], ways: tuple[Way, ...]) -> Any:  # noqa: ANN401 - JSON may hold anything
    """Return what the first of the ways leads to that is not null."""
    for way in ways:
        value = line.get(way[0])
        if len(way) > 1:
            for part in way[1:]:
                value = value.get(part) if isinstance(value, dict) else None
        if value is not None:
            return value
    return None


def _identity(value: object) -> str:
    """Return an event's id, empty where it has none."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return "" if text == _NIL else text


def _user(value: object) -> str:
    """Return a user's id, also where it is in an object that describes the user; empty where there is none."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("id", "uuid", "user_id", "userId") if value.get(key)), None)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _number(value: object) -> Decimal | float | None:
    """Return a finite number, also one that is written as text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value if math.isfinite(value) else None
    try:
        number = Decimal(value.strip()) if isinstance(value, str) and len(value) < 40 else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and number.adjusted() < 20 else None


def _microseconds(value: object, scale: float) -> int | None:
    """Return a duration, None where what is there cannot be meant."""
    number = value if type(value) is float else _number(value)
    duration = math.nan if number is None else float(number) * scale
    return round(duration) if 0 <= duration <= _LONGEST_MICROSECONDS else None


def _millionths(value: object) -> int | None:
    """Return a cost in millionths of its unit, None where what is there cannot be meant."""
    number = value if type(value) is float else _number(value)
    return None if number is None or not 0 <= number <= _MOST_COST else round(number * _MILLION)
