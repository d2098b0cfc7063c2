"""How the sources do, and who watched, for a terminal: at most 80 columns, nothing a terminal would act on.

In: the ledger's answers. Out: text that ends in one newline, its last line the summary. An answer that proves nothing
says so before any figure: missing evidence must never read like zero usage.
"""

from collections.abc import Mapping
from datetime import timedelta

from auditor.model.answers import USES, LedgerHealth, SourceStatus
from auditor.model.usage import UsageKind
from auditor.report.layout import Style, command, finished, fitted, styled, width, wrapped
from auditor.report.wording import count, moment, number, printable

_STYLE: dict[str, Style] = {"ok": "good", "stale": "doubtful", "degraded": "doubtful", "sick": "bad", "down": "bad"}


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
    if found.status != "ok":
        lines += [command("Next", "auditor collect"), ""]
    told = f"{found.status.upper()}: {number(well)} of {count(len(found.sources), 'source')} ok."
    return finished([*lines, styled(told, _STYLE[found.status], found.status.upper())])


def ago(age: timedelta) -> str:
    """Return how old something is, in its largest unit: `17 minutes old`."""
    for unit, length in (("day", timedelta(days=2)), ("hour", timedelta(hours=2))):
        if age >= length:
            return f"{count(int(age / timedelta(**{unit + 's': 1})), unit)} old"
    if age < timedelta(minutes=1):
        return "less than a minute old"
    return f"{count(int(age / timedelta(minutes=1)), 'minute')} old"


def _source(source: SourceStatus) -> list[str]:
    said = source.status.upper()
    lines: list[str] = [styled(f"{said:<6} {fitted(printable(source.name), width() - 7)}", _STYLE[source.status], said)]
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
        lines += wrapped(f"Watched by {fitted(printable(name), 40)}: {told}", "", "  ")
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
