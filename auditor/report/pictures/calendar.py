"""The calendar of one source: each UTC day of the window with the minutes that were watched.

In: days with their minutes. Out: one picture. A day without a watched minute is hatched and says `none`: it never looks
like a quiet day. Never says how much was called.
"""

from datetime import date, timedelta

from markupsafe import Markup

from auditor.report import wording
from auditor.report.outline import DayBar, WatchedSource
from auditor.report.pictures import svg
from auditor.report.pictures.watching import watched_state

MOST_WEEKS = 13
"""Weeks that are drawn with figures, a row each; a longer window is drawn with a column a week."""

_WIDTH, _HEIGHT, _GAP, _TOP = 46, 36, 4, 20
_SMALL, _SMALL_GAP, _LABEL = 11, 2, 30
_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_WEEK = timedelta(days=7)


def calendar(source: WatchedSource, name: str) -> Markup:
    """Return the calendar of a source; `name` is unique in the page. Days that lie outside the window are left out.

    Nothing is drawn of a source that only proves use and watched nothing: it has no gaps either.
    """
    days = [bar for bar in source.bars if bar.possible]
    if not days or (source.only_for_use and not source.minutes):
        return Markup("")
    first = days[0].day - timedelta(days=days[0].day.weekday())
    weeks = (days[-1].day - first) // _WEEK + 1
    draw = _large if weeks <= MOST_WEEKS else _small
    drawn = draw(days, first, name, source.enough)
    pattern = svg.element("defs", svg.hatching(f"{name}-none", svg.VERMILLION, "gap-line"))
    large = (7 * (_WIDTH + _GAP) - _GAP, _TOP + weeks * (_HEIGHT + _GAP) - _GAP)
    step = _SMALL + _SMALL_GAP
    size = large if weeks <= MOST_WEEKS else (_LABEL + weeks * step, _TOP + 7 * step)
    return svg.picture(
        name, "calendar", size, f"Watched minutes of {source.name} by day", told(source), [pattern, *drawn]
    )


def told(source: WatchedSource) -> str:
    """Return what a source's calendar shows, in two sentences."""
    kinds = [watched_state(bar.minutes, bar.possible, source.enough) for bar in source.bars if bar.possible]
    gaps = [str(bar.day) for bar in source.bars if bar.possible and not bar.minutes]
    named = ", ".join(gaps[:5]) + (f" and {wording.count(len(gaps) - 5, 'more day')}" if len(gaps) > 5 else "")
    return (
        f"{wording.count(kinds.count('full'), 'day')} watched, {kinds.count('part'):,} in part, "
        f"{len(gaps):,} not at all. " + (f"Nobody watched on {named}." if gaps else "No day went by unwatched.")
    )


def hours(minutes: int) -> str:
    """Return minutes as hours, never rounded up: `24 h`, `23.9 h`, `none`."""
    if not minutes:
        return "none"
    tenths = minutes // 6
    return f"{minutes} min" if not tenths else f"{tenths // 10}.{tenths % 10} h" if tenths % 10 else f"{tenths // 10} h"


def _large(days: list[DayBar], first: date, name: str, enough: float) -> list[Markup]:
    drawn = [
        svg.text(at * (_WIDTH + _GAP) + _WIDTH / 2, 12, weekday, "axis", "middle")
        for at, weekday in enumerate(_WEEKDAYS)
    ]
    for number, bar in enumerate(days):
        x = bar.day.weekday() * (_WIDTH + _GAP)
        y = _TOP + (bar.day - first) // _WEEK * (_HEIGHT + _GAP)
        state = watched_state(bar.minutes, bar.possible, enough)
        month = f"{bar.day:%b} {bar.day.day}" if not number or bar.day.day == 1 else str(bar.day.day)
        drawn.append(svg.element(
            "g", svg.element("title", _of(bar)), *_cell(x, y, bar, state, name),
            svg.text(x + 5, y + 13, month, f"day {state}"),
            svg.text(x + 5, y + 28, hours(bar.minutes), f"figure {state}"),
        ))  # fmt: skip
    return drawn


def _cell(x: int, y: int, bar: DayBar, state: str, name: str) -> list[Markup]:
    if state == "full":
        return [_box(x, y, "full", svg.BLUE)]
    if state == "none":
        return [_box(x, y, "gap", f"url(#{name}-none)")]
    width = max(2.0, (_WIDTH - 2) * bar.minutes / bar.possible)
    return [_box(x, y, "part", "#FBE9C4"), svg.rect(x + 1, y + _HEIGHT - 5, width, 4, "share", svg.ORANGE)]


def _box(x: int, y: int, class_: str, fill: str) -> Markup:
    return svg.element(
        "rect", class_=class_, x=x + 0.5, y=y + 0.5, width=_WIDTH - 1, height=_HEIGHT - 1, rx=3, fill=fill
    )


def _small(days: list[DayBar], first: date, name: str, enough: float) -> list[Markup]:
    step = _SMALL + _SMALL_GAP
    drawn = [svg.text(0, _TOP + at * step + 9, _WEEKDAYS[at], "axis") for at in (0, 2, 4)]
    for number, bar in enumerate(days):
        x = _LABEL + (bar.day - first) // _WEEK * step
        y = _TOP + bar.day.weekday() * step
        if not number or (bar.day.day <= 7 and bar.day.weekday() == 0 and number > 14):
            drawn.append(svg.text(x, 12, f"{bar.day:%b}", "axis"))
        state = watched_state(bar.minutes, bar.possible, enough)
        fill = {"full": svg.BLUE, "part": svg.ORANGE, "none": f"url(#{name}-none)"}[state]
        drawn.append(svg.rect(x, y, _SMALL, _SMALL, {"none": "gap", "part": "share"}.get(state, state), fill, _of(bar)))
        if state == "part":  # a notch: told by its shape as well
            notch = max(1.0, _SMALL * (1 - bar.minutes / bar.possible))
            drawn.append(svg.rect(x + 1, y + 1, _SMALL - 2, min(notch, _SMALL - 3), "notch", "#FFFFFF"))
    return drawn


def _of(bar: DayBar) -> str:
    return f"{bar.day}: {bar.minutes:,} of {bar.possible:,} minutes watched"
