"""What was used, and how well it did, as tables for a terminal: at most 80 columns, nothing a terminal would act on.

In: the ledger's answers. Out: text that ends in one newline, its last line the summary. A column stands only where some
row fills it and the keys keep their room; `--format json` has all. Missing evidence never reads like zero usage.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from auditor.model.answers import StatsRow, UsageStats
from auditor.model.key_answers import Score, Scores
from auditor.model.usage import BOT, PROBE, UNDATED, UsageKind
from auditor.report.layout import finished, fitted, led, padded, room_beside, styled, width, wrapped
from auditor.report.usage_text import notes, watched
from auditor.report.wording import columns, count, milliseconds, moment, number, percent, printable

_KEY_ROOM = 24
"""Columns that a key has at least: others give way."""
_KINDS: tuple[tuple[UsageKind, str], ...] = (
    ("endpoint", "Endpoint"), ("component", "Component"), ("task", "Task"), ("command", "Command"),
    ("function", "Function"),
)  # fmt: skip


class _Column(NamedTuple):
    """A column of a table; `cells` are empty where a row has nothing to say."""

    heading: str
    cells: list[str]
    left: bool = False

    def width(self) -> int:
        return 2 + max(map(columns, (self.heading, *self.cells)))

    def cell(self, text: str) -> str:
        padding = " " * (self.width() - 2 - columns(text))
        return f"  {text}{padding}" if self.left else f"  {padding}{text}"


def stats(
    found: UsageStats, *, kind: UsageKind | None = None, limit: int | None = None, details: bool = False
) -> str:  # fmt: skip
    """Return calls, failures and last use of every key, endpoints first, the most called first.

    Args:
        found: The answer.
        kind: List this kind alone; None: all.
        limit: List at most so many keys of a kind; None lists all.
        details: Say below each key how its uses ended, what failed, and what they cost.
    """
    lines = [f"Usage in the last {count(found.period_days, 'day')}, as of {moment(found.generated_at)}", ""]
    if found.refusal:
        lines += [*led("bad", "NOTHING IS KNOWN", wrapped(f"NOTHING IS KNOWN: {found.refusal}")), ""]
    rows = (found.stats, found.components, found.tasks, found.commands, found.functions)
    for (of_kind, heading), of_rows in zip(_KINDS, rows, strict=True):
        if of_rows and kind in (None, of_kind):
            lines += _stats_table(heading, of_rows, found.generated_at, limit, details=details)
    if found.unmatched and kind in (None, "endpoint"):
        lines += [*wrapped(f"{count(found.unmatched, 'request')} matched no route."), ""]
    lines += watched(found.watched, found.watched_kinds)
    lines += notes(found.notes)
    if found.refusal:
        return finished([*lines, "Nothing is known of this window."])
    return finished([*lines, *wrapped(_summary(found))])


def _summary(found: UsageStats) -> str:
    registered = f" of {number(found.endpoints_registered)} registered" if found.endpoints_registered else ""
    others = [
        (found.components, "component"), (found.tasks, "task"), (found.commands, "command"),
        (found.functions, "function"),
    ]  # fmt: skip
    told = "".join(f", {count(len(rows), noun)}" for rows, noun in others if rows)
    return f"{count(found.endpoints_used, 'endpoint')} used{registered}{told}."


def _stats_table(
    heading: str, rows: Mapping[str, StatsRow], now: datetime, limit: int | None, *, details: bool
) -> list[str]:
    most = sorted(rows.items(), key=lambda one: (-one[1].calls, one[0]))
    shown = most[:limit]
    told = [row for _, row in shown]
    optional = [
        _Column("p50", [milliseconds(row.duration_ms.p50) if row.duration_ms else "" for row in told]),
        _Column("p95", [milliseconds(row.duration_ms.p95) if row.duration_ms else "" for row in told]),
        _Column("users", [number(row.users) if row.users else "" for row in told]),
        _Column("timeouts", [number(row.timed_out) if row.timed_out else "" for row in told]),
    ]
    table = _table(
        _Column(heading, [key for key, _ in shown]),
        [
            _Column("calls", [number(row.calls) for row in told]),
            _Column("errors", [number(row.errors) for row in told]),
        ],
        optional,
        lambda short: _Column("last used, UTC", [_last_used(row, now, short=short) for row in told], left=True),
    )
    below = [_details(row) if details else [] for row in told]
    lines = [table[0], *(line for row, more in zip(table[1:], below, strict=True) for line in (row, *more))]
    if len(shown) < len(most):
        lines.append(f"… and {number(len(most) - len(shown))} more; --format json lists all.")
    return [*lines, ""]


def _table(
    keys: _Column, always: list[_Column], optional: list[_Column], last: Callable[[bool], _Column] | None
) -> list[str]:
    """Return a table's lines: of the optional columns those that say anything, as long as the keys keep their room."""
    chosen = [column for column in optional if any(column.cells)]
    short = bool(chosen)
    while True:
        ends = [last(short)] if last else []
        room = width() - sum(column.width() for column in (*always, *chosen, *ends))
        if room >= _KEY_ROOM or not chosen:
            break
        chosen.pop()
    names = [keys.heading, *map(printable, keys.cells)]
    room = room_beside(width() - room, names)
    lines = []
    for row, name in enumerate(names):
        cells = (one.cell(one.heading if row == 0 else one.cells[row - 1]) for one in (*always, *chosen, *ends))
        lines.append(f"{padded(fitted(name, room), room)}{''.join(cells)}".rstrip())
    return [styled(lines[0], "strong"), *lines[1:]]


def _last_used(row: StatsRow, now: datetime, *, short: bool) -> str:
    """Return when a key was last used; `short` without the year where it is that of `now`."""
    if row.last_used is None:
        return _without_time(row)
    told = moment(row.last_used).removesuffix(" UTC")
    return told[5:] if short and row.last_used.year == now.year else told


def _without_time(row: StatsRow) -> str:
    """Return what stands for the last use of a key that has none: it may be called by machines only, or at any time."""
    if not row.calls:
        return "-"
    if row.by_status.get(UNDATED, 0) >= row.calls:
        return "at some time"
    machines = [status for status in (PROBE, BOT) if row.by_status.get(status)]
    if sum(row.by_status[status] for status in machines) >= row.calls:
        return f"only {' and '.join(f'{status}s' for status in machines)}"
    return "not known"


def _details(row: StatsRow) -> list[str]:
    """Return how a key's uses ended, what failed and what they cost, below its row."""
    late = row.timed_out or 0
    ended = [("succeeded", row.succeeded or 0), ("failed", row.errors - late), ("timed out", late)]
    parts = [", ".join(f"{number(much)} {what}" for what, much in ended if much)]
    undated = row.by_status.get(UNDATED, 0)
    parts.append(f"{number(undated)} at some time" if undated > 0 else "")
    codes = sorted(row.errors_by_code.items(), key=lambda one: (-one[1], one[0]))
    parts.append(", ".join(f"{code} {number(much)}" for code, much in codes[:5]))
    parts.append(f"cost {row.cost:,.4g}" if row.cost is not None else "")
    told = "; ".join(part for part in parts if part)
    return wrapped(told, "    ", "    ") if told else []


def scores(found: Scores, *, kind: UsageKind | None = None, limit: int | None = None) -> str:
    """Return how well each key did, the most used first; arguments as of `stats`."""
    lines = [f"Scores of the last {count(found.days, 'day')}, as of {moment(found.computed_at)}", ""]
    if found.refusal:
        lines += [*led("bad", "NOTHING IS KNOWN", wrapped(f"NOTHING IS KNOWN: {found.refusal}")), ""]
    for of_kind, heading in _KINDS:
        rows = [score for score in found.scores if score.kind == of_kind]
        if rows and kind in (None, of_kind):
            lines += _scores_table(heading, rows, limit)
    if found.refusal:
        return finished([*lines, "Nothing is known of this time."])
    rated = sum(score.success_rate is not None for score in found.scores)
    return finished([*lines, f"{count(len(found.scores), 'key')}, {number(rated)} with a success rate."])


def _scores_table(heading: str, rows: list[Score], limit: int | None) -> list[str]:
    most = sorted(rows, key=lambda one: (-one.sample_size, one.key))
    shown = most[:limit]
    table = _table(
        _Column(heading, [one.key for one in shown]),
        [_Column("uses", [number(one.sample_size) for one in shown])],
        [
            _Column("success", [_told(one.success_rate, percent) for one in shown]),
            _Column("median", [_told(one.median_duration, milliseconds) for one in shown]),
            _Column("average cost", [_told(one.average_cost, "{:,.4g}".format) for one in shown]),
        ],
        None,
    )
    more = [f"… and {number(len(most) - len(shown))} more; --format json lists all."] if len(shown) < len(most) else []
    return [*table, *more, ""]


def _told(value: float | None, told: Callable[[float], str]) -> str:
    return "" if value is None else told(value)
