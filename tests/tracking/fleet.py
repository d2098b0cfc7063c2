"""Processes of one application under a clock of the test's, and what a Redis holds of what they counted."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from measuring.tracking.serving import Redis

from auditor.tracking import layout
from auditor.tracking.counters import Counters
from auditor.tracking.sinks import open_sink

APP = "shop"


class Fleet:
    """Processes of one application on one clock: what they counted, minute by minute, and what a Redis says of it."""

    def __init__(self, url: str, clock: Any, app: str = APP, **settings: Any) -> None:
        self.url, self.clock, self.app = url, clock, app
        self.settings = {"flush_interval": 5.0, **settings}
        self.counted: Counter[int] = Counter()
        self.lives: list[Counters] = []
        self.join()

    def join(self, url: str | None = None) -> Counters:
        """Start a further process; the test delivers for it."""
        address = url or self.url
        counters = Counters(lambda: open_sink(address, self.app), app=self.app, clock=self.clock, **self.settings)
        counters._run = lambda: None  # type: ignore[method-assign]  # no thread: the test says when
        counters.watch("calls")
        self.lives.append(counters)
        return counters

    def use(self, count: int = 1, counters: Counters | None = None) -> None:
        """Count uses under a name that tells their minute."""
        minute = int(self.clock()) // 60
        for _ in range(count):
            (counters or self.lives[0]).add("calls", layout.call_field(f"GET /{minute}", "2xx"), f"GET /{minute}")
        self.counted[minute] += count

    def deliver(self) -> None:
        """Deliver what there is of all processes, and what came in meanwhile; a busy machine may need a second try."""
        for counters in self.lives:
            wait_until(lambda counters=counters: counters.flush() and counters.flush())

    def live(self, seconds: float, each: int = 1, step: float = 5) -> None:
        """Use and deliver every few seconds, whether or not that works."""
        for _ in range(int(seconds // step)):
            for counters in self.lives:
                self.use(each, counters)
                counters.flush()
            self.clock.advance(step)

    def refresh(self) -> None:
        """Its routes never change."""

    def end(self) -> None:
        """End all processes orderly."""
        for counters in self.lives:
            counters.flush(closing=True)
            counters.close()


class Held:
    """What a Redis holds: uses by minute, uses stated as lost by day, watched minutes."""

    def __init__(self, redis: Redis, app: str = APP) -> None:
        self.stored: Counter[int] = Counter()
        self.lost: Counter[date] = Counter()
        self.watched: set[int] = set()
        for key in redis.ask("KEYS", "*}:calls:*"):
            if f":{app}}}" in key:
                for field, count in redis.ask("HGETALL", key).items():
                    minute = int(layout.split_call_field(field)[0].rpartition("/")[2])
                    assert key == layout.counts_key(app, "calls", day_of(minute)), "stored on another day"
                    self.stored[minute] += int(count)
        for key in redis.ask("KEYS", "*}:lost:*"):
            if f":{app}}}" in key:
                self.lost[date.fromisoformat(key.rpartition(":")[2])] += int(redis.ask("GET", key))
        for key in redis.ask("KEYS", "*}:watched:*"):
            if f":{app}}}" in key:
                first = int(datetime.fromisoformat(key.rpartition(":")[2]).replace(tzinfo=UTC).timestamp()) // 60
                self.watched |= {first + minute for minute in redis.bits(key)}


def day_of(minute: int) -> date:
    return datetime.fromtimestamp(minute * 60, UTC).date()


def assert_sound(fleet: Fleet, held: Held) -> None:
    """Nothing is stored twice, and a watched minute is stored wholly, or its day says that uses were lost."""
    for minute, count in held.stored.items():
        assert count <= fleet.counted[minute], f"{count} stored, {fleet.counted[minute]} used"
    for minute in held.watched:
        if held.stored[minute] != fleet.counted[minute]:
            assert held.lost[day_of(minute)] > 0, f"minute {minute} is watched, {held.stored[minute]} are stored"


def assert_exact(fleet: Fleet, held: Held) -> None:
    """Sound, and what is not stored is stated as lost, no more and no less."""
    assert_sound(fleet, held)
    assert held.stored.total() + held.lost.total() == fleet.counted.total()


def assert_all_there(fleet: Fleet, held: Held) -> None:
    """Every use is stored once, none is lost."""
    assert held.stored == fleet.counted
    assert not held.lost


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    waiting = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        waiting.wait(0.02)
    raise AssertionError("did not happen in time")
