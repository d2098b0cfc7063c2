"""What nobody used, as text for a terminal: at most 80 columns, nothing a terminal would act on.

In: the ledger's answers. Out: text that ends in one newline, its last line the summary. An answer that proves nothing
says so before any figure: missing evidence must never read like zero usage.
"""

from collections.abc import Iterable

from auditor.model.answers import USES, UndecidedName, UndecidedRoute, UnusedName, UnusedRoute, UnusedRoutes
from auditor.model.usage import UsageKind
from auditor.report.layout import WIDTH, finished, wrapped
from auditor.report.usage_text import notes, watched
from auditor.report.wording import count, elided, moment, number, place, printable


def unused(found: UnusedRoutes) -> str:
    """Return the routes and names that were watched and never used, and those of which that cannot be said."""
    lines = [f"Never called in the last {count(found.period_days, 'day')}, as of {moment(found.generated_at)}", ""]
    if found.refusal:
        lines += [*wrapped(f"CANNOT TELL: {found.refusal}"), ""]
    for route in found.unused:
        lines += [elided(printable(route.key), WIDTH), *_place(route, "endpoint")]
        for other in route.shadowed:
            lines += wrapped(f"shadows {other.handler}, which never serves", "    ", "      ")
    for name in found.names:
        lines += [elided(printable(f"{name.kind} {name.name}"), WIDTH), *_place(name, name.kind)]
    lines += [""] if found.unused or found.names else []
    lines += _undecided([*found.undecided, *found.undecided_names])
    lines += [*watched(found.watched, found.watched_kinds), *notes(found.notes)]
    if found.refusal:
        return finished([*lines, "Nothing may be concluded from this window."])
    return finished([*lines, *_summary(found)])


def _place(one: UnusedRoute | UnusedName, kind: UsageKind) -> list[str]:
    handler = f"{one.handler}  {place(one.path, one.line)}" if one.path else one.handler
    what = "" if kind == "endpoint" else f" of {USES[kind]}"
    return [
        f"    {elided(printable(handler), WIDTH - 4)}",
        f"    {number(one.watched_minutes)} minutes{what} watched by {elided(printable(one.source), 40)}",
    ]


def _undecided(rows: Iterable[UndecidedRoute | UndecidedName]) -> list[str]:
    """Return what was not used either, under the reason that many share."""
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        name = row.key if isinstance(row, UndecidedRoute) else f"{row.kind} {row.name}"
        by_reason.setdefault(row.reason, []).append(name)
    lines = ["Not called either, but that proves nothing:"] if by_reason else []
    for reason, names in by_reason.items():
        lines += [f"  {elided(printable(name), WIDTH - 2)}" for name in names]
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
