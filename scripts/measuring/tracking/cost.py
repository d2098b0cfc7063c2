"""What a tracker costs: CPU seconds of the server's process over a number of requests, beside those without one.

In: the trackers to compare. Out: one `Cost` each. In every round all servers start anew and take turns with the same
requests, so that a machine that slows down slows all of them; their own threads count, also between the turns.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple

from measuring.fetching import MeasuringError
from measuring.tracking.exactness import held
from measuring.tracking.load import Plan, Sent, loaded
from measuring.tracking.served import requests
from measuring.tracking.serving import Redis, Running, redis_server, served

NONE, AGAIN = "none", "none, once more"
"""The same twice: how far the second is from 1 tells how much the other ratios are worth."""

TARGET = 1.05
_WARM = 320
_START_SECONDS = 30.0


class Cost(NamedTuple):
    """CPU seconds a request, by round; `base` are those of the server without a tracker in the same rounds."""

    name: str
    seconds: tuple[float, ...]
    base: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Return each round's ratio to no tracker."""
        return tuple(one / base for one, base in zip(self.seconds, self.base, strict=True))

    @property
    def ratio(self) -> float:
        """Return the median of the rounds' ratios."""
        return median(self.ratios)


def measured(python: Path, trackers: Sequence[str], rounds: int, number: int, directory: Path) -> list[Cost]:
    """Measure rounds of `number` requests to each server.

    Raises:
        MeasuringError: A server failed, or the tracker did not store what it was sent.
    """
    taken: dict[str, list[float]] = {NONE: [], AGAIN: [], **{name: [] for name in trackers}}
    with redis_server(directory / "cost") as redis:
        for turn in range(rounds):
            for name, seconds in _round(python, list(taken), turn, number, redis, directory).items():
                taken[name].append(seconds / number)
    base = tuple(taken[NONE])
    return [Cost(name, tuple(seconds), base) for name, seconds in taken.items()]


def _round(
    python: Path, names: Sequence[str], turn: int, number: int, redis: Redis, directory: Path
) -> Mapping[str, float]:
    app = f"cost-{turn}"
    shift = turn % len(names)
    with ExitStack() as stack:
        servers: dict[str, Running] = {}
        for name in (*names[shift:], *names[:shift]):
            tracker = NONE if name == AGAIN else name
            settings = {"AUDITOR_APP": app, "AUDITOR_SINK": redis.url} if tracker == "auditor" else {}
            servers[name] = stack.enter_context(served(python, tracker, directory, **settings))
        ports = {name: server.port for name, server in servers.items()}
        warm = loaded(Plan(ports, requests(), _WARM))
        if "auditor" in names:
            _wait_until_started(redis, app)
        before = {name: server.cpu() for name, server in servers.items()}
        timed = loaded(Plan(ports, requests(), number))
        taken = {name: server.cpu() - before[name] for name, server in servers.items()}
    if "auditor" in names:
        _prove(redis, app, (warm["auditor"], timed["auditor"]))
    return taken


def _wait_until_started(redis: Redis, app: str) -> None:
    """Wait until the tracker has delivered for the first time: by then its client library is imported."""
    deadline = time.monotonic() + _START_SECONDS
    while not any(app in key for key in redis.ask("KEYS", "*:instances:*")):
        if time.monotonic() > deadline:
            raise MeasuringError(f"the tracker delivered nothing within {_START_SECONDS:g} s")
        time.sleep(0.05)


def _prove(redis: Redis, app: str, sent: Sequence[Sent]) -> None:
    """Raise MeasuringError unless the tracker, which has ended, stored each request once."""
    total = {field: sum(one.fields.get(field, 0) for one in sent) for one in sent for field in one.fields}
    found = held(redis, app).fields
    if dict(found) != total:
        raise MeasuringError(f"{sum(total.values())} requests were sent, {sum(found.values())} are stored")
