"""How a plan is carried out, as Markdown: the batches at a glance, the weeks, and what cannot be taken back.

In: a Plan. Out: lines of Markdown; every name is escaped. Never reads a file or a clock.
"""

from auditor.model.plan import Plan, TableRemoval
from auditor.report.markdown_data import data_part, irreversible
from auditor.report.markdown_text import code, escaped, prose
from auditor.report.wording import count, number, place


def at_a_glance(plan: Plan) -> list[str]:
    """Return one row a batch: what it touches, what it comes after, and in which week it goes; nothing without one."""
    if not plan.batches:
        return []
    weeks = {one: week.week_of.isoformat() for week in plan.timeline for one in week.batches}
    lines = ["| Batch | Files | Lines | Risk | After | Week of |", "|---:|---:|---:|---|---|---|"]
    for batch in plan.batches:
        after = ", ".join(str(one) for one in batch.depends_on) or "-"
        lines.append(
            f"| {batch.number} | {len(batch.paths)} | {number(batch.lines_removed)} | {batch.risk} | {after} "
            f"| {weeks.get(batch.number, '-')} |"
        )
    return [*lines, ""]


def impact(plan: Plan) -> list[str]:
    """Return one row an area; nothing where nothing goes."""
    if not plan.impact:
        return []
    lines = ["## Impact by area", "", "| Area | Files deleted | Files edited | Definitions | Lines |"]
    lines.append("|---|---:|---:|---:|---:|")
    for row in plan.impact:
        cells = (row.deleted, row.edited, row.definitions, row.lines)
        lines.append(f"| {escaped(row.area)} | {' | '.join(map(number, cells))} |")
    return [*lines, ""]


def timeline(plan: Plan) -> list[str]:
    """Return the weeks of the plan; nothing where it has no timeline."""
    if not plan.timeline:
        return []
    lines = [
        "## Timeline",
        "",
        "A proposal, if every deployment goes well. After each: watch errors and usage before the next; a call of what "
        "was removed is a reason to take its batch back.",
        "",
        "| Week of | What |",
        "|---|---|",
    ]
    for week in plan.timeline:
        what = ", ".join(f"deploy batch {one}" for one in week.batches)
        lines.append(f"| {week.week_of.isoformat()} | {what or 'from here on: the irreversible steps'} |")
    return [*lines, ""]


def last(plan: Plan) -> list[str]:
    """Return what comes last because git cannot take it back; nothing where there is nothing such."""
    if not plan.data_steps:
        return []
    lines = [
        "## Irreversible, last",
        "",
        "No batch touches data. These tables lose their model, and `git revert` does not bring rows back. First the "
        "code, deployed and watched; then a backup that was restored once for trial; then the drop.",
        "",
    ]
    for one in plan.data_steps:
        lines += _table(one, plan.window.days)
    return lines


def _table(one: TableRemoval, days: int) -> list[str]:
    steps = one.steps
    return [
        f"### Table {code(steps.table)}, declared by {code(one.model)} in {code(place(one.path, one.line))}",
        "",
        *[f"- Note: {prose(note)}" for note in steps.notes],
        f"- [ ] Batch {one.after} is deployed everywhere, and {count(days, 'day')} have passed without an error",
        "",
        *data_part("Backup", steps.backup, box=True),
        *data_part("Migration", steps.migration, box=True),
        *irreversible(steps),
        *data_part("To take it back", steps.rollback, box=False),
    ]
