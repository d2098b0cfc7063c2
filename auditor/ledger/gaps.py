"""Stretches that nobody watched. In: watched days, bounds. Out: gaps, in order of time. Pure."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from auditor.model.days import midnight
from auditor.model.monitoring import Gap
from auditor.model.usage import MINUTES_A_DAY, WatchedDay
from auditor.model.window import Window

_SILENCE = re.compile("0+")


def gaps(days: Iterable[WatchedDay], window: Window) -> list[Gap]:
    """Return every stretch of whole minutes of `window` that none of `days` watched."""
    bits = minutes_of(days, window)
    return [
        Gap(
            window.start + timedelta(minutes=found.start()),
            window.start + timedelta(minutes=found.end()),
            found.end() - found.start(),
        )
        for found in _SILENCE.finditer(bits)
    ]


def minutes_of(days: Iterable[WatchedDay], window: Window) -> str:
    """Return a character for each minute of the window: `1` for watched, `0` for not; several rows of a day add up."""
    by_day: dict[date, int] = {}
    for day in days:
        by_day[day.day] = by_day.get(day.day, 0) | int.from_bytes(day.bitmap)
    text = "".join(f"{by_day.get(day, 0):0{MINUTES_A_DAY}b}" for day in window.dates())
    begin = int((window.start - midnight(window.dates()[0])) / timedelta(minutes=1))
    return text[begin : begin + window.minutes]
