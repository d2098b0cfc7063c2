"""The retirement of a symbol, and what is left of it, for a terminal of 80 columns.

In: a `Retirement` or a `Residue`. Out: text without a character that a terminal acts on.
"""

import shlex
from collections.abc import Iterable

from auditor.model.retirement import PreFlight, Residue, Retirement
from auditor.report.layout import Style, command, finished, fitted, led, width, wrapped
from auditor.report.retirement_words import ANSWER, heading, left_of
from auditor.report.wording import capitalised, count, moment, number, place, printable

_MOST_KEYS = 10
_STYLE: dict[str, Style] = {"go": "good", "used": "bad", "unknown": "doubtful"}


def retirement(made: Retirement) -> str:
    """Return the answer, the impact, the batches with their files; details are in the Markdown file."""
    answer = ANSWER[made.preflight.state]
    told = wrapped(f"{answer}: {made.target.name}. {capitalised(made.preflight.reason)}.")
    lines = led(_STYLE[made.preflight.state], answer, told)
    lines += _keys(made.preflight)
    lines += ["", "area             files   lines  occurrences"]
    lines += [
        f"{row.area:<15} {number(row.files):>6} {number(row.lines):>7} {number(row.occurrences):>12}"
        for row in made.areas
    ]
    told_barrier = False
    for batch in made.batches:
        if batch.after_barrier and not told_barrier:
            lines += ["", "--- deploy what is above, and watch it, before what follows ---"]
            told_barrier = True
        lines += ["", f"{'[x]' if batch.done else '[ ]'} {heading(batch)}"]
        for task in batch.tasks:
            verb = "delete" if task.action == "delete_file" else "edit"
            size = "done" if task.done else count(len(task.occurrences), "place")
            room = width() - 17 - len(size)
            lines.append(f"    {'[x]' if task.done else '[ ]'} {verb:<6} {fitted(printable(task.path), room)}, {size}")
    lines += ["", *_data(made), *_rest(made)]
    lines += ["", command("When it is done", f"auditor retire {shlex.quote(printable(made.target.name))} --check")]
    return finished(lines)


def _keys(checked: PreFlight) -> list[str]:
    lines: list[str] = []
    for one in checked.used[:_MOST_KEYS]:
        seen = f", last {moment(one.last_seen)}" if one.last_seen else ""
        note = " (CONTRADICTION: nothing that the scan sees leads there)" if one.contradicted else ""
        lines += wrapped(f"{one.key}: {count(one.count, 'call')}{seen}{note}", "  used ", "       ")
    for way in checked.unmeasured[:_MOST_KEYS]:
        lines += wrapped(f"{way.definition} ({way.kind}, {place(way.path, way.line)})", "  not measured ", "       ")
    hidden = max(0, len(checked.used) - _MOST_KEYS) + max(0, len(checked.unmeasured) - _MOST_KEYS)
    return [*lines, f"  … and {number(hidden)} more"] if hidden else lines


def _data(made: Retirement) -> Iterable[str]:
    for steps in made.data:
        yield from wrapped(f"IRREVERSIBLE, last: drop table {steps.table} (backup and rollback are in the plan)")
    if made.data:
        yield ""


def _rest(made: Retirement) -> list[str]:
    done, every = left_of(made)
    parts = [
        f"{number(done)} of {count(every, 'file')} done",
        f"{count(sum(one.count for one in made.longer_names), 'time')} part of a longer name",
        f"{count(len(made.other_things), 'time')} the same spelling for another thing",
        f"{count(sum(one.count for one in made.weak), 'time')} perhaps in plain words",
        f"{count(len(made.history), 'file')} of history",
    ]
    lines = wrapped("; ".join(parts) + ".")
    lines += [line for path in made.binary[:_MOST_KEYS] for line in wrapped(path, "binary file: ", "  ")]
    if len(made.binary) > _MOST_KEYS:
        lines.append(f"  … and {number(len(made.binary) - _MOST_KEYS)} more binary files")
    return lines + [line for one in made.problems for line in wrapped(one, "not looked into: ", "  ")]


def residue(found: Residue) -> str:
    """Return every line that is left as `path:line: text`, then one sentence."""
    lines: list[str] = []
    for one in found.left:
        text = one.text if one.line else "(its name)"
        lines.append(printable(f"{place(one.path, one.line)}: {text}"))
    lines += [printable(f"{path}: (binary file)") for path in found.binary]
    lines += [printable(f"{one}") for one in found.problems]
    files = len({one.path for one in found.left} | set(found.binary))
    size = sum(one.count for one in found.left) + len(found.binary)
    answer = (
        f"{found.name}: {count(size, 'place')} left in {count(files, 'file')}"
        if size
        else f"{found.name}: nothing left"
    )
    rest = (
        f"{number(found.allowed)} allowed, {number(found.other)} other things, {number(found.longer)} in longer names, "
        f"{number(found.weak)} perhaps in plain words."
    )
    near = f" No plan of it is stored, and near its name are {', '.join(found.near)}." if found.near else ""
    return "\n".join(lines) + ("\n" if lines else "") + finished(wrapped(f"{answer}; {rest}{near}"))
