"""What the ledger knows, as tables for a terminal: at most 80 columns, nothing a terminal would act on.

In: the ledger's answers. Out: text that ends in one newline, its last line the summary. An answer that proves nothing
says so before any figure: missing evidence must never read like zero usage.
"""

from collections.abc import Mapping

from auditor.model.answers import LedgerHealth, SourceStatus, StatsRow, UnusedRoutes, UsageStats
from auditor.model.usage import BOT, PROBE
from auditor.report.layout import WIDTH, finished, wrapped
from auditor.report.wording import columns, count, elided, moment, number, place, printable

_STATS_ROOM = WIDTH - 46


def stats(found: UsageStats) -> str:
    """Return calls, failures and last use of every key, endpoints first, the most called first."""
    lines = [f"Usage in the last {count(found.period_days, 'day')}, as of {moment(found.generated_at)}", ""]
    if found.refusal:
        lines += [*wrapped(f"NOTHING IS KNOWN: {found.refusal}"), ""]
    kinds = (
        ("Endpoint", found.stats),
        ("Component", found.components),
        ("Task", found.tasks),
        ("Command", found.commands),
        ("Function", found.functions),
    )
    for heading, rows in kinds:
        lines += _stats_table(heading, rows)
    if found.unmatched:
        lines += [*wrapped(f"{count(found.unmatched, 'request')} matched no route."), ""]
    lines += _watched(found.watched)
    lines += _notes(found.notes)
    unregistered = "" if not found.endpoints_registered else f" of {number(found.endpoints_registered)} registered"
    if found.refusal:
        return finished([*lines, "Nothing is known of this window."])
    return finished([*lines, f"{count(found.endpoints_used, 'endpoint')} used{unregistered}."])


def _stats_table(heading: str, rows: Mapping[str, StatsRow]) -> list[str]:
    if not rows:
        return []
    lines = [f"{heading:<{_STATS_ROOM}}{'calls':>13}{'errors':>12}  last used, UTC"]
    for key, row in sorted(rows.items(), key=lambda one: (-one[1].calls, one[0])):
        name = elided(printable(key), _STATS_ROOM - 1)
        last = moment(row.last_used).removesuffix(" UTC") if row.last_used else _without_time(row)
        padding = " " * (_STATS_ROOM - columns(name))
        lines.append(f"{name}{padding}{number(row.calls):>13}{number(row.errors):>12}  {last}")
    return [*lines, ""]


def _without_time(row: StatsRow) -> str:
    """Return what stands for the last use of a key that has none: it may be called by machines only."""
    machines = [status for status in (PROBE, BOT) if row.by_status.get(status)]
    if row.calls and sum(row.by_status[status] for status in machines) >= row.calls:
        return f"only {' and '.join(f'{status}s' for status in machines)}"
    return "not known" if row.calls else "-"


def unused(found: UnusedRoutes) -> str:
    """Return the routes that were watched and never called, and those of which that cannot be said."""
    lines = [f"Never called in the last {count(found.period_days, 'day')}, as of {moment(found.generated_at)}", ""]
    if found.refusal:
        lines += [*wrapped(f"CANNOT TELL: {found.refusal}"), ""]
    for route in found.unused:
        lines.append(elided(printable(route.key), WIDTH))
        handler = f"{route.handler}  {place(route.path, route.line)}" if route.path else route.handler
        lines.append(f"    {elided(printable(handler), WIDTH - 4)}")
        lines += [f"    {number(route.watched_minutes)} minutes watched by {elided(printable(route.source), 40)}"]
        for other in route.shadowed:
            lines += wrapped(f"shadows {other.handler}, which never serves", "    ", "      ")
    lines += [""] if found.unused else []
    if found.undecided:
        lines.append("Not called either, but that proves nothing:")
        for route_ in found.undecided:
            lines.append(f"  {elided(printable(route_.key), WIDTH - 2)}")
            lines += wrapped(route_.reason, "    ", "    ")
        lines.append("")
    lines += [*_watched(found.watched), *_notes(found.notes)]
    if found.refusal:
        return finished([*lines, "Nothing may be concluded from this window."])
    return finished(
        [
            *lines,
            *wrapped(
                f"{number(len(found.unused))} of {count(found.registered, 'registered route')} never called, "
                f"{number(found.called)} called, {number(len(found.undecided))} undecided."
            ),
        ]
    )


def health(found: LedgerHealth) -> str:
    """Return the state of every source, what is wrong with it, and the state of all."""
    lines = [f"Evidence from {moment(found.since)} to {moment(found.checked_at)}", ""]
    for source in found.sources:
        lines += [*_source(source), ""]
    for problem in found.problems:
        lines += wrapped(problem, "- ", "  ")
    lines += [""] if found.problems else []
    well = sum(1 for source in found.sources if source.status == "ok")
    return finished([*lines, f"{found.status.upper()}: {number(well)} of {count(len(found.sources), 'source')} ok."])


def _source(source: SourceStatus) -> list[str]:
    lines = [f"{source.status.upper():<6} {elided(printable(source.name), WIDTH - 7)}"]
    if source.problem:
        lines += wrapped(source.problem, "       ", "       ")
    lines.append(f"       collected {moment(source.collected_at)}, last well {moment(source.healthy_at)}")
    watched = f"{count(source.watched_minutes, 'minute')} watched, last {moment(source.last_watched)}"
    lines.append(f"       {watched}")
    if source.lost:
        lines += wrapped(f"{count(source.lost, 'count')} lost: those days prove no absence", "       ", "       ")
    if source.only_for_use:
        lines.append("       proves use only, never absence")
    for note in source.notes:
        lines += wrapped(note, "       note: ", "             ")
    return lines


def _watched(watched: Mapping[str, int]) -> list[str]:
    if not watched:
        return ["No source watched a single minute of it.", ""]
    lines = [f"Watched by {elided(printable(name), 40)}: {count(watched[name], 'minute')}" for name in sorted(watched)]
    return [*lines, ""]


def _notes(notes: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    for note in notes:
        lines += wrapped(note, "- ", "  ")
    return [*lines, ""] if lines else []
