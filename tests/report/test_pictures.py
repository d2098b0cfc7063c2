"""Pictures: they say what the values say, in shapes as well as colours, and no name gets out of its text."""

import random
import re
from datetime import date, timedelta
from xml.etree import ElementTree

import msgspec
import pytest

from auditor.model.verdict import Verdict
from auditor.report import outline, plan_pictures
from auditor.report.outline import DayBar, WatchedSource
from auditor.report.pictures import batch_order, calendar, first_used, sparkline, treemap
from tests.report import sample

MONDAY = date(2026, 11, 9)
HOSTILE = f"{sample.SCRIPT}\"' onload=x &lt;{sample.COLOUR}{sample.FLIPPED}"


def _tree(picture: str) -> ElementTree.Element:
    """Read a picture as XML, which refuses what is not well-formed; look at what every picture must have."""
    root = ElementTree.fromstring(picture)
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == ["title", "desc"]
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == (root[0].get("id"), root[1].get("id"))
    assert all(root[n].text for n in (0, 1))
    assert not [one for one in root.iter() if one.tag in ("script", "style", "image", "use", "a", "foreignObject")]
    assert not [
        name for one in root.iter() for name in one.attrib if name.startswith("on") or name in ("style", "href")
    ]
    return root


def _classes(root: ElementTree.Element, tag: str = "rect") -> list[str]:
    return [one.get("class", "") for one in root.iter(tag)]


def _source(minutes: list[int], name: str = "redis", possible: int = 1440) -> WatchedSource:
    bars = tuple(DayBar(MONDAY + timedelta(days=n), m, possible) for n, m in enumerate(minutes))
    return WatchedSource(name, bars, True, None)


def test_the_calendar_tells_a_gap_from_a_watched_day() -> None:
    root = _tree(calendar.calendar(_source([1440, 1369, 700, 0, 1, 1440, 1440, 0]), "c"))
    days = [one for one in root.iter("g") if one.find("title") is not None]
    assert [_classes(day)[0] for day in days] == ["full", "full", "part", "gap", "part", "full", "full", "gap"]
    assert [[text.text for text in day.iter("text")] for day in days][2:5] == [
        ["11", "11.6 h"], ["12", "none"], ["13", "1 min"],
    ]  # fmt: skip
    assert days[3][1].get("fill") == "url(#c-none)"
    assert "Nobody watched on 2026-11-12, 2026-11-16." in (root[1].text or "")


def test_a_long_window_is_a_column_a_week_and_still_shows_its_gaps() -> None:
    minutes = [1440] * 300
    minutes[40] = 0
    minutes[41] = 30
    root = _tree(calendar.calendar(_source(minutes), "c"))
    assert int(root.get("width", "0")) < 700
    classes = _classes(root)
    assert (classes.count("full"), classes.count("gap"), classes.count("share"), classes.count("notch")) == (
        298,
        1,
        1,
        1,
    )


def test_hours_are_never_rounded_up() -> None:
    assert [calendar.hours(n) for n in (0, 5, 6, 1439, 1440)] == ["none", "5 min", "0.1 h", "23.9 h", "24 h"]


def _series(**of: object) -> sparkline.Series:
    values = {"by_class": sparkline.in_classes({}, 3), "watched": (1440,) * 3, "possible": (1440,) * 3} | of
    return sparkline.Series(**values)  # type: ignore[arg-type]


def _boxes(root: ElementTree.Element, days: int = 3) -> dict[str, list[tuple[int, float]]]:
    """Return class -> day and height of each box of a sparkline."""
    step = sparkline.WIDTH / days
    found = {}
    for path in root.iter("path"):
        boxes = re.findall(r"M([\d.]+) [\d.]+h[\d.]+v([\d.]+)h-[\d.]+z", path.get("d", ""))
        found[path.get("class", "")] = [(round(float(x) / step), float(height)) for x, height in boxes]
    return found


def test_a_sparkline_tells_unwatched_from_quiet() -> None:
    root = _tree(sparkline.sparkline(_series(watched=(1440, 0, 700)), "GET /x", "s"))
    drawn = _boxes(root)
    assert {class_: [day for day, _ in boxes] for class_, boxes in drawn.items()} == {"gap": [1, 2], "quiet": [0, 2]}
    assert drawn["gap"][0][1] == sparkline.HEIGHT > drawn["gap"][1][1] > drawn["quiet"][0][1]
    assert root[1].text == "3 days: not a single call. Nobody watched on 1 day."
    assert root[0].text == "Calls of GET /x by day"


def test_a_sparkline_stacks_classes_and_shows_a_single_failure() -> None:
    by_status = {
        "2xx": (1000, 0, 5),
        "3xx": (1, 0, 0),
        "4xx": (0, 0, 5),
        "5xx": (1, 0, 0),
        "err": (0, 0, 1),
        "bot": (0, 2, 0),
    }
    by_class = sparkline.in_classes(by_status, 3)
    assert by_class == {"2xx": (1001, 2, 5), "4xx": (0, 0, 5), "5xx": (1, 0, 1)}
    root = _tree(sparkline.sparkline(_series(by_class=by_class), "t", "s"))
    drawn = _boxes(root)
    days = {class_: [day for day, _ in boxes] for class_, boxes in drawn.items()}
    assert days == {"s2xx": [0, 1, 2], "s4xx": [2], "striped": [2], "s5xx": [0, 2]}
    assert min(height for boxes in drawn.values() for _, height in boxes) >= 1
    assert "1,008 2xx and others, 5 4xx, 2 5xx or failed" in (root[1].text or "")


def test_boxes_fill_the_treemap_by_size() -> None:
    drawn = random.Random(7)
    for count in (1, 2, 5, 24):
        sizes = sorted((drawn.randint(1, 5000) for _ in range(count)), reverse=True)
        boxes = treemap.squarified(sizes, treemap.Box(0, 0, 440, 320))
        areas = [box.width * box.height for box in boxes]
        assert areas == pytest.approx([size * 440 * 320 / sum(sizes) for size in sizes])
        assert all(box.x + box.width <= 440.001 and box.y + box.height <= 320.001 for box in boxes)


def test_a_treemap_tells_held_back_lines_by_their_hatching() -> None:
    parts = treemap.largest([treemap.Part("shop", 30, 10), treemap.Part(HOSTILE, 0, 40), treemap.Part("empty", 0)])
    root = _tree(treemap.treemap(parts, "t"))
    assert _classes(root) == ["held-back", "hatched", "planned", "held-back", "hatched"]
    assert "80 lines in 2 parts, 30 of them in batches" in (root[1].text or "")
    many = treemap.largest(treemap.Part(f"p{n}", 1) for n in range(100))
    assert len(many) == treemap.MOST
    assert many[-1] == treemap.Part("everything else (77)", 77)
    assert treemap.treemap((), "t") == ""


def _batches(needs: dict[int, tuple[int, ...]]) -> list[batch_order.Batch]:
    return [msgspec.structs.replace(sample.BATCHES[0], number=n, depends_on=needed) for n, needed in needs.items()]


def test_batches_stand_right_of_what_they_wait_for() -> None:
    order = batch_order.order_of(_batches({1: (), 2: (1,), 3: (1, 2), 4: (), 5: (4, 99), 6: ()}))
    assert order.layers == ((1, 4), (2, 5), (3,))
    assert order.needs == {1: (), 2: (1,), 3: (2,), 4: (), 5: (4,)}
    assert order.free == (6,)
    drawn = random.Random(3)
    needs = {n: tuple(sorted(drawn.sample(range(1, n), min(n - 1, drawn.randint(0, 3))))) for n in range(1, 61)}
    order = batch_order.order_of(_batches(needs))
    layer_of = {number: at for at, layer in enumerate(order.layers) for number in layer}
    assert len(layer_of) == batch_order.MOST
    assert order.left_out + len(layer_of) + len(order.free) == 60
    assert all(layer_of[n] < layer_of[m] for m in layer_of for n in needs[m])
    _tree(batch_order.batch_order(_batches(needs), "o"))
    assert batch_order.batch_order(_batches({1: (), 2: ()}), "o") == ""


def test_the_order_is_told_by_risk_shapes_and_in_words() -> None:
    root = _tree(batch_order.batch_order(sample.BATCHES, "o"))
    assert [len(list(root.iter(tag))) for tag in ("circle", "path")] == [1, 2]
    assert {"risk-medium", "wire-head"} == set(_classes(root, "polygon"))
    assert root[1].text == "Batch 3 after 1 and 2."


def test_the_curve_rises_and_an_unwatched_day_is_no_quiet_day() -> None:
    days = tuple(MONDAY + timedelta(days=n) for n in range(10))
    flat = first_used.FirstUses(days, (5, 1, *[0] * 8), (1440,) * 10)
    rising = msgspec.structs.replace(flat, new=(5, *[0] * 6, 1, 0, 0))
    unwatched = msgspec.structs.replace(flat, watched=(1440, 1440, *[0] * 8))
    assert first_used.verdict(flat).startswith("The curve is flat: the last new key came on 2026-11-10, and 8 watched")
    assert first_used.verdict(rising).startswith(
        "The curve still rises: the last new key came on 2026-11-16, 2 watched"
    )
    assert first_used.verdict(unwatched).startswith("The curve still rises")
    root = _tree(first_used.first_used(unwatched, "f"))
    assert _classes(root).count("gap") == 8
    path = next(one.get("d", "") for one in root.iter("path"))
    heights = [float(y) for y in re.findall(r"V([\d.]+)", path)]
    assert heights == sorted(heights, reverse=True)
    assert first_used.first_used(msgspec.structs.replace(flat, new=(0,) * 10), "f") == ""


def test_a_plans_pictures_hold_its_numbers() -> None:
    found = plan_pictures.of(sample.PLAN, outline.of(sample.PLAN))
    for picture in (
        *found.calendars,
        found.dead_lines,
        found.graph,
        found.curve,
        *(row.picture for row in found.calls),
    ):
        _tree(picture)
    busiest = found.calls[0]
    assert (busiest.key, busiest.by_class, busiest.before) == ("GET /orders/{id}", (1_504_337, 12, 1), 600_200)
    quiet = found.quiet["POST /coupons/{code}"]
    assert (quiet.calls, quiet.before, quiet.last, quiet.watched) == (0, 3, date(2026, 11, 1), True)
    assert [(row.key, row.watched) for row in found.calls[1:]] == [(sample.SCRIPT, False)]
    assert found.uses.watched[5] == 0
    empty = plan_pictures.of(sample.REFUSED, outline.of(sample.REFUSED))
    assert (empty.curve, empty.calls, empty.graph) == ("", (), "")


def test_every_dead_line_counts_once() -> None:
    def one(id: str, path: str, lines: tuple[int, int], **of: object) -> outline.PlanFinding:
        return sample.finding(id, path, lines, **of)  # type: ignore[arg-type]

    parts = plan_pictures.dead_parts([
        one("a.b:", "a/b.py", (1, 10), batch=1),
        one("a.b:f", "a/b.py", (2, 9), batch=1, inside="a.b:"),
        one("a.c:f", "a/c.py", (1, 5)),
        one("a.c:g", "a/c.py", (4, 8), batch=1),
        one("a.d:f", "a/d.py", (1, 100), verdict=Verdict.DORMANT),
        one("e:f", "e.py", (3, 3), batch=2),
    ])  # fmt: skip
    assert sorted(parts, key=lambda part: part.name) == [treemap.Part("(top)", 1), treemap.Part("a", 15, 3)]


@pytest.mark.parametrize("name", sample.HOSTILE)
def test_names_stay_text(name: str) -> None:
    hostile = HOSTILE + name
    for picture in (
        calendar.calendar(_source([1440, 0], hostile), "c"),
        sparkline.sparkline(_series(), hostile, "s"),
        treemap.treemap((treemap.Part(hostile, 5, 5),), "t"),
    ):
        text = "".join(_tree(picture).itertext())
        assert sample.SCRIPT in text
        assert text.isprintable()


def test_the_days_own_share_says_what_is_watched_enough() -> None:
    half = msgspec.structs.replace(_source([720, 700]), enough=0.5)
    root = _tree(calendar.calendar(half, "c"))
    assert [one for one in _classes(root) if one in ("full", "part", "gap")] == ["full", "part"]


def test_a_source_that_only_proves_use_has_no_gaps() -> None:
    only = msgspec.structs.replace(_source([0, 0]), only_for_use=True)
    assert not calendar.calendar(only, "c")
    assert calendar.calendar(_source([0, 0]), "c")
