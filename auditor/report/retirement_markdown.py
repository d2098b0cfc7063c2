"""The retirement of a symbol as GitHub-flavoured Markdown: a checklist that a person works through.

In: a `Retirement`. Out: Markdown; every name is escaped, commands stand in fences that their text cannot close. Never
reads a file or a clock.
"""

import re
from collections.abc import Sequence

from auditor import __version__
from auditor.model.listing import listed
from auditor.model.retirement import (
    Aside,
    Occurrence,
    PreFlight,
    RetireBatch,
    Retirement,
    RetireTask,
)
from auditor.report import wording
from auditor.report.markdown_data import data_part, irreversible
from auditor.report.markdown_text import code, escaped, joined, prose
from auditor.report.retirement_words import ANSWER, barrier, heading, left_of, task_title
from auditor.report.wording import count, number, place

_MOST_ROWS = 50


def retirement(made: Retirement) -> str:
    """Return `retire-<symbol>.md`: whether it may begin, the impact, batches, barrier, data, what stays."""
    early = [batch for batch in made.batches if not batch.after_barrier]
    late = [batch for batch in made.batches if batch.after_barrier]
    lines = [
        f"# Retirement of {code(made.target.name)}",
        "",
        f"**{ANSWER[made.preflight.state]}.** {prose(made.preflight.reason)}.",
        "",
        *_target(made),
        *_preflight(made.preflight),
        *_impact(made),
        *_batches(made, "Batches", early),
        *_barrier(made, late),
        *_batches(made, "After the barrier: the schema", late),
        *_data(made),
        *_check(made),
        *_stays(made),
        *_how_made(made),
    ]
    return joined(lines)


def _target(made: Retirement) -> list[str]:
    target = made.target
    lines = ["## What is retired", ""]
    lines += [f"- Definition {code(one)}" for one in target.definitions]
    for table in target.tables:
        columns = ", ".join(code(column.name) for column in table.columns)
        lines.append(f"- Table {code(table.name)} ({code(place(table.path, table.line))}): {columns}")
        lines += [
            f"  - {code(f'{key.table}.{key.column}')} points to it ({code(place(key.path, key.line))})"
            for key in table.referenced_by
        ]
    lines.append(f"- Spelled {', '.join(code(one) for one in target.spellings)}")
    done, every = left_of(made)
    return [*lines, f"- Done: {number(done)} of {count(every, 'file')}", ""]


def _preflight(checked: PreFlight) -> list[str]:
    lines = ["## Pre-flight", ""]
    contradicted = [one for one in checked.used if one.contradicted]
    if contradicted:
        names = ", ".join(code(one.key) for one in contradicted)
        lines += [f"**Contradiction first:** the scan reaches none of {names}, and production used them.", ""]
    if checked.used:
        lines += [
            f"| Used in {count(checked.days, 'day')} | Calls | Last seen | Leads to it by |",
            "|---|---:|---|---|",
        ]
        for used in checked.used[:_MOST_ROWS]:
            chain = " → ".join(code(one) for one in used.chain) or "its name"
            lines.append(
                f"| {code(used.key)} | {number(used.count)} | {wording.moment(used.last_seen)} | {chain} |"
                if used.last_seen is not None
                else f"| {code(used.key)} | {number(used.count)} | not known | {chain} |"
            )
        lines += [*_more(len(checked.used)), ""]
    if checked.quiet:
        share = wording.percent(checked.watched_share)
        lines += [f"Measured, no call in {count(checked.days, 'day')} ({share} of the minutes watched):", ""]
        lines += [f"- {code(key)}" for key in checked.quiet[:_MOST_ROWS]] + [*_more(len(checked.quiet)), ""]
    if checked.unmeasured:
        lines += ["Nobody measures these ways in. Look at each:", ""]
        for way in checked.unmeasured[:_MOST_ROWS]:
            where = code(place(way.path, way.line))
            lines.append(f"- [ ] {code(way.definition)}, {escaped(way.kind)}, {where}: {prose(way.detail)}")
        lines += [*_more(len(checked.unmeasured)), ""]
    return lines if len(lines) > 2 else [*lines, "Nothing that production runs leads to it.", ""]


def _more(size: int) -> list[str]:
    return [f"- … and {number(size - _MOST_ROWS)} more, in the JSON file"] if size > _MOST_ROWS else []


def _impact(made: Retirement) -> list[str]:
    rows = [
        f"| {row.area} | {number(row.files)} | {number(row.lines)} | {number(row.occurrences)} | {row.action} |"
        for row in made.areas
    ]
    return ["## Impact", "", "| Area | Files | Lines | Occurrences | To do |", "|---|---:|---:|---:|---|", *rows, ""]


def _batches(made: Retirement, title: str, batches: Sequence[RetireBatch]) -> list[str]:
    if not batches:
        return []
    lines = [f"## {title}", ""]
    for batch in batches:
        lines += [f"### {heading(batch)}", ""]
        for task in batch.tasks:
            lines += _task(task)
        lines += [f"- {_box(batch.done)} Tests pass{_verified(made)}; commit, review, deploy", ""]
    return lines


def _verified(made: Retirement) -> str:
    return f" ({code(made.test_command)})" if made.test_command else ""


def _task(task: RetireTask) -> list[str]:
    lines = [f"- {_box(task.done)} {task_title(task)} {code(task.path)}"]
    if task.done:
        return lines
    for one in task.occurrences:
        lines.append(f"  - {_occurrence(one)}")
    return lines


def _occurrence(one: Occurrence) -> str:
    if not one.line:
        return prose(one.what)
    span = f"{one.line}-{one.end_line}" if one.end_line > one.line else str(one.line)
    within = f" in {code(one.within)}" if one.within and one.kind != "definition" else ""
    todo = f": {prose(one.what)}" if one.what else ""
    return f"{span}{todo}{within}: {_source(one.text)}"


def _source(text: str) -> str:
    """Return a line of source as a code span, which holds nothing but text: its quotes are longer than any in it."""
    plain = wording.printable(text)
    longest = max((len(run) for run in re.findall(r"`+", plain)), default=0)
    quotes = "`" * (longest + 1)
    space = " " if longest else ""
    return f"{quotes}{space}{plain}{space}{quotes}" if plain.strip() else ""


def _box(done: bool) -> str:
    return "[x]" if done else "[ ]"


def _barrier(made: Retirement, late: Sequence[RetireBatch]) -> list[str]:
    if not (late or made.data):
        return []
    return ["## Deploy barrier", "", *(f"- [ ] {line}" for line in barrier(made)), ""]


def _data(made: Retirement) -> list[str]:
    if not made.data:
        return []
    lines = ["## Data", "", "Last of all, when the code before is deployed. What is marked cannot be undone.", ""]
    for number_, steps in enumerate(made.data, 1):
        lines += [f"### {number_}. Table {code(steps.table)}", ""]
        lines += [f"- Note: {prose(note)}" for note in steps.notes] + [""]
        lines += data_part("Backup", steps.backup, box=True)
        lines += data_part("Migration", steps.migration, box=True)
        lines += irreversible(steps)
    lines += ["### Rollback", ""]
    if len(made.data) > 1:
        lines += ["What was dropped last comes back first.", ""]
    for steps in reversed(made.data):
        lines += data_part(f"Table {code(steps.table)}", steps.rollback, box=False)
    return lines


def _check(made: Retirement) -> list[str]:
    return [
        "## At the end",
        "",
        f"- [ ] {code(f'auditor retire {made.target.name} --check')} finds nothing outside the migration history, "
        "change logs and this plan",
        "- [ ] The copies in the database and the dump are dropped once nobody will want them back"
        if made.data
        else "- [ ] The next deployment ran without errors",
        "",
    ]


def _stays(made: Retirement) -> list[str]:
    lines: list[str] = []
    if made.relations:
        lines += ["## Reached by another name", "", "Code reaches its rows by these names too; look at each use.", ""]
        for one in made.relations:
            files = listed([code(path) for path in one.places], 8)
            lines.append(f"- {code(one.name)} (declared in {code(one.declared)}): {files}")
        lines.append("")
    if made.directories:
        lines += ["## Directories called after it", "", "They hold more than it: rename them, or leave them.", ""]
        lines += [*(f"- [ ] {code(path + '/')}" for path in made.directories), ""]
    if made.other_things:
        lines += ["## Same spelling, other thing", ""]
        for thing in made.other_things[:_MOST_ROWS]:
            lines.append(f"- {code(place(thing.path, thing.line))} {code(thing.spelling)}: {prose(thing.why)}")
        lines += [*_more(len(made.other_things)), ""]
    if made.longer_names:
        lines += ["## Part of a longer name", "", "Not touched: each may be another concept.", ""]
        lines += ["| Name | Occurrences | Files | Uses it, and may go with it |", "|---|---:|---|---|"]
        for name in made.longer_names[:_MOST_ROWS]:
            users = ", ".join(code(user) for user in name.users)
            lines.append(f"| {code(name.name)} | {number(name.count)} | {_files(name.files)} | {users} |")
        lines += ["", *_more(len(made.longer_names)), ""]
    lines += _asides("Perhaps in plain words", made.weak)
    lines += _asides("History: stays as it is", made.history)
    if made.binary:
        lines += ["## Binary files that hold the name", "", *(f"- [ ] {code(path)}" for path in made.binary), ""]
    if made.problems:
        lines += ["## Not looked into", "", *(f"- {escaped(one)}" for one in made.problems), ""]
    return lines


def _files(paths: Sequence[str]) -> str:
    """Return the first files, and how many more there are."""
    return listed([code(path) for path in paths], 3)


def _asides(title: str, rows: Sequence[Aside]) -> list[str]:
    if not rows:
        return []
    lines = [f"## {title}", ""]
    for row in rows[:_MOST_ROWS]:
        shown = ", ".join(map(str, row.lines[:8])) + (", …" if len(row.lines) > 8 else "")
        lines.append(f"- {code(row.path)}: {count(row.count, 'place')}{f', lines {shown}' if shown else ''}")
    return [*lines, *_more(len(rows)), ""]


def _how_made(made: Retirement) -> list[str]:
    return [
        "## How this was made",
        "",
        f"- auditor {__version__}, {wording.moment(made.made)}, on commit {code(made.base_commit)}",
        "- Python by definition and reference, everything else by its text. No step is carried out for you.",
        "- Run the same command again: what is done is ticked, what is new is added behind.",
    ]
