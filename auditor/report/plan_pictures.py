"""The pictures of one plan, with the numbers that stand beside them.

In: a Plan, its outline. Out: markup and rows. Draws nothing itself, and concludes nothing the plan does not say.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import PurePosixPath

import msgspec
from markupsafe import Markup

from auditor.model.daily_use import DailyUse, KeyCalls
from auditor.model.plan import Plan, PlanFinding
from auditor.model.verdict import Verdict
from auditor.report.outline import PlanOutline
from auditor.report.pictures import batch_order, calendar, first_used, sparkline, treemap

FIRST_ROWS = 8
"""Keys in use that are shown unfolded, the busiest."""
_DEAD = (Verdict.DEAD, Verdict.TEST_ONLY)
_ORDER = {"endpoint": 0, "task": 1, "command": 2, "component": 3, "function": 4}


class CallsRow(msgspec.Struct, frozen=True):
    """One key's calls: by class as in `sparkline.CLASSES`, within the window and before it.

    `last` is the last day with a call, None where there is none. `watched` is False where nobody watches its kind.
    """

    kind: str
    key: str
    picture: Markup
    by_class: tuple[int, ...]
    before: int
    last: date | None
    watched: bool

    @property
    def calls(self) -> int:
        """Calls within the window."""
        return sum(self.by_class)


class OrderRow(msgspec.Struct, frozen=True):
    """One batch that waits for others or that others wait for."""

    number: int
    after: tuple[int, ...]
    before: tuple[int, ...]


class PlanPictures(msgspec.Struct, frozen=True):
    """Everything that a plan's page draws; markup is empty where there is nothing to draw.

    `calendars` are in the order of the outline's `watched`. `calls` are of keys in use, the busiest first, `more_calls`
    those to fold; `left_out` of them are not told. `first_verdict` says whether the window looks long enough.
    """

    calendars: tuple[Markup, ...]
    dead_lines: Markup
    parts: tuple[treemap.Part, ...]
    graph: Markup
    order_rows: tuple[OrderRow, ...]
    free: tuple[int, ...]
    undrawn: int
    curve: Markup
    first_verdict: str
    uses: first_used.FirstUses
    calls: tuple[CallsRow, ...]
    more_calls: tuple[CallsRow, ...]
    quiet: dict[str, CallsRow]
    left_out: int
    only_before: int
    days_before: int


def of(plan: Plan, shape: PlanOutline) -> PlanPictures:
    """Return the pictures of a plan."""
    parts = treemap.largest(dead_parts(plan.findings))
    order = batch_order.order_of(plan.batches)
    uses, enough = _first_uses(plan.daily_use), plan.evidence.min_watched
    rows = [_row(plan.daily_use, calls, f"calls-{number}", enough) for number, calls in enumerate(plan.daily_use.keys)]
    used = tuple(sorted((row for row in rows if row.calls), key=lambda r: (_ORDER[r.kind], -r.calls, r.key)))
    return PlanPictures(
        calendars=tuple(calendar.calendar(one, f"watched-{n}") for n, one in enumerate(shape.watched, 1)),
        dead_lines=treemap.treemap(parts, "dead-lines"),
        parts=parts,
        graph=batch_order.batch_order(plan.batches, "batch-order"),
        order_rows=_order_rows(order),
        free=order.free,
        undrawn=order.left_out,
        curve=first_used.first_used(uses, "first-used"),
        first_verdict=first_used.verdict(uses),
        uses=uses,
        calls=used[:FIRST_ROWS],
        more_calls=used[FIRST_ROWS:],
        quiet={row.key: row for row in rows if not row.calls},
        left_out=plan.daily_use.left_out,
        only_before=plan.daily_use.only_before,
        days_before=plan.daily_use.window_from,
    )


def dead_parts(findings: Iterable[PlanFinding]) -> list[treemap.Part]:
    """Return the lines of DEAD and TEST_ONLY findings by package: the directory of their files, every line once."""
    dead = [one for one in findings if one.verdict in _DEAD]
    ids = {one.id for one in dead}
    outer = [one for one in dead if one.inside is None or one.inside not in ids]
    planned: dict[str, int] = {}
    held: dict[str, int] = {}
    for path in sorted({one.path for one in outer}):
        package = PurePosixPath(path).parent.as_posix()
        mine = [one for one in outer if one.path == path]
        going = _lines(one for one in mine if one.batch is not None)
        every = _lines(mine)
        planned[package] = planned.get(package, 0) + going
        held[package] = held.get(package, 0) + every - going
    return [treemap.Part("(top)" if name == "." else name, planned[name], held[name]) for name in planned]


def _lines(findings: Iterable[PlanFinding]) -> int:
    """Return how many lines of one file findings span, each counted once."""
    spans = sorted((max(1, one.line), one.end_line) for one in findings if one.end_line)
    ends = [0]
    for _, end in spans:
        ends.append(max(ends[-1], end))
    return sum(max(0, end - max(start - 1, before)) for (start, end), before in zip(spans, ends, strict=False))


def _order_rows(order: batch_order.Order) -> tuple[OrderRow, ...]:
    return tuple(
        OrderRow(number, needs, tuple(sorted(n for n, needed in order.needs.items() if number in needed)))
        for number, needs in sorted(order.needs.items())
    )


def _first_uses(use: DailyUse) -> first_used.FirstUses:
    """Return the window's days; a day counts as watched where uses of any kind were."""
    watched = [max(minutes, default=0) for minutes in zip(*use.watched.values(), strict=True)]
    return first_used.FirstUses(
        tuple(one.day for one in use.first_used),
        tuple(one.keys for one in use.first_used),
        tuple(watched[use.window_from :]) or (0,) * len(use.first_used),
    )


def _row(use: DailyUse, calls: KeyCalls, name: str, enough: float) -> CallsRow:
    days = len(use.possible)
    by_class = sparkline.in_classes(calls.by_status, days)
    watched = use.watched.get(calls.kind, (0,) * days)
    series = sparkline.Series(by_class, watched, use.possible, use.window_from, enough)
    called = [day for day in range(days) if series.calls(day)]
    first = use.first_day
    return CallsRow(
        calls.kind,
        calls.key,
        sparkline.sparkline(series, calls.key, name),
        tuple(sum(numbers[use.window_from :]) for numbers in by_class.values()),
        sum(sum(numbers[: use.window_from]) for numbers in by_class.values()),
        first + timedelta(days=called[-1]) if called and first else None,
        any(watched),
    )
