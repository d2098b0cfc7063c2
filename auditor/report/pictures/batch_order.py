"""The order of batches as a layered graph: which one must come before which.

In: batches with the numbers they depend on. Out: one picture, and who depends on nobody. An edge that others imply is
left out. Never decides an order: the plan did.
"""

from collections.abc import Mapping, Sequence

import msgspec
from markupsafe import Markup

from auditor.model.plan import Batch
from auditor.report import wording
from auditor.report.pictures import svg

MOST = 40
"""Batches that are drawn; what more there are stand in the table."""
_WIDTH, _HEIGHT, _ACROSS, _DOWN, _EDGE = 108, 38, 156, 50, 4
_SHAPES = {"low": "circle", "medium": "triangle", "high": "square"}


class Order(msgspec.Struct, frozen=True):
    """Batches of one plan by what they wait for.

    Attributes:
        layers: Numbers of batches that wait for others or are waited for: each waits only for layers before its own.
        needs: Number -> the batches right before it, without those that these wait for themselves.
        free: Numbers of the others, in any order.
        left_out: Batches that wait, and are in no layer since they are too many.
    """

    layers: tuple[tuple[int, ...], ...]
    needs: Mapping[int, tuple[int, ...]]
    free: tuple[int, ...]
    left_out: int = 0


def order_of(batches: Sequence[Batch]) -> Order:
    """Return the order of a plan's batches; what they wait for outside the plan is applied already."""
    numbers = {batch.number for batch in batches}
    before = {batch.number: {n for n in batch.depends_on if n in numbers and n < batch.number} for batch in batches}
    waited_for = {number for needed in before.values() for number in needed}
    tied = [number for number in sorted(before) if before[number] or number in waited_for]
    implied: dict[int, set[int]] = {}
    for number in tied:
        implied[number] = before[number].union(*(implied[n] for n in before[number]))
    needs = {
        number: tuple(sorted(n for n in before[number] if not any(n in implied[m] for m in before[number])))
        for number in tied
    }
    depth: dict[int, int] = {}
    for number in tied:
        depth[number] = max((depth[n] + 1 for n in needs[number]), default=0)
    drawn = tied[:MOST]
    layers = [[n for n in drawn if depth[n] == at] for at in range(max((depth[n] for n in drawn), default=-1) + 1)]
    free = tuple(number for number in sorted(before) if number not in depth)
    return Order(_untangled(layers, needs), needs, free, len(tied) - len(drawn))


def _untangled(layers: Sequence[Sequence[int]], needs: Mapping[int, tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """Put each batch near those it waits for, so that fewer edges cross."""
    place: dict[int, float] = {}
    found = []
    for layer in layers:
        middle = {n: sum(place[m] for m in needs[n]) / len(needs[n]) if needs[n] else float(n) for n in layer}
        ordered = tuple(sorted(layer, key=lambda n: (middle[n], n)))
        place.update({number: float(at) for at, number in enumerate(ordered)})
        found.append(ordered)
    return tuple(found)


def batch_order(batches: Sequence[Batch], name: str) -> Markup:
    """Return the graph of batches that wait for one another; `name` is unique in the page. Empty where none does."""
    order = order_of(batches)
    if not order.layers:
        return Markup("")
    tallest = max(map(len, order.layers))
    height = tallest * _DOWN - (_DOWN - _HEIGHT) + 2 * _EDGE
    places = {
        number: (_EDGE + at * _ACROSS, _EDGE + (tallest - len(layer)) * _DOWN / 2 + row * _DOWN)
        for at, layer in enumerate(order.layers)
        for row, number in enumerate(layer)
    }
    edges = [_edge(places[n], places[number]) for number in places for n in order.needs[number] if n in places]
    by_number = {batch.number: batch for batch in batches}
    nodes = [_node(by_number[number], *place) for number, place in places.items()]
    width = len(order.layers) * _ACROSS - (_ACROSS - _WIDTH) + 2 * _EDGE
    return svg.picture(name, "batch-order", (width, height), "Order of the batches", told(order), [*edges, *nodes])


def told(order: Order) -> str:
    """Return which batches wait for which, as far as a sentence holds it."""
    waits = [f"{n} after {' and '.join(map(str, needed))}" for n, needed in sorted(order.needs.items()) if needed]
    more = f"; and {wording.count(len(waits) - 12, 'more')}" if len(waits) > 12 else ""
    free = f" {wording.count(len(order.free), 'batch', 'batches')} in any order." if order.free else ""
    return f"Batch {', batch '.join(waits[:12])}{more}.{free}"


def _node(batch: Batch, x: float, y: float) -> Markup:
    told_ = f"Batch {batch.number}: {wording.count(batch.lines_removed, 'line')}, {batch.risk} risk"
    box = svg.element(
        "rect", class_="node", x=x + 0.5, y=y + 0.5, width=_WIDTH - 1, height=_HEIGHT - 1, rx=5, fill="#FFFFFF",
        stroke=svg.GREY,
    )  # fmt: skip
    return svg.element(
        "g", svg.element("title", told_), box, _risk(batch.risk, x + 16, y + _HEIGHT / 2),
        svg.text(x + 30, y + 16, f"Batch {batch.number}", "label"),
        svg.text(x + 30, y + 31, wording.count(batch.lines_removed, "line"), "small"),
    )  # fmt: skip


def _risk(risk: str, x: float, y: float) -> Markup:
    shape = _SHAPES.get(risk, "circle")
    if shape == "circle":
        return svg.element("circle", class_="risk-low", cx=x, cy=y, r=5.5, fill=svg.GREEN)
    if shape == "square":
        return svg.element("rect", class_="risk-high", x=x - 5.5, y=y - 5.5, width=11, height=11, fill=svg.VERMILLION)
    points = f"{x:g},{y - 6.5:g} {x + 6.5:g},{y + 5.5:g} {x - 6.5:g},{y + 5.5:g}"
    return svg.element("polygon", class_="risk-medium", points=points, fill=svg.ORANGE)


def _edge(start: tuple[float, float], end: tuple[float, float]) -> Markup:
    x, y = start[0] + _WIDTH, start[1] + _HEIGHT / 2
    to_x, to_y = end[0], end[1] + _HEIGHT / 2
    middle = x + (to_x - x) / 2
    path = f"M{x:g} {y:g}C{middle:g} {y:g} {middle:g} {to_y:g} {to_x - 7:g} {to_y:g}"
    head = f"{to_x - 1:g},{to_y:g} {to_x - 9:g},{to_y - 4.5:g} {to_x - 9:g},{to_y + 4.5:g}"
    return Markup("").join((
        svg.element("path", class_="wire", d=path, fill="none", stroke=svg.GREY, stroke_width=1.5),
        svg.element("polygon", class_="wire-head", points=head, fill=svg.GREY),
    ))  # fmt: skip
