"""Counts of no known day prove use where they can, once, and never absence."""

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.ledger.store import Ledger
from auditor.model.usage import UNDATED, UsageTotal
from auditor.model.window import Window
from tests.ledger.samples import NOW, TODAY, WINDOW, collection, key_stats, sample

KEY = "GET /users/{id}"
DAY = timedelta(days=1)


def total(count: int, *, period: int | None = None, last: datetime | None = None, **more: object) -> UsageTotal:
    return UsageTotal(KEY, "endpoint", count, period, last_seen=last, **more)  # type: ignore[arg-type]  # keywords of one test each


def record(ledger: Ledger, *totals: UsageTotal, ago: int = 0, source: str = "counters") -> None:
    ledger.record([collection(source, totals=totals, only_for_use=True)], now=NOW - ago * DAY)


def read(ledger: Ledger, window: Window = WINDOW) -> list[tuple[date, int, dict[str, int]]]:
    return [(found.day, found.count, dict(found.by_status)) for found in ledger.read(window).samples]


def test_a_rise_is_use_on_the_day_it_was_collected(ledger: Ledger) -> None:
    record(ledger, total(100, errors=5), ago=20)
    record(ledger, total(100, errors=5), ago=9)
    record(ledger, total(107, errors=6), ago=5)
    record(ledger, total(110, errors=6), ago=0)
    assert read(ledger) == [(TODAY - 5 * DAY, 7, {}), (TODAY, 3, {})]
    assert [found.errors for found in ledger.read(WINDOW).samples] == [1, 0]


def test_no_rise_since_before_the_window_is_no_use_in_it(ledger: Ledger) -> None:
    for ago in (30, 10, 1):
        record(ledger, total(100), ago=ago)
    assert read(ledger) == []
    assert ledger.read(WINDOW).since == (NOW - 30 * DAY).date()


def test_a_total_known_only_from_inside_the_window_is_use_at_an_unknown_day(ledger: Ledger) -> None:
    record(ledger, total(100), ago=3)
    record(ledger, total(101), ago=1)
    assert read(ledger) == [(TODAY - 3 * DAY, 100, {UNDATED: 100}), (TODAY - DAY, 1, {})]


def test_a_fall_is_a_reset(ledger: Ledger) -> None:
    for ago, count in ((20, 100), (8, 4), (2, 9)):
        record(ledger, total(count), ago=ago)
    assert read(ledger) == [(TODAY - 8 * DAY, 4, {}), (TODAY - 2 * DAY, 5, {})]


def test_a_total_of_zero_is_no_use_and_the_next_one_a_rise_from_it(ledger: Ledger) -> None:
    record(ledger, total(0), ago=3)
    assert read(ledger) == []
    record(ledger, total(2))
    assert read(ledger) == [(TODAY, 2, {})]


def test_the_last_use_dates_a_total_that_is_known_only_from_inside_the_window(ledger: Ledger) -> None:
    record(ledger, total(100, last=NOW - 4 * DAY))
    (found,) = ledger.read(WINDOW).samples
    assert (found.day, found.count, found.last_seen, found.by_status) == (TODAY - 4 * DAY, 100, NOW - 4 * DAY, {})


@pytest.mark.parametrize("period", [None, 30])
def test_a_last_use_before_the_window_is_no_use_in_it(ledger: Ledger, period: int | None) -> None:
    record(ledger, total(100, period=period, last=NOW - 20 * DAY))
    assert read(ledger) == []


def test_totals_of_periods_that_overlap_are_not_added_up(ledger: Ledger) -> None:
    for ago, count in ((3, 10), (1, 12), (0, 11)):
        record(ledger, total(count, period=14), ago=ago)
    assert read(ledger) == [(TODAY - DAY, 12, {UNDATED: 12})]


def test_totals_of_periods_that_do_not_overlap_are_added_up(ledger: Ledger) -> None:
    for ago, count in ((12, 5), (5, 6), (3, 100), (0, 7)):
        record(ledger, total(count, period=5), ago=ago)
    found = read(ledger)
    assert sum(count for _, count, _ in found) == 100
    record(ledger, total(101, period=5), ago=12)
    assert sum(count for _, count, _ in read(ledger)) == 101 + 6 + 7


def test_a_period_that_overlaps_the_window_from_either_side_is_use(ledger: Ledger) -> None:
    record(ledger, total(4, period=30))
    assert read(ledger) == [(TODAY, 4, {UNDATED: 4})]
    earlier = Window.last_days(5, NOW - 10 * DAY)
    assert read(ledger, earlier) == [((NOW - 10 * DAY).date(), 4, {UNDATED: 4})]
    assert read(ledger, Window.last_days(5, NOW - 50 * DAY)) == []


def test_the_last_use_dates_a_total_of_a_period(ledger: Ledger) -> None:
    record(ledger, total(4, period=14, last=NOW - 2 * DAY))
    assert read(ledger) == [(TODAY - 2 * DAY, 4, {})]


def test_uses_that_are_known_by_day_are_not_counted_again(ledger: Ledger) -> None:
    """A stats endpoint over the same counters as the tracker's."""
    by_day = tuple(sample(count=10, day=TODAY - n * DAY) for n in range(14))
    ledger.record([collection(samples=by_day)], now=NOW)
    record(ledger, total(140, period=14, last=NOW))
    (found,) = key_stats(ledger.read(WINDOW))
    assert (found.calls, found.sources) == (140, ("redis",))
    record(ledger, total(150, period=14, last=NOW))
    (found,) = key_stats(ledger.read(WINDOW))
    assert (found.calls, found.sources) == (150, ("counters", "redis"))


def test_of_two_sources_of_totals_the_one_that_tells_most_counts(ledger: Ledger) -> None:
    record(ledger, total(4, period=14), total(5, period=14, origin="b"))
    record(ledger, total(7, period=14), source="other")
    assert read(ledger) == [(TODAY, 9, {UNDATED: 9})]


def test_totals_collected_twice_count_once(ledger: Ledger) -> None:
    for _ in range(2):
        record(ledger, total(100), ago=20)
        record(ledger, total(105))
        record(ledger, total(103))
    assert read(ledger) == [(TODAY, 5, {})]


days_ago = st.integers(0, 25)
totals = st.builds(
    total,
    st.integers(0, 9),
    period=st.sampled_from([None, 3, 14]),
    last=st.none() | days_ago.map(lambda ago: NOW - ago * DAY),
    origin=st.sampled_from(["", "b"]),
)


@settings(max_examples=40)
@given(st.data(), st.lists(st.tuples(days_ago, totals), max_size=8))
def test_the_order_and_repetition_of_collections_do_not_matter(
    data: st.DataObject, given_totals: list[tuple[int, UsageTotal]]
) -> None:
    again = data.draw(st.lists(st.sampled_from(given_totals), max_size=3)) if given_totals else []
    shuffled = data.draw(st.permutations([*given_totals, *again]))
    read_of = []
    for order in (given_totals, shuffled):
        with tempfile.TemporaryDirectory() as directory, Ledger.open("sqlite:///l.db", Path(directory)) as ledger:
            for ago, one in order:
                record(ledger, one, ago=ago)
            read_of.append(ledger.read(WINDOW).samples)
    assert read_of[0] == read_of[1]


@settings(max_examples=40)
@given(st.lists(st.tuples(days_ago, totals), max_size=6), st.integers(0, 30))
def test_every_sample_lies_in_the_window_and_counts_something(
    given_totals: list[tuple[int, UsageTotal]], ago: int
) -> None:
    window = Window.last_days(5, NOW - ago * DAY)
    with tempfile.TemporaryDirectory() as directory, Ledger.open("sqlite:///l.db", Path(directory)) as ledger:
        for collected, one in given_totals:
            record(ledger, one, ago=collected)
        found = ledger.read(window).samples
    assert all(found.count > 0 and found.errors <= found.count and found.day in window.dates() for found in found)
