"""What the application feels, and what is counted, while Redis is sick in each of its ways.

In: an untracked server to compare with. Out: one `Outage` a condition. The tracked server starts anew for each, under
a name of its own; requests go to both servers at the same pace at the same time: some while all is well, those that
are timed during the outage, some after it.
"""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from measuring.fetching import MeasuringError
from measuring.tracking.delaying import DelayingProxy
from measuring.tracking.exactness import Verdict, held, judged, settled
from measuring.tracking.load import Plan, Sent, loaded
from measuring.tracking.served import requests
from measuring.tracking.serving import Redis, Running, free_port, redis_server, served

RECOVERY_SECONDS = 30.0
INTERVAL = "0.5"


class Store(NamedTuple):
    """A Redis, and the proxy through which the tracker reaches it."""

    redis: Redis
    proxy: DelayingProxy


class Condition(NamedTuple):
    """A way to be sick: how it begins and ends. `early`: it is so already when the application starts."""

    name: str
    begin: Callable[[Store], object] = lambda _: None
    end: Callable[[Store], object] = lambda _: None
    early: bool = False


def _slow(seconds: float) -> Callable[[Store], None]:
    def begin(store: Store) -> None:
        store.proxy.delay = seconds

    return begin


def _emptied(store: Store) -> None:
    store.redis.kill()
    store.redis.start(empty=True)


CONDITIONS = (
    Condition("well"),
    Condition("killed, restarted with its data", lambda s: s.redis.kill(), lambda s: s.redis.start()),
    Condition("killed, restarted empty", _emptied),
    Condition("refusing from the start", lambda s: s.redis.kill(), lambda s: s.redis.start(), early=True),
    Condition("hung", lambda s: s.redis.send(signal.SIGSTOP), lambda s: s.redis.send(signal.SIGCONT)),
    Condition("slow, 0.2 s each way", _slow(0.2), _slow(0)),
    Condition("slow, 2 s each way", _slow(2), _slow(0)),
    Condition(
        "full", lambda s: s.redis.ask("CONFIG", "SET", "maxmemory", "1"),
        lambda s: s.redis.ask("CONFIG", "SET", "maxmemory", "0"),
    ),
    Condition(
        "a read-only replica", lambda s: s.redis.ask("REPLICAOF", "127.0.0.1", str(free_port())),
        lambda s: s.redis.ask("REPLICAOF", "NO", "ONE"),
    ),
    Condition(
        "short of replicas", lambda s: s.redis.ask("CONFIG", "SET", "min-replicas-to-write", "1"),
        lambda s: s.redis.ask("CONFIG", "SET", "min-replicas-to-write", "0"),
    ),
)  # fmt: skip


class Outage(NamedTuple):
    """What a condition did: the timed requests to each server, the CPU seconds they took there, and the count."""

    condition: str
    none: Sent
    tracked: Sent
    cpu: tuple[float, float]
    verdict: Verdict


class Pace(NamedTuple):
    """Requests a second to each server, how many during the outage, and how many before and after it."""

    rate: float
    during: int
    around: int


def suffered(condition: Condition, python: Path, none: Running, pace: Pace, directory: Path) -> Outage:
    """Measure one condition with a Redis and a tracked server of its own."""
    app = f"bench-{condition.name.replace(' ', '-').replace(',', '').replace('.', '-')}"
    with redis_server(directory / app) as redis:
        proxy = DelayingProxy(redis.port)
        store = Store(redis, proxy)
        sink = f"redis://127.0.0.1:{proxy.port}/0"
        try:
            if condition.early:
                condition.begin(store)
            with served(
                python, "auditor", directory, AUDITOR_APP=app, AUDITOR_SINK=sink, BENCH_INTERVAL=INTERVAL
            ) as tracked:
                return _through(condition, store, none, tracked, pace)
        finally:
            proxy.close()


def _through(condition: Condition, store: Store, none: Running, tracked: Running, pace: Pace) -> Outage:
    begun = int(time.time()) // 60
    counted: dict[str, int] = {}
    if not condition.early:
        _load(none, tracked, pace, pace.around, counted)
        condition.begin(store)
    before = none.cpu(), tracked.cpu()
    during = _load(none, tracked, pace, pace.during, counted)
    cpu = none.cpu() - before[0], tracked.cpu() - before[1]
    condition.end(store)
    _load(none, tracked, pace, pace.around, counted)
    deadline = time.monotonic() + RECOVERY_SECONDS
    while not settled(counted, held(store.redis, tracked.name)) and time.monotonic() < deadline:
        time.sleep(0.1)
    lived = range(begun, int(time.time()) // 60 + 1)
    tracked.end()
    verdict = judged(counted, held(store.redis, tracked.name), lived)
    return Outage(condition.name, during["none"], during["tracked"], cpu, verdict)


def _load(none: Running, tracked: Running, pace: Pace, number: int, counted: dict[str, int]) -> dict[str, Sent]:
    done = loaded(Plan({"none": none.port, "tracked": tracked.port}, requests(), number, pace.rate))
    if done["tracked"].unanswered:
        raise MeasuringError(f"{done['tracked'].unanswered} requests got no answer: {tracked.said()}")
    for field, count in done["tracked"].fields.items():
        counted[field] = counted.get(field, 0) + count
    return done
