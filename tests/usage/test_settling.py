"""Minutes that one tracker saw are no proof where another one may have died with its counts."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from auditor.model.usage import Collection, WatchedDay
from auditor.model.window import Window
from auditor.tracking.delta import Delta
from auditor.tracking.sinks import open_sink
from auditor.usage.file_counters import FileCounters
from auditor.usage.redis_counters import RedisCounters
from auditor.usage.settling import LastFlush, Trackers

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)
WINDOW = Window(NOON - timedelta(hours=6), NOON)
WHOLE = WatchedDay.of_minutes(DAY, set(range(6 * 60, 12 * 60)))


def minutes(days: tuple[WatchedDay, ...]) -> set[int]:
    return {m for day in days for m in range(1440) if day.bitmap[m >> 3] & (0x80 >> (m & 7))}


def missing(*flushes: LastFlush, outages: tuple[tuple[datetime, datetime], ...] = (), kind: str = "calls") -> set[int]:
    """Return the minutes after noon - 6 h that do not hold."""
    spans = [(start.timestamp(), end.timestamp()) for start, end in outages]
    return minutes((WHOLE,)) - minutes(Trackers(flushes, spans, WINDOW).settled((WHOLE,), kind))


def flushed(at: timedelta, *, closed: bool | None = False, watching: tuple[str, ...] = ("calls",)) -> LastFlush:
    return LastFlush((WINDOW.start + at).timestamp(), closed, 5.0, watching)


def test_a_dead_process_takes_the_minutes_until_its_next_flush_was_due() -> None:
    assert missing(flushed(timedelta(minutes=60, seconds=10))) == {7 * 60, 7 * 60 + 1}
    assert missing(flushed(timedelta(minutes=60, seconds=50))) == {7 * 60, 7 * 60 + 1, 7 * 60 + 2}


def test_a_use_after_an_idle_minute_and_before_death_lies_in_what_is_taken() -> None:
    idle = 60 + 2 * 5.0  # seconds between two flushes of a process that nobody uses; then a use that was not delivered
    for second in range(60):
        use = timedelta(minutes=60, seconds=second + idle)
        assert int((WINDOW.start + use).timestamp() // 60) % 1440 in missing(
            flushed(timedelta(minutes=60, seconds=second))
        )


def test_a_process_that_alone_was_cut_off_counts_until_it_is_replaced() -> None:
    begin = WINDOW.start.timestamp()
    alone = LastFlush(begin + 3600, False, 5.0, ("calls",), begin)

    def later(seconds: float, *watching: str) -> LastFlush:
        return LastFlush(begin + 6 * 3600, True, 5.0, watching, begin + seconds)

    assert missing(alone) == set(range(7 * 60, 8 * 60 + 1))
    assert missing(alone, later(3600 + 600, "calls")) == set(range(7 * 60, 7 * 60 + 11))
    assert missing(alone, later(3600 + 600, "tasks")) == set(range(7 * 60, 8 * 60 + 1))
    assert missing(alone, later(3600 + 2, "calls"), later(3000, "calls")) == {7 * 60, 7 * 60 + 1}


def test_an_orderly_end_takes_nothing_nor_does_one_that_says_nothing() -> None:
    assert missing(flushed(timedelta(hours=1), closed=True), flushed(timedelta(hours=1), closed=None)) == set()


def test_a_process_that_died_in_an_outage_takes_all_of_it() -> None:
    start = WINDOW.start
    away = ((start + timedelta(minutes=60), start + timedelta(minutes=90)),)
    dead = flushed(timedelta(minutes=60, seconds=2))
    assert missing(dead, outages=away) == set(range(7 * 60, 7 * 60 + 32))
    again = (*away, (start + timedelta(minutes=90, seconds=12), start + timedelta(minutes=95)))
    assert missing(dead, outages=again) == set(range(7 * 60, 7 * 60 + 37))
    later = ((start + timedelta(minutes=70), start + timedelta(minutes=90)),)
    assert missing(dead, outages=later) == {7 * 60, 7 * 60 + 1}


def test_what_a_living_process_has_not_delivered_yet_comes_later() -> None:
    assert missing(flushed(timedelta(hours=6, seconds=-30))) == {11 * 60 + 59}
    assert missing(flushed(timedelta(hours=6, seconds=-70))) == {11 * 60 + 58, 11 * 60 + 59}


def test_only_the_kinds_that_a_process_watched_are_touched() -> None:
    worker = flushed(timedelta(hours=1), watching=("tasks",))
    assert missing(worker) == set()
    assert missing(worker, kind="tasks") == {7 * 60, 7 * 60 + 1}


@pytest.mark.parametrize("kind", ["redis", "file"])
def test_both_sinks_tell_of_deaths_and_outages(kind: str, tmp_path: Path, redis_url: str) -> None:
    url = redis_url if kind == "redis" else tmp_path.as_uri()
    start = int(WINDOW.start.timestamp())
    dead, alive = open_sink(url, "shop", "web-1"), open_sink(url, "shop", "web-2")
    dead.write(Delta(at=start + 3602, since=start + 3597, interval=5.0, sequence=1))
    alive.write(Delta(at=start + 3600, since=start + 3595, interval=5.0, sequence=1))
    alive.write(
        Delta(at=start + 5400, since=start + 3600, interval=5.0, sequence=2, closing=True,
              minutes=tuple(range(start // 60, start // 60 + 90)))
    )  # fmt: skip
    dead.close()
    alive.close()
    source = RedisCounters("live", url, "shop") if kind == "redis" else FileCounters("live", url, "shop")
    found: Collection = source.collect(WINDOW)
    assert minutes(found.watched) == set(range(6 * 60, 7 * 60))
    assert any("without a last flush" in note for note in found.notes)


@pytest.mark.parametrize("when", [0.0, -1e18])
def test_a_time_of_no_era_is_not_counted_up_from(when: float) -> None:
    assert missing(LastFlush(when, closed=False), outages=((WINDOW.start, WINDOW.start),)) == set()
