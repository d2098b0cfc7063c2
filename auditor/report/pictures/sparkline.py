"""The sparkline of one key: its calls a day, split by status class.

In: one number a day for each class, and the minutes watched. Out: one picture. A day that nobody watched is hatched
from top to bottom, one watched in part at its foot, and a watched day without a call is a tick on the ground.
"""

from collections.abc import Mapping, Sequence

import msgspec
from markupsafe import Markup

from auditor.report import wording
from auditor.report.pictures import svg
from auditor.report.pictures.watching import watched_state

WIDTH, HEIGHT = 168, 36
CLASSES = (
    ("2xx", "2xx and others", svg.BLUE), ("4xx", "4xx", svg.ORANGE), ("5xx", "5xx or failed", svg.VERMILLION),
)  # fmt: skip
"""Classes from the ground up: what did not fail, what was refused, what failed."""
_FAILED = "err"
"""Status of what failed without one: a task, a command."""
_LEAST = 1.5


class Series(msgspec.Struct, frozen=True):
    """What a sparkline shows, one number a day in each; `window_from` is the first day that counts for the plan.

    A day counts as watched from a share of `enough` of its minutes.
    """

    by_class: Mapping[str, Sequence[int]]
    watched: Sequence[int]
    possible: Sequence[int]
    window_from: int = 0
    enough: float = 0.95

    @property
    def days(self) -> int:
        """Number of days."""
        return len(self.possible)

    def calls(self, day: int) -> int:
        """Return the calls of one day."""
        return sum(numbers[day] for numbers in self.by_class.values())


def in_classes(by_status: Mapping[str, Sequence[int]], days: int) -> dict[str, tuple[int, ...]]:
    """Return one number a day for each of `CLASSES`: what is neither 4xx nor 5xx counts with 2xx."""
    found = {name: [0] * days for name, _, _ in CLASSES}
    for status, numbers in by_status.items():
        row = found["5xx" if status == _FAILED else status if status in found else "2xx"]
        for day, number in enumerate(numbers[:days]):
            row[day] += number
    return {name: tuple(row) for name, row in found.items()}


def sparkline(series: Series, key: str, name: str) -> Markup:
    """Return the sparkline of a key; `name` is unique in the page."""
    step = WIDTH / max(1, series.days)
    width = max(1.0, step - min(1.5, step / 4))
    most = max((series.calls(day) for day in range(series.days)), default=0)
    drawn = [svg.element("defs", svg.hatching(f"{name}-none", svg.VERMILLION, "gap-line", 4),
                         svg.hatching(f"{name}-4xx", "#FFFFFF", "stripe", 4))]  # fmt: skip
    if series.window_from:
        x = series.window_from * step
        drawn.append(svg.element("line", class_="edge", x1=x, y1=0, x2=x, y2=HEIGHT, stroke=svg.GREY, stroke_width=1))
    shapes: dict[str, list[str]] = {}
    for day in range(series.days):
        for class_, box in _day(series, day, day * step, width, most):
            shapes.setdefault(class_, []).append(box)
    fills = {"gap": f"url(#{name}-none)", "quiet": svg.GREY, **{f"s{status}": colour for status, _, colour in CLASSES}}
    for class_, fill in fills.items():
        if class_ in shapes:
            drawn.append(svg.element("path", class_=class_, d="".join(shapes[class_]), fill=fill))
    if "s4xx" in shapes:
        drawn.append(svg.element("path", class_="striped", d="".join(shapes["s4xx"]), fill=f"url(#{name}-4xx)"))
    return svg.picture(name, "sparkline", (WIDTH, HEIGHT), f"Calls of {key} by day", told(series), drawn)


def told(series: Series) -> str:
    """Return what a sparkline shows in a sentence."""
    sums = [(label, sum(series.by_class.get(name, ()))) for name, label, _ in CLASSES]
    named = ", ".join(f"{wording.number(count)} {label}" for label, count in sums if count)
    unwatched = sum(_state(series, day) == "none" for day in range(series.days))
    gaps = f" Nobody watched on {wording.count(unwatched, 'day')}." if unwatched else ""
    return f"{wording.count(series.days, 'day')}: {named or 'not a single call'}.{gaps}"


def _state(series: Series, day: int) -> str:
    watched, possible = series.watched[day], series.possible[day]
    return watched_state(watched, possible, series.enough)


def _day(series: Series, day: int, x: float, width: float, most: int) -> list[tuple[str, str]]:
    """Return the boxes of one day with their classes: the same class is one path, which keeps the page small."""
    drawn = []
    state, calls = _state(series, day), series.calls(day)
    if state == "none":
        drawn.append(("gap", _box(x, 0, width, HEIGHT)))
    elif state == "part":
        drawn.append(("gap", _box(x, HEIGHT - 4, width, 4)))
    if not calls and state != "none":
        drawn.append(("quiet", _box(x, HEIGHT - 1, width, 1)))
    top = float(HEIGHT)
    for status, _, _ in CLASSES if calls else ():
        number = series.by_class[status][day]
        if number:
            height = max(_LEAST, number / most * (HEIGHT - 2 * _LEAST))
            top -= height
            drawn.append((f"s{status}", _box(x, top, width, height)))
    return drawn


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h-{width:.1f}z"
