"""The weeks in which batches are deployed."""

from datetime import date

from auditor.model.plan import Deployment
from auditor.plan.timeline import timeline

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


def test_one_batch_a_week_from_the_next_monday_on() -> None:
    assert timeline([4, 5], FRIDAY, 1) == (
        Deployment(date(2026, 11, 23), (4,)),
        Deployment(date(2026, 11, 30), (5,)),
    )


def test_a_plan_made_on_a_monday_begins_that_day() -> None:
    assert timeline([1], MONDAY, 1)[0].week_of == MONDAY


def test_every_batch_has_one_week_in_order_however_many_go_in_one() -> None:
    weeks = timeline(range(1, 8), FRIDAY, 3)
    assert [week.batches for week in weeks] == [(1, 2, 3), (4, 5, 6), (7,)]
    assert all(week.week_of.weekday() == 0 for week in weeks)


def test_what_is_irreversible_waits_a_whole_window_after_the_last_week() -> None:
    last = timeline([1], MONDAY, 1, irreversible=True, watch_days=10)[-1]
    assert last == Deployment(date(2026, 12, 14))  # the week ends on the 30th, 10 days more are 10 December
    assert timeline([], FRIDAY, 1) == ()
