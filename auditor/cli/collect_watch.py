"""The loop of `auditor collect --watch`: a round, one line, a pause, until told to end.

In: a function that collects once. Out: lines on stderr. The first SIGINT or SIGTERM ends it after the collection under
way; a second one ends it at once. Waits by two clocks: a machine that slept collects soon after it wakes, and one whose
clock is put back does not wait for it to catch up.
"""

import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Self

from auditor.cli import options
from auditor.model.keeping import Migration
from auditor.pipeline import Round

_SLICE_SECONDS = 0.25


class _Stopping:
    """Whether somebody asked for the end."""

    def __init__(self) -> None:
        self.asked = False
        self._before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def __enter__(self) -> Self:
        """Take over the signals that ask for it; a second one does what it did before."""
        for number in self._before:
            signal.signal(number, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(number, self._before[signal.Signals(number)])


def watch(collect: Callable[[datetime], Round], every: timedelta) -> None:
    """Collect now and whenever `every` has passed since the last time, until somebody asks for the end."""
    with _Stopping() as stopping:
        while not stopping.asked:
            began, ticks = datetime.now(UTC), time.monotonic()
            done = collect(began)
            report_migration(done.migrated)
            _say(done, began)
            report_alerts(done)
            while not stopping.asked and _waits(began, ticks, every):
                time.sleep(_SLICE_SECONDS)


def _waits(began: datetime, ticks: float, every: timedelta) -> bool:
    """Return whether the next round is still to come, by either clock."""
    return time.monotonic() - ticks < every.total_seconds() and datetime.now(UTC) - began < every


def _say(done: Round, began: datetime) -> None:
    """Say in one line what a round did; also with `--quiet` where something is wrong."""
    moment = f"{began:%Y-%m-%dT%H:%M:%SZ}"
    if done.failure is not None:
        options.warn(f"{moment}: nothing was collected: {done.failure}")
        return
    counts = sum(len(collection.samples) for collection in done.collections)
    sick = [f"{each.source} is sick: {each.problem}" for each in done.collections if each.problem]
    well = len(done.collections) - len(sick)
    line = f"{moment}: collected {well} of {len(done.collections)} sources, {counts:,} daily counts"
    if sick:
        options.warn("; ".join([line, *sick]))
    else:
        options.say(line)


def report_migration(done: Migration | None) -> None:
    """Say that a ledger of an older auditor was brought up to date, and where its backup is."""
    if done is None:
        return
    options.say(f"the ledger was brought from revision {done.before} to {done.after}; a backup is {done.backup.path}")
    if done.note:
        options.say(f"note: {done.note}")


def report_alerts(done: Round) -> None:
    """Print what stopped or goes on, a line each, and what could not be told."""
    for notice in done.told.notices:
        options.warn(notice.line)
    for warning in done.told.warnings:
        options.warn(warning)
