"""The treemap of dead lines by package: areas as large as the lines are many, as square as they can be.

In: parts with their lines, of which some are planned and some are not. Out: one picture, and the parts it shows. What
no batch deletes is hatched. Squarified as by Bruls, Huizing and van Wijk (2000).
"""

from collections.abc import Iterable, Sequence

import msgspec
from markupsafe import Markup

from auditor.report import wording
from auditor.report.pictures import svg

WIDTH, HEIGHT = 440, 320
MOST = 24
"""Parts that are drawn; the others are drawn together."""
REST = "everything else"
_GAP = 2
_FONT = 12


class Part(msgspec.Struct, frozen=True):
    """Lines of one part: those that batches delete, and those that something holds back."""

    name: str
    planned: int
    held: int = 0

    @property
    def lines(self) -> int:
        """All of its dead lines."""
        return self.planned + self.held


class Box(msgspec.Struct, frozen=True):
    """A place in the picture, in pixels."""

    x: float
    y: float
    width: float
    height: float


def largest(parts: Iterable[Part], most: int = MOST) -> tuple[Part, ...]:
    """Return parts with lines, the largest first; those after `most` are one, last."""
    ordered = sorted((part for part in parts if part.lines > 0), key=lambda part: (-part.lines, part.name))
    if len(ordered) <= most:
        return tuple(ordered)
    rest = ordered[most - 1 :]
    together = Part(f"{REST} ({len(rest):,})", sum(one.planned for one in rest), sum(one.held for one in rest))
    return (*ordered[: most - 1], together)


def treemap(parts: Sequence[Part], name: str, title: str = "Dead lines by package") -> Markup:
    """Return the treemap of parts, the largest first; `name` is unique in the page. Empty without any line."""
    total = sum(part.lines for part in parts)
    if not total:
        return Markup("")
    drawn = [svg.element("defs", svg.hatching(f"{name}-held", svg.GREY, "held-line", 7))]
    for part, box in zip(parts, squarified([part.lines for part in parts], Box(0, 0, WIDTH, HEIGHT)), strict=True):
        drawn.append(_part(part, box, name, total))
    told = (
        f"{wording.count(total, 'line')} in {wording.count(len(parts), 'part')}, "
        f"{wording.number(sum(part.planned for part in parts))} of them in batches. "
        f"The largest: {', '.join(f'{part.name} {wording.number(part.lines)}' for part in parts[:3])}."
    )
    return svg.picture(name, "treemap", (WIDTH, HEIGHT), title, told, drawn)


def squarified(sizes: Sequence[int], box: Box) -> list[Box]:
    """Return one box a size, in the same order, that fill `box` together; sizes are positive, the largest first."""
    found: list[Box] = []
    left, at = box, 0
    area = box.width * box.height / (sum(sizes) or 1)
    while at < len(sizes):
        short = min(left.width, left.height)
        end = at + 1
        while end < len(sizes) and _worst(sizes[at : end + 1], short, area) <= _worst(sizes[at:end], short, area):
            end += 1
        row, left = _row(sizes[at:end], left, area)
        found += row
        at = end
    return found


def _worst(sizes: Sequence[int], short: float, area: float) -> float:
    """Return the worst ratio of sides in a row along the short side."""
    thick = sum(sizes) * area / short if short else 0.0
    if not thick:
        return float("inf")
    return max(max(size * area / thick / thick, thick / (size * area / thick)) for size in sizes)


def _row(sizes: Sequence[int], box: Box, area: float) -> tuple[list[Box], Box]:
    """Return the boxes of a row along the short side of a box, and what is left of it."""
    upright = box.width >= box.height
    long, short = (box.width, box.height) if upright else (box.height, box.width)
    thick = min(long, sum(sizes) * area / short) if short else 0.0
    boxes, offset = [], 0.0
    for size in sizes:
        length = short * size / sum(sizes)
        place = (box.x, box.y + offset, thick, length) if upright else (box.x + offset, box.y, length, thick)
        boxes.append(Box(*place))
        offset += length
    if upright:
        return boxes, Box(box.x + thick, box.y, box.width - thick, box.height)
    return boxes, Box(box.x, box.y + thick, box.width, box.height - thick)


def _part(part: Part, box: Box, name: str, total: int) -> Markup:
    width, height = max(1.0, box.width - _GAP), max(1.0, box.height - _GAP)
    told = f"{part.name}: {wording.count(part.lines, 'line')}, {wording.percent(part.lines / total)}"
    drawn = [svg.element("title", f"{told}; {wording.number(part.planned)} in batches")]
    share = part.planned / part.lines
    upper = height * share
    if upper:
        drawn.append(svg.rect(box.x, box.y, width, upper, "planned", svg.BLUE))
    if share < 1:
        drawn.append(svg.rect(box.x, box.y + upper, width, height - upper, "held-back", "#ECE9E2"))
        drawn.append(svg.rect(box.x, box.y + upper, width, height - upper, "hatched", f"url(#{name}-held)"))
    at_top = upper >= 34 or (upper >= 18 and height < 34) or share >= 1
    colour = "on-planned" if at_top and upper else "on-held"
    y = box.y if at_top else box.y + upper
    room = upper if at_top and upper else height - upper
    label = svg.fitting(part.name, width - 10, _FONT) if room >= 18 else ""
    if label:
        drawn.append(svg.text(box.x + 6, y + 15, label, f"label {colour}"))
    if label and room >= 34:
        drawn.append(svg.text(box.x + 6, y + 30, wording.number(part.lines), f"figure {colour}"))
    return svg.element("g", *drawn)
