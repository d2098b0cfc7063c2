"""What nobody used, as text for a terminal: at most 80 columns, nothing a terminal would act on.

In: the ledger's answers. Out: text that ends in one newline, its last line the summary. An answer that proves nothing
says so before any figure: missing evidence must never read like zero usage.
"""

from collections.abc import Iterable

from auditor.model.answers import USES, UndecidedName, UndecidedRoute, UnusedName, UnusedRoute, UnusedRoutes
from auditor.model.key_answers import DeadWeight, UnusedKey
from auditor.model.usage import UsageKind
from auditor.report.layout import command, finished, fitted, led, padded, room_beside, width, wrapped
from auditor.report.usage_text import notes, watched
from auditor.report.wording import count, moment, number, place, printable


def unused(found: UnusedRoutes) -> str:
    """Return the routes and names that were watched and never used, and those of which that cannot be said."""
    lines = [f"Never called in the last {count(found.period_days, 'day')}, as of {moment(found.generated_at)}", ""]
    if found.refusal:
        lines += [*led("bad", "CANNOT TELL", wrapped(f"CANNOT TELL: {found.refusal}")), ""]
    for route in found.unused:
        lines += [fitted(printable(route.key), width()), *_place(route, "endpoint")]
        for other in route.shadowed:
            lines += wrapped(f"shadows {other.handler}, which never serves", "    ", "      ")
    for name in found.names:
        lines += [fitted(printable(f"{name.kind} {name.name}"), width()), *_place(name, name.kind)]
    lines += [""] if found.unused or found.names else []
    lines += _undecided([*found.undecided, *found.undecided_names])
    lines += [*watched(found.watched, found.watched_kinds), *notes(found.notes)]
    if found.refusal:
        return finished([*lines, "Nothing may be concluded from this window."])
    if found.unused or found.names:
        lines += [command("Next", f"auditor plan --days {found.period_days}"), ""]
    return finished([*lines, *_summary(found)])


def _place(one: UnusedRoute | UnusedName, kind: UsageKind) -> list[str]:
    handler = f"{one.handler}  {place(one.path, one.line)}" if one.path else one.handler
    what = "" if kind == "endpoint" else f" of {USES[kind]}"
    return [
        f"    {fitted(printable(handler), width() - 4)}",
        f"    {number(one.watched_minutes)} minutes{what} watched by {fitted(printable(one.source), 40)}",
    ]


def _undecided(rows: Iterable[UndecidedRoute | UndecidedName]) -> list[str]:
    """Return what was not used either, under the reason that many share."""
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        name = row.key if isinstance(row, UndecidedRoute) else f"{row.kind} {row.name}"
        by_reason.setdefault(row.reason, []).append(name)
    lines = ["Not called either, but that proves nothing:"] if by_reason else []
    for reason, names in by_reason.items():
        lines += [f"  {fitted(printable(name), width() - 2)}" for name in names]
        lines += wrapped(reason, "    ", "    ")
    return [*lines, ""] if lines else []


def _summary(found: UnusedRoutes) -> list[str]:
    sentences = []
    if found.registered or not found.names_registered:
        sentences.append(
            f"{number(len(found.unused))} of {count(found.registered, 'registered route')} never called, "
            f"{number(found.called)} called, {number(len(found.undecided))} undecided."
        )
    if found.names_registered:
        sentences.append(
            f"{number(len(found.names))} of {count(found.names_registered, 'registered name')} never used, "
            f"{number(found.names_used)} used, {number(len(found.undecided_names))} undecided."
        )
    return [line for sentence in sentences for line in wrapped(sentence)]


def dead_weight(found: DeadWeight) -> str:
    """Return what nobody used for long, and those of which that is not known."""
    lines = [f"Not used in the last {count(found.period_days, 'day')}, as of {moment(found.generated_at)}", ""]
    if found.refusal:
        lines += [*led("bad", "CANNOT TELL", wrapped(f"CANNOT TELL: {found.refusal}")), ""]
    room = room_beside(len("  never 2026-11-07"), map(_name, (*found.dead, *found.not_known)))
    for one in found.dead:
        lines += [*_unused_key(one, room), f"    {_watched_key(one)}"]
    lines += [""] if found.dead else []
    if found.not_known:
        lines.append("Not seen in use either, but that proves nothing:")
        by_reason: dict[str, list[UnusedKey]] = {}
        for one in found.not_known:
            by_reason.setdefault(one.reason or "", []).append(one)
        for reason, keys in by_reason.items():
            for one in keys:
                lines += [f"  {line}" for line in _unused_key(one, room - 2)[:1]]
            lines += wrapped(reason, "    ", "    ") if reason != found.refusal else []
        lines.append("")
    lines += notes(found.notes)
    if found.refusal:
        return finished([*lines, "Nothing may be concluded from this time."])
    told = f"{count(len(found.dead), 'key')} not used in {count(found.period_days, 'day')}"
    return finished([*lines, *wrapped(f"{told}, {number(found.used)} used, {number(len(found.not_known))} not known.")])


def _unused_key(one: UnusedKey, room: int) -> list[str]:
    """Return a key with its last use in so many columns, and its handler."""
    last = "never" if one.last_day is None else f"{'last' if one.dated else 'by'} {one.last_day}"
    lines = [f"{padded(fitted(_name(one), room), room)}  {last:>16}"]
    if one.registered:
        handler = f"{one.handler}  {place(one.path, one.line)}" if one.path else one.handler
        return [*lines, f"    {fitted(printable(handler), width() - 4)}"]
    return [*lines, "    not registered"]


def _name(one: UnusedKey) -> str:
    return printable(one.key if one.kind == "endpoint" else f"{one.kind} {one.key}")


def _watched_key(one: UnusedKey) -> str:
    what = "" if one.kind == "endpoint" else f" of {USES[one.kind]}"
    return f"{number(one.watched_minutes)} minutes{what} watched by {fitted(printable(one.source), 40)}"
