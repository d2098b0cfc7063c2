"""What became of a plan so far, and the endpoints that nobody called, as Markdown.

In: a Plan. Out: lines of Markdown; every name is escaped. Never reads a file or a clock.
"""

from auditor.model.plan import Plan
from auditor.report import endpoints as called_never
from auditor.report import revisions
from auditor.report.markdown_text import code, prose
from auditor.report.wording import place


def so_far(plan: Plan) -> list[str]:
    """Return the plan's story, with a ticked box for each batch that is applied; nothing where it has just begun."""
    told = revisions.said(plan)
    if not told:
        return []
    lines = ["## So far", "", *(f"- {prose(sentence)}" for sentence in told), ""]
    own = [past for past in plan.past if not past.plan_id]
    for past in own:
        batch = past.batch
        tick, how = ("x", "applied") if past.state == "applied" else (" ", "applied and taken back")
        where = ", ".join(map(code, batch.paths))
        lines.append(f"- [{tick}] Batch {batch.number}: {how} ({code(past.commit[:12])}): {where}")
    return [*lines, ""] if own else lines


def endpoints(plan: Plan) -> list[str]:
    """Return one row an entry point that nobody called; nothing where there is none."""
    rows = called_never.rows(plan)
    if not rows:
        return []
    common = called_never.why_none(rows)
    lines = [
        *([f"None can be planned: {prose(common)}", ""] if common else []),
        "One decision an endpoint. What several of them lead to goes only when all of these are included.",
        "",
        "| Endpoint | Handler | Falls with it alone | Shared | To plan it |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        handler = f"{code(row.entry.handler)}, {code(place(row.entry.path, row.entry.line))}"
        done = code(row.command) if row.command else "-" if common else prose(row.state)
        lines.append(f"| {code(row.name)} | {handler} | {row.falls} | {prose(row.shared) or '-'} | {done} |")
    return [*lines, ""]
