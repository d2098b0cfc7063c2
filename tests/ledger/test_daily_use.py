"""Calls over time out of a real ledger: what was watched, what was called, and what nobody can know."""

from datetime import date, datetime, timedelta

from auditor.ledger.store import Ledger
from auditor.model.daily_use import KeyCalls
from auditor.model.days import midnight
from auditor.model.usage import Collection, UsageSample, UsageTotal, WatchedDay
from auditor.model.window import Window

FIRST = date(2026, 11, 1)
NOW = midnight(date(2026, 11, 21)) + timedelta(hours=6)
WINDOW = Window(midnight(date(2026, 11, 18)), NOW)
WHOLE = frozenset(range(1440))


def _day(number: int) -> date:
    return FIRST + timedelta(days=number - 1)


def _sample(key: str, day: int, count: int, kind: str = "endpoint", **of: object) -> UsageSample:
    return UsageSample(key, kind, _day(day), count, **of)  # type: ignore[arg-type]


def _collection(source: str, watched: dict[int, frozenset[int]], *samples: UsageSample, **of: object) -> Collection:
    days = tuple(WatchedDay.of_minutes(_day(day), minutes) for day, minutes in watched.items())
    window = Window(midnight(FIRST), NOW)
    return Collection(source, window, days, samples, **of)  # type: ignore[arg-type]


def _recorded(ledger: Ledger, now: datetime = NOW) -> None:
    ledger.record(
        (
            _collection(
                "redis", {day: WHOLE for day in (16, 18, 19, 20)} | {21: frozenset(range(360))},
                _sample("GET /a", 18, 10, by_status={"2xx": 6, "4xx": 3, "405": 1}),
                _sample("GET /a", 20, 4, by_status={"2xx": 3, "5xx": 1}),
                _sample("GET /b/{id:int}", 16, 2, by_status={"2xx": 2}),
                _sample("(unmatched)", 18, 900, by_status={"4xx": 900}),
                _sample("nightly", 19, 5, "task", errors=2),
                _sample("GET /c", 20, 1), _sample("GET /d", 21, 7),
                lost=((_day(19), 3),),
                totals=(UsageTotal("GET /undated", "endpoint", 8),),
            ),
            _collection("edge", {19: frozenset(range(100))}, _sample("GET /a", 18, 8, by_status={"2xx": 8})),
            _collection("sampled", {17: WHOLE}, only_for_use=True),
        ),
        now=now,
    )  # fmt: skip


def test_days_are_told_from_the_first_that_is_known(ledger: Ledger) -> None:
    _recorded(ledger)
    use = ledger.daily_use(WINDOW, {"GET /b/{b}": ("GET /b/{b}",), "GET /b/{id}": ("GET /b/{id:int}", "GET /b/{id}")})
    assert (use.first_day, use.window_from) == (_day(16), 2)
    assert use.possible == (1440, 1440, 1440, 1440, 1440, 360)
    # the day that lost counts counts as the other source watched it, and a sampled source watches nothing
    assert use.watched == {"endpoint": (1440, 0, 1440, 100, 1440, 360)}
    calls = {one.key: one for one in use.keys}
    assert calls["GET /a"] == KeyCalls(
        "endpoint", "GET /a", 13, {"2xx": (0, 0, 6, 0, 3, 0), "4xx": (0, 0, 3, 0, 0, 0), "5xx": (0, 0, 0, 0, 1, 0)}
    )
    assert calls["nightly"].by_status == {"err": (0, 0, 0, 2, 0, 0), "other": (0, 0, 0, 3, 0, 0)}
    # named keys come first, under their name, however the ledger spells them
    assert [one.key for one in use.keys[:2]] == ["GET /b/{b}", "GET /b/{id}"]
    assert calls["GET /b/{id}"].by_status == {"2xx": (2, 0, 0, 0, 0, 0)}
    assert "(unmatched)" not in calls
    assert "GET /undated" not in calls
    assert [one.keys for one in use.first_used] == [1, 1, 1, 1]
    assert use.only_before == 1
    assert use.left_out == 0


def test_what_is_told_is_bounded_and_says_so(ledger: Ledger) -> None:
    many = [_sample(f"GET /{n}", 20, n + 1) for n in range(200)]
    ledger.record((_collection("redis", {20: WHOLE}, *many),), now=NOW)
    named = {f"GET /n{n}": (f"GET /n{n}",) for n in range(5)}
    use = ledger.daily_use(WINDOW, named)
    assert len(use.keys) == 60
    assert use.left_out == 145
    assert [one.total for one in use.keys[:5]] == [0] * 5
    assert "GET /199" in {one.key for one in use.keys}
    assert use.first_day == _day(18)
    assert len(ledger.daily_use(Window(NOW - timedelta(days=200), NOW), {}).possible) == 201


def test_an_empty_ledger_tells_days_that_nobody_watched(ledger: Ledger) -> None:
    use = ledger.daily_use(WINDOW, {"GET /x": ("GET /x",)})
    assert (use.watched, use.keys) == ({}, (KeyCalls("endpoint", "GET /x"),))
    assert sum(one.keys for one in use.first_used) == 0
