"""The curve of keys by the day of their first use in the window: is the window long enough?

In: new keys a day, minutes watched. Out: one picture, and what it says in a sentence. A day that nobody watched is
hatched: no new key on it means nothing.
"""

from collections.abc import Sequence
from datetime import date
from itertools import accumulate

import msgspec
from markupsafe import Markup

from auditor.report import wording
from auditor.report.pictures import svg

WIDTH, HEIGHT = 440, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 8, 20, 24
_ENOUGH_QUIET = 0.3
"""Share of a window at its end that must bring nothing new before the curve counts as flat."""


class FirstUses(msgspec.Struct, frozen=True):
    """The window's days in order, with how many keys were first used on each, and the minutes watched."""

    days: tuple[date, ...]
    new: tuple[int, ...]
    watched: tuple[int, ...]

    @property
    def total(self) -> int:
        """Keys used in the window."""
        return sum(self.new)

    @property
    def quiet_days(self) -> int:
        """Watched days at the window's end without a new key; days that nobody watched do not count."""
        quiet = 0
        for new, watched in zip(reversed(self.new), reversed(self.watched), strict=True):
            if new:
                break
            quiet += bool(watched)
        return quiet


def verdict(uses: FirstUses) -> str:
    """Return in a sentence or two whether the window looks long enough; never that it is."""
    if not uses.total:
        return "No key was used in the window, so its length cannot be judged."
    last = max((day for day, new in zip(uses.days, uses.new, strict=True) if new), default=None)
    quiet = wording.count(uses.quiet_days, "watched day")
    if uses.quiet_days >= _ENOUGH_QUIET * len(uses.days):
        return (
            f"The curve is flat: the last new key came on {last}, and {quiet} since brought none. "
            "What runs less than once in the window is still not seen."
        )
    return (
        f"The curve still rises: the last new key came on {last}, {quiet} before the end. A longer window may see more."
    )


def first_used(uses: FirstUses, name: str) -> Markup:
    """Return the curve; `name` is unique in the page. Empty where no key was used."""
    if not uses.total:
        return Markup("")
    step = (WIDTH - _LEFT - _RIGHT) / len(uses.days)
    ground, room = HEIGHT - _BOTTOM, HEIGHT - _BOTTOM - _TOP
    scale = room / uses.total
    drawn = [svg.element("defs", svg.hatching(f"{name}-none", svg.VERMILLION, "gap-line")), *_axes(uses, ground)]
    for at, (day, new, watched) in enumerate(zip(uses.days, uses.new, uses.watched, strict=True)):
        x = _LEFT + at * step
        if not watched:
            drawn.append(svg.rect(x, _TOP, step, room, "gap", f"url(#{name}-none)", f"{day}: nobody watched"))
        if new:
            told_ = f"{day}: {wording.count(new, 'new key')}"
            width = max(1.0, step * 0.7)
            drawn.append(
                svg.rect(x + (step - width) / 2, ground - new * scale, width, new * scale, "new", svg.SKY, told_)
            )
    drawn.append(_curve(list(accumulate(uses.new)), step, ground, scale))
    return svg.picture(
        name, "first-used", (WIDTH, HEIGHT), "Keys by the day of their first use in the window",
        f"{wording.count(uses.total, 'key')}. {verdict(uses)}", drawn,
    )  # fmt: skip


def _axes(uses: FirstUses, ground: float) -> list[Markup]:
    def line(y: float, class_: str) -> Markup:
        return svg.element("line", class_=class_, x1=_LEFT, y1=y, x2=WIDTH - _RIGHT, y2=y, stroke=svg.GREY)

    return [
        line(_TOP, "grid"),
        line(ground, "ground"),
        svg.text(_LEFT - 6, _TOP + 4, wording.number(uses.total), "axis", "end"),
        svg.text(_LEFT - 6, ground + 4, "0", "axis", "end"),
        svg.text(_LEFT, HEIGHT - 6, str(uses.days[0]), "axis"),
        svg.text(WIDTH - _RIGHT, HEIGHT - 6, str(uses.days[-1]), "axis", "end"),
    ]


def _curve(sums: Sequence[int], step: float, ground: float, scale: float) -> Markup:
    points = [f"M{_LEFT} {ground:g}"]
    for at, together in enumerate(sums):
        y = ground - together * scale
        points.append(f"V{y:.1f}H{_LEFT + (at + 1) * step:.1f}")
    return svg.element("path", class_="curve", d="".join(points), fill="none", stroke=svg.BLUE, stroke_width=2)
