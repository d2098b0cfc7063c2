"""When which batch is deployed, if nothing goes wrong: so many a week, one after the other, then what is irreversible.

In: a plan, the day it is made, how many batches a week. Out: the plan with its `Deployment`s. A proposal that a team
moves by planning again; nothing depends on it. Never looks at what a batch removes.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from auditor.model.plan import Deployment, Plan

_WEEK = timedelta(days=7)


def scheduled(plan: Plan, made: date, per_week: int) -> Plan:
    """Return the plan with the timeline of its batches; a plan with irreversible steps gets a week for them."""
    numbers = [batch.number for batch in plan.batches]
    weeks = timeline(numbers, made, per_week, irreversible=bool(plan.data_steps), watch_days=plan.window.days)
    return msgspec.structs.replace(plan, timeline=weeks)


def timeline(
    batches: Sequence[int], made: date, per_week: int, *, irreversible: bool = False, watch_days: int = 0
) -> tuple[Deployment, ...]:
    """Return the weeks in which `batches` are deployed, `per_week` (from 1) in each.

    The first week is the one that begins on the Monday on or after the UTC day `made`. Where something `irreversible`
    follows, a last week without batches says from when: the first that begins `watch_days` days or more after the end
    of the last deployment's week.
    """
    start = made + timedelta(days=-made.weekday() % 7)
    weeks = [
        Deployment(start + position * _WEEK, tuple(batches[first : first + per_week]))
        for position, first in enumerate(range(0, len(batches), per_week))
    ]
    if irreversible:
        free = weeks[-1].week_of + _WEEK + timedelta(days=watch_days) if weeks else start
        weeks.append(Deployment(free + timedelta(days=-free.weekday() % 7)))
    return tuple(weeks)
