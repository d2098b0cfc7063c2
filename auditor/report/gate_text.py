"""The gate's answer for a terminal: the verdict first and last, breaches by reason, what passed folded.

In: a `GateResult`. Out: text of at most 80 columns that ends in one newline, its last line the summary. Never prints.
"""

import shlex
from collections.abc import Iterable
from itertools import groupby

from auditor.model.gate import Breach, GateResult
from auditor.report import gate_words, wording
from auditor.report.layout import Style, finished, fitted, led, styled, width, wrapped
from auditor.report.wording import columns, number, place, printable

MAX_BREACHES = 20
"""Breaches of one reason that are shown, and (below) sentences on what passed, unless everything is wanted."""
MAX_NOTES = 8
_STYLE: dict[str, Style] = {"PASSED": "good", "BLOCKED": "bad", "CANNOT TELL": "doubtful"}


def gate(result: GateResult, *, everything: bool = False) -> str:
    """Return the gate's answer: what may not go and why, what to do, which overrides there are, what passed."""
    verdict = gate_words.verdict(result)
    lines: list[str] = [styled(f"{verdict}  {_compared(result)}", _STYLE[verdict], verdict)]
    for why, group in groupby(gate_words.standing(result), key=lambda b: b.why):
        lines += _group(wording.capitalised(gate_words.LABEL[why]), gate_words.MEND[why], tuple(group), everything)
    if result.unknowns:
        lines += ["", f"Cannot be known ({number(len(result.unknowns))})"]
        lines += [line for one in result.unknowns for line in wrapped(one, "  ", "    ")]
        lines += wrapped(f"What to do: {gate_words.CANNOT_TELL}", "  ", "    ")
    lines += _group("Overridden", "", gate_words.overridden(result), everything)
    if result.overrides:
        lines += ["", f"Overrides ({number(len(result.overrides))})"]
        lines += [line for one in result.overrides for line in wrapped(gate_words.override(one), "  ", "    ")]
    lines += [*_notes(result.notes, everything), "", *_look(result)]
    lines += led(_STYLE[verdict], verdict, wrapped(gate_words.summary(result)))
    return finished(lines)


def _compared(result: GateResult) -> str:
    base, head = (wording.short_commit(printable(commit)) for commit in (result.base, result.head))
    return f"{base} to {head}: {number(result.deleted)} deleted, {number(result.moved)} moved"


def _group(title: str, mend: str, breaches: tuple[Breach, ...], everything: bool) -> list[str]:
    if not breaches:
        return []
    shown = breaches if everything else breaches[:MAX_BREACHES]
    lines = ["", styled(f"{title} ({number(len(breaches))})", "strong", title)]
    for alike in gate_words.alike(shown):
        lines += _said_of(alike) if len(alike) > 1 else _breach(alike[0])
    if len(shown) < len(breaches):
        lines.append(f"  … and {number(len(breaches) - len(shown))} more; --verbose or --format json lists all.")
    return lines + (wrapped(f"What to do: {mend}", "  ", "    ") if mend else [])


def _breach(breach: Breach) -> list[str]:
    lines = [f"  {fitted(printable(breach.id), width() - 2)}", *wrapped(breach.detail, "    ", "    ")]
    return [*lines, *_places(breach, "    "), *_by(breach)]


def _said_of(alike: tuple[Breach, ...]) -> list[str]:
    """Return what is true of several breaches once, and what it is true of."""
    lines = [*wrapped(alike[0].detail, "  ", "    "), *_by(alike[0])]
    for breach in alike:
        lines += [f"    {fitted(printable(breach.id), width() - 4)}", *_places(breach, "      ")]
    return lines


def _places(breach: Breach, indent: str) -> list[str]:
    """Return where it is shown, where that is not said already, and where it was."""
    here, was = place(breach.path, breach.line), place(breach.was_path, breach.was_line)
    told = [f"was at {was}"] if was else [f"at {here}"]
    told += [f"near {here} now"] if was and here not in breach.detail and here != was else []
    together = printable(", ".join(told))
    if len(told) > 1 and columns(indent + together) > width():
        return [indent + fitted(printable(one), width() - len(indent)) for one in told]
    return [indent + fitted(together, width() - len(indent))]


def _by(breach: Breach) -> list[str]:
    return wrapped(f"overridden: {breach.override}", "    ", "    ") if breach.override is not None else []


def _look(result: GateResult) -> list[str]:
    """Return where to see what went, the most important breach's file as base had it; and how to let it go."""
    for breach in gate_words.standing(result):
        if breach.was_path:
            commit, path = wording.short_commit(result.base), result.root + breach.was_path
            typed = f"git show {shlex.quote(printable(f'{commit}:{path}'))}"
            line = styled(f"Look: {typed}, line {breach.was_line}", "command", typed)
            return [line, *wrapped(gate_words.ALLOW, "", "  "), ""]
    return []


def _notes(notes: Iterable[str], everything: bool) -> list[str]:
    told = tuple(notes)
    if not told:
        return []
    shown = told if everything else told[:MAX_NOTES]
    lines = ["", "Notes:"]
    for note in shown:
        lines += wrapped(note, "  ", "    ")
    if len(shown) < len(told):
        lines.append(f"  … and {number(len(told) - len(shown))} more; --verbose or --format json lists all.")
    return lines
