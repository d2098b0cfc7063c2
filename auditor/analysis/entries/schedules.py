"""Background tasks: their names, and the longest time between two runs that their schedules allow.

In: registrations. Out: task names by definition, periods in days. Never imports a task queue. A period is an upper
bound: a monthly job has 31 days, so that two quiet weeks never make it look dead.
"""

import re
from collections.abc import Iterator

from auditor.analysis.cron import YEARLY, cron_period, longest
from auditor.analysis.entries.registrations import Registrations
from auditor.model.code import CallFact, DefinitionId, ModuleFacts, Value, dotted

_TABLES = ("beat_schedule", "CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE", "beat_schedule_table")
_SECONDS = {"weeks": 604800.0, "days": 86400.0, "hours": 3600.0, "minutes": 60.0, "seconds": 1.0}
_SIGNATURES = re.compile(r"\.(s|si|signature|subtask|delay|apply_async)(\(\))?$")


def task_name(call: CallFact, decorated: DefinitionId) -> str:
    """Return the name Celery registers a decorated function under."""
    given = call.keywords.get("name")
    return given.text if given is not None and given.kind == "text" else dotted(decorated)


def periods(known: Registrations, names: dict[str, DefinitionId]) -> dict[DefinitionId, float]:
    """Return the longest period in days of every task that a schedule names; `names` maps task names."""
    found: dict[DefinitionId, float] = {}
    for target, days in (*_tables(known), *_periodic_tasks(known), *_jobs(known)):
        identity = names.get(target)
        if identity is None:
            definition = known.definition(target)
            identity = definition.id if definition is not None else None
        if identity is not None:
            found[identity] = max(days, found.get(identity, 0.0))
    return found


def _tables(known: Registrations) -> Iterator[tuple[str, float]]:
    """Yield task name and period of every entry of a beat schedule."""
    tables = [value for target, value in known.constants.items() if target.rpartition(".")[2] in _TABLES]
    for _, call in known.calls("update"):
        given = dict(call.keywords)
        for argument in call.args[:1]:
            if call.callee.removesuffix(".update").rpartition(".")[2] in _TABLES:
                tables.append(argument)
            given |= _fields(known, argument)
        tables += [given[name] for name in _TABLES if name in given]
    for table in tables:
        for entry in _fields(known, table).values():
            fields = _fields(known, entry)
            name, days = _task_of(known, fields.get("task")), period(known, fields.get("schedule"))
            if name and days is not None:
                yield name, days


def _fields(known: Registrations, given: Value) -> dict[str, Value]:
    """Return what a dictionary holds, written as `{…}` or `dict(…)`; empty for anything else."""
    found = known.value(given)
    if found is not None and found.kind == "dict":
        return dict(zip(found.keys, found.values, strict=True))
    return dict(found.keywords) if found is not None and (found.kind, found.text) == ("call", "builtins.dict") else {}


def _task_of(known: Registrations, given: Value | None) -> str:
    """Return the task that a value names: its text, or the function whose `.name` or `.s()` it is."""
    if given is None:
        return ""
    text = known.text(given)
    if text is None and given.kind == "call" and given.text.rpartition(".")[2] in ("signature", "subtask"):
        text = known.text(given.values[0]) if given.values else None  # `signature("mail.send")`
    return text if text is not None else _SIGNATURES.sub("", given.text.removesuffix(".name"))


def _periodic_tasks(known: Registrations) -> Iterator[tuple[str, float]]:
    """Yield what `sender.add_periodic_task(schedule, task.s())` says."""
    for _, call in known.calls("add_periodic_task"):
        if len(call.args) > 1 and (days := period(known, call.args[0])) is not None:
            yield _task_of(known, call.args[1]), days


def _jobs(known: Registrations) -> Iterator[tuple[str, float]]:
    """Yield what APScheduler's `add_job(f, "cron", …)` and `@scheduled_job("cron", …)` say."""
    for _, call in known.calls("add_job", "scheduled_job"):
        arguments = list(call.args)
        if call.decorates is not None:
            name = dotted(call.decorates)
        elif arguments or "func" in call.keywords:
            name = (arguments.pop(0) if arguments else call.keywords["func"]).text.replace(":", ".")
        else:
            continue
        trigger = arguments[0] if arguments else call.keywords.get("trigger")
        kind = known.text(trigger)
        days: float | None
        if kind == "cron":
            days = _cron_fields(known, call.keywords)
        elif kind == "interval":
            days = _timedelta(known, call.keywords)
        else:
            days = period(known, trigger)
        if days is not None:
            yield name, days


def scheduled_jobs(known: Registrations) -> Iterator[tuple[ModuleFacts, CallFact, str]]:
    """Yield every `add_job` call with the dotted name of the function it runs."""
    for facts, call in known.calls("add_job"):
        given = call.args[0] if call.args else call.keywords.get("func")
        if given is not None and given.kind in ("name", "text"):
            yield facts, call, given.text.replace(":", ".")


def period(known: Registrations, given: Value | None) -> float | None:
    """Return the longest time between runs in days, None where it is not known."""
    value = known.value(given)
    if value is None:
        return None
    if value.kind == "name" and (built := known.built.get(known.canonical(value.text))) is not None:
        value = Value("call", built.constructor, built.call.args, keywords=built.call.keywords)
    if value.kind == "number":
        return float(value.text) / _SECONDS["days"]
    if value.kind == "text":
        return cron_period(value.text)
    if value.kind != "call":
        return None
    name = value.text.rpartition(".")[2]
    if name in ("crontab", "CronTrigger"):
        return _cron_fields(known, value.keywords, value.values)
    if name in ("timedelta", "IntervalTrigger"):
        return _timedelta(known, value.keywords, value.values)
    if name == "solar":  # `celery.schedules.solar("sunset", …)`
        return 1.0
    if name == "from_crontab" and value.values:
        return cron_period(known.text(value.values[0]) or "")
    inner = (*value.values, *value.keywords.values())
    return next((days for one in inner if (days := period(known, one)) is not None), None)


def _cron_fields(known: Registrations, keywords: dict[str, Value], positional: tuple[Value, ...] = ()) -> float:
    """Return the period of Celery's `crontab(…)` or APScheduler's cron fields."""

    def field(*names: str, position: int = 99) -> str:
        for name in names:
            if name in keywords:
                value = known.value(keywords[name])
                return value.text if value is not None and value.kind in ("text", "number") else "?"
        return positional[position].text if position < len(positional) else "*"

    if "year" in keywords:
        return YEARLY
    return longest(
        hour=field("hour", position=1),
        day=field("day_of_month", "day", position=3),
        month=field("month_of_year", "month", position=4),
        weekday=field("day_of_week", "week", position=2),
    )


def _timedelta(known: Registrations, keywords: dict[str, Value], positional: tuple[Value, ...] = ()) -> float | None:
    given = dict(zip(("days", "seconds"), positional, strict=False)) | keywords
    total = 0.0
    for name, seconds in _SECONDS.items():
        value = known.value(given.get(name))
        if value is not None and value.kind == "number":
            total += float(value.text) * seconds
    return total / _SECONDS["days"] if total else None
