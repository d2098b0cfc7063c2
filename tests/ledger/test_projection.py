"""Answers from the projection of months are those of summing a reading's samples, whatever was recorded, and when."""

import random
import sqlite3
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.ledger.store import Ledger
from auditor.model.usage import Collection, UsageSample, UsageTotal
from auditor.model.window import Window
from tests.ledger.samples import NOW, TODAY, collection, durations, key_stats, measured, sample, users

DAY = timedelta(days=1)


def windows() -> list[Window]:
    """Whole months, edges inside months, a day, more than there is, the past."""
    ends = [NOW, NOW - 3 * DAY, NOW - 21 * DAY, NOW - 40 * DAY]
    return [Window.last_days(days, end) for end in ends for days in (1, 14, 21, 51, 400)]


def assert_the_same(ledger: Ledger) -> None:
    for window in windows():
        assert ledger.key_stats(window) == key_stats(ledger.read(window))


def random_sample(chance: random.Random) -> UsageSample:
    """A sample with any measures, of one of few keys, on one of a hundred days."""
    day = TODAY - timedelta(days=chance.randrange(100))
    whole = measured(
        chance.choice(["GET /a", "POST /b"]), day=day, origin=chance.choice(["", "web-1"]),
        count=chance.randrange(20), by_status={chance.choice(["2xx", "5xx", "418", "bot"]): chance.randrange(9)},
        errors=chance.randrange(4), succeeded=chance.randrange(4),
        last_seen=NOW - chance.randrange(10**6) * DAY / 86400,
        durations=durations(*(chance.expovariate(0.1) + 0.1 for _ in range(chance.randrange(1, 9)))),
        users=users(*(str(chance.randrange(30)) for _ in range(chance.randrange(5)))),
        cost=chance.randrange(10**7), errors_by_code={chance.choice("abc"): chance.randrange(9)},
    )  # fmt: skip
    plain = sample(whole.key, whole.count, day=day, origin=whole.origin)
    return chance.choice([whole, plain])


def random_collection(chance: random.Random, most: int = 40) -> Collection:
    totals = tuple(
        UsageTotal("GET /a", "endpoint", chance.randrange(300), chance.choice([None, 14]))
        for _ in range(chance.randrange(3))
    )
    samples = tuple(random_sample(chance) for _ in range(chance.randrange(most)))
    return collection(chance.choice(["redis", "edge", "events"]), samples=samples, totals=totals)


@pytest.mark.parametrize("seed", range(6))
def test_the_projection_says_what_the_days_say(ledger: Ledger, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(6):
        ledger.record([random_collection(chance)], now=NOW - chance.randrange(30) * DAY)
    assert_the_same(ledger)


@settings(max_examples=25)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_collections_does_not_matter(seeds: list[int], order: random.Random) -> None:
    shuffled = order.sample(seeds, len(seeds))
    found = []
    for given_seeds in (seeds, shuffled + seeds):
        with tempfile.TemporaryDirectory() as directory, Ledger.open("sqlite:///l.db", Path(directory)) as ledger:
            ledger.record([random_collection(random.Random(seed), 8) for seed in given_seeds], now=NOW)
            assert_the_same(ledger)
            found.append([ledger.key_stats(window) for window in windows()])
    assert found[0] == found[1]


def test_days_before_the_projection_are_read_by_day_and_projected_when_something_is_recorded(tmp_path: Path) -> None:
    """A ledger that an older auditor wrote."""
    chance = random.Random(5)
    with Ledger.open("sqlite:///l.db", tmp_path) as ledger:
        ledger.record([random_collection(chance) for _ in range(3)], now=NOW)
        expected = [ledger.key_stats(window) for window in windows()]
    with sqlite3.connect(tmp_path / "l.db") as database:
        database.execute("DELETE FROM auditor_usage_months")
    with Ledger.open("sqlite:///l.db", tmp_path) as ledger:
        assert [ledger.key_stats(window) for window in windows()] == expected
        ledger.record([collection("nothing new")], now=NOW)
        assert [ledger.key_stats(window) for window in windows()] == expected
        assert_the_same(ledger)
    with sqlite3.connect(tmp_path / "l.db") as database:
        assert database.execute("SELECT count(*) FROM auditor_usage_months").fetchone()[0] > 2


def test_days_at_the_ends_of_time_are_projected(ledger: Ledger) -> None:
    days = (date.min, date.max, date(2026, 12, 31), date(2024, 2, 29))
    ledger.record([collection(samples=tuple(sample(count=3, day=day) for day in days))], now=NOW)
    for day in days[2:]:
        window = Window.last_days(1, NOW + (day - TODAY) * 1)
        assert [found.calls for found in ledger.key_stats(window)] == [3]


def test_the_largest_counts_do_not_overflow(ledger: Ledger) -> None:
    hostile = tuple(
        sample(count=2**70, day=TODAY - timedelta(days=30 * n), by_status={"2xx": 2**70}) for n in range(12)
    )
    ledger.record([collection(samples=hostile)], now=NOW)
    (found,) = ledger.key_stats(Window.last_days(400, NOW))
    assert found.calls >= 2**55
    assert ledger.usage_stats(400, now=NOW).endpoints_used == 1
