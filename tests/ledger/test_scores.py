"""Scores as a tool catalogue keeps them: rate of what is known, cost of what is costed, median of what is measured."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from auditor.ledger import schema
from auditor.ledger.store import Ledger
from auditor.model.key_answers import Score
from auditor.model.measures import Durations
from auditor.model.usage import UsageSample
from auditor.tracking import layout
from tests.ledger.samples import NOW, TODAY, WINDOW, all_day, collection, sample


def took(*milliseconds: float) -> Durations:
    buckets: dict[int, int] = {}
    for one in milliseconds:
        number = layout.duration_bucket(one / 1000)
        buckets[number] = buckets.get(number, 0) + 1
    return Durations(buckets, int(sum(milliseconds) * 1000))


def of(ledger: Ledger, *samples: UsageSample) -> dict[str, Score]:
    ledger.record([collection(samples=samples, watched=all_day())], now=NOW)
    return {score.key: score for score in ledger.scores(14, now=NOW).scores}


def test_scores_join_outcomes_costs_and_durations_over_days(ledger: Ledger) -> None:
    x = UsageSample(
        "skill:x", "component", TODAY, 2, 1, succeeded=1, cost=500_000, costed=2, durations=took(300, 200)
    )  # fmt: skip
    before = UsageSample(
        "skill:x", "component", WINDOW.dates()[2], 1, succeeded=1, cost=100_000, costed=1, durations=took(100)
    )  # fmt: skip
    y = UsageSample("skill:y", "component", TODAY, 1, 1)
    found = of(ledger, x, before, y)
    assert (found["skill:x"].success_rate, found["skill:x"].sample_size) == (pytest.approx(2 / 3), 3)
    assert found["skill:x"].average_cost == pytest.approx(0.20)
    assert found["skill:x"].median_duration == pytest.approx(200, rel=0.05)
    assert found["skill:y"] == Score("component", "skill:y", 1, 0.0, None, None)


def test_where_no_outcome_is_known_there_is_no_rate(ledger: Ledger) -> None:
    found = of(ledger, UsageSample("a", "task", TODAY, 9), UsageSample("b", "task", TODAY, 9, 2))
    assert (found["a"].success_rate, found["b"].success_rate) == (None, None), "failures alone are no rate"
    assert (found["a"].average_cost, found["a"].median_duration) == (None, None)


def test_only_what_cost_something_known_is_averaged(ledger: Ledger) -> None:
    found = of(ledger, UsageSample("a", "component", TODAY, 10, cost=3_000_000, costed=2))
    assert found["a"].average_cost == 1.5


def test_keys_that_were_not_used_have_no_score(ledger: Ledger) -> None:
    assert of(ledger, sample("GET /a", 0), sample("(unmatched)", 3), sample("GET /b", 1)).keys() == {"GET /b"}


def test_without_evidence_there_are_none_and_that_is_said(ledger: Ledger) -> None:
    found = ledger.scores(14, now=NOW)
    assert found.scores == ()
    assert found.refusal is not None
    assert "run 'auditor collect'" in found.refusal
    ledger.record([collection(watched=all_day())], now=NOW)
    assert ledger.scores(14, now=NOW).refusal is None


def stored(ledger: Ledger) -> list[tuple[object, ...]]:
    table = schema.scores.c
    columns = (table.key, table.days, table.sample_size, table.success_rate, table.average_cost, table.median_duration)
    with ledger._database.reading() as connection:
        return [tuple(row) for row in connection.execute(sa.select(*columns).order_by(table.key))]


def test_scores_are_stored_anew_as_a_whole_so_that_stale_ones_never_survive(ledger: Ledger) -> None:
    uses = (UsageSample("a", "component", TODAY, 4, 1, succeeded=3, cost=10, costed=4), sample("GET /b", 2))
    ledger.record([collection(samples=uses)], now=NOW)
    ledger.rebuild_scores(now=NOW)
    assert stored(ledger) == [("GET /b", 30, 2, None, None, None), ("a", 30, 4, 0.75, pytest.approx(2.5), None)]
    ledger.record([collection(samples=(UsageSample("a", "component", TODAY, 8, 1, succeeded=7),))], now=NOW)
    ledger.rebuild_scores(now=NOW)
    assert ("a", 30, 8, 7 / 8) in [row[:4] for row in stored(ledger)]
    ledger.rebuild_scores(now=NOW + timedelta(days=60))
    assert stored(ledger) == []
