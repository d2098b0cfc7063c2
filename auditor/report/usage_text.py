"""What the ledger knows, as tables for a terminal: at most 80 columns, nothing a terminal would act on.

In: the ledger's answers. Out: text that ends in one newline, its last line the summary. An answer that proves nothing
says so before any figure: missing evidence must never read like zero usage.
"""

from collections.abc import Mapping
from datetime import timedelta

from auditor.model.answers import USES, LedgerHealth, SourceStatus, StatsRow, UsageStats
from auditor.model.usage import BOT, PROBE, UsageKind
from auditor.report.layout import WIDTH, finished, wrapped
from auditor.report.wording import columns, count, elided, moment, number, printable

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
    lines += watched(found.watched, found.watched_kinds)
    lines += notes(found.notes)
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


def health(found: LedgerHealth) -> str:
    """Return the state of every source, what is wrong with it, how old the evidence is, and the state of all."""
    lines = [f"Evidence from {moment(found.since)} to {moment(found.checked_at)}", ""]
    for source in found.sources:
        lines += [*_source(source), ""]
    for problem in found.problems:
        lines += wrapped(problem, "- ", "  ")
    lines += [""] if found.problems else []
    if found.collected_since:
        days = (found.checked_at.date() - found.collected_since).days + 1
        lines += wrapped(f"The ledger knows {count(max(days, 0), 'day')}, from {found.collected_since} on.")
    if found.newest:
        lines += [*wrapped(f"Its newest evidence is {ago(found.checked_at - found.newest)}."), ""]
    well = sum(1 for source in found.sources if source.status == "ok")
    return finished([*lines, f"{found.status.upper()}: {number(well)} of {count(len(found.sources), 'source')} ok."])


def ago(age: timedelta) -> str:
    """Return how old something is, in its largest unit: `17 minutes old`."""
    for unit, length in (("day", timedelta(days=2)), ("hour", timedelta(hours=2))):
        if age >= length:
            return f"{count(int(age / timedelta(**{unit + 's': 1})), unit)} old"
    if age < timedelta(minutes=1):
        return "less than a minute old"
    return f"{count(int(age / timedelta(minutes=1)), 'minute')} old"


def _source(source: SourceStatus) -> list[str]:
    lines = [f"{source.status.upper():<6} {elided(printable(source.name), WIDTH - 7)}"]
    if source.problem:
        lines += wrapped(source.problem, "       ", "       ")
    lines.append(f"       collected {moment(source.collected_at)}, last well {moment(source.healthy_at)}")
    if not source.only_for_use or source.last_watched:
        last = f"last {moment(source.last_watched)}" if source.last_watched else "none of late"
        told = minutes(source.watched_minutes, source.watched_kinds)
        lines += wrapped(f"{told} watched, {last}", "       ", "       ")
    if source.lost:
        lines += wrapped(f"{count(source.lost, 'count')} lost: those days prove no absence", "       ", "       ")
    if source.only_for_use:
        lines.append("       proves use only, never absence")
    for note in source.notes:
        lines += wrapped(note, "       note: ", "             ")
    return lines


def watched(watched: Mapping[str, int], kinds: Mapping[str, Mapping[UsageKind, int]]) -> list[str]:
    """Return who watched for how long, a line each, and an empty line; `kinds` are minutes of others than requests."""
    lines = []
    for name in sorted({*watched, *kinds}):
        told = minutes(watched.get(name, 0), kinds.get(name, {}))
        lines += wrapped(f"Watched by {elided(printable(name), 40)}: {told}", "", "  ")
    return [*lines, ""] if lines else ["No source watched a single minute of it.", ""]


def minutes(requests: int, kinds: Mapping[UsageKind, int]) -> str:
    """Return watched minutes as text, split by what was watched where that was not requests alone."""
    split: dict[UsageKind, int] = {"endpoint": requests}
    split.update((kind, kinds[kind]) for kind in sorted(kinds))
    if not any(kinds.values()):
        return count(requests, "minute")
    told = [f"{number(much)} of {USES[kind]}" for kind, much in split.items() if much]
    return ", ".join([told[0].replace(" of ", " minutes of "), *told[1:]])


def notes(notes: tuple[str, ...]) -> list[str]:
    """Return sentences as a list, and an empty line."""
    lines: list[str] = []
    for note in notes:
        lines += wrapped(note, "- ", "  ")
    return [*lines, ""] if lines else []
