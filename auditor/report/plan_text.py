"""The plan in short, for a terminal.

In: a Plan. Out: text; every name is made printable. Never reads a file or a clock.
"""

from auditor.model.plan import Batch, Plan
from auditor.model.verdict import Verdict
from auditor.report import endpoints, outline, revisions, wording
from auditor.report.layout import command, finished, fitted, styled, width, wrapped
from auditor.report.ownership import batches_by_owner
from auditor.report.wording import count, number, printable

_MOST_ENDPOINTS = 10
_MOST_OWNERS = 8


def plan(value: Plan) -> str:
    """Return the plan in short: the answer, the evidence, one line a batch, what is held back, what to do next."""
    shape = outline.of(value)
    window = value.window
    lines = [f"Plan {fitted(printable(value.plan_id), 50)} on {wording.short_commit(printable(value.base_commit))}"]
    lines += [styled(shape.answer.headline, "good" if value.batches else "doubtful"), *wrapped(shape.answer.detail), ""]
    told = revisions.said(value)
    lines += [line for sentence in told for line in wrapped(sentence, "", "  ")] + ([""] if told else [])
    lines.append(
        f"Window    {wording.moment(window.start)} to {wording.moment(window.end)} ({count(window.days, 'day')})"
    )
    lines.append(
        f"Watched   {wording.percent(value.evidence.watched_share)} of its minutes; "
        f"{count(value.evidence.endpoints_observed, 'endpoint')} observed"
    )
    for source in shape.watched:
        state = "healthy" if source.healthy else f"SICK: {source.problem or 'no reason given'}"
        minutes = f"{number(source.minutes)} of {count(source.possible, 'minute')}"
        lines += wrapped(f"Source    {source.name}: {state}; {minutes}", "", " " * 10)
    lines.append("")
    lines += [f"{wording.verdict_name(v):<13}{value.counts.get(v.value, 0):>7,}" for v in Verdict]
    if shape.contradictions:
        first = "Look first: not reached by the scan, yet used in production. Never deleted."
        lines += ["", styled(first, "bad", "Look first")]
        lines += [f"  {fitted(printable(entry.finding.id), width() - 2)}" for entry in shape.contradictions[:5]]
        lines += [f"  … and {number(len(shape.contradictions) - 5)} more"] if len(shape.contradictions) > 5 else []
    if value.batches:
        lines += [
            "",
            styled("Batch   risk    files    lines  what", "strong"),
            *(_batch(batch) for batch in value.batches),
        ]
        lines += _owners(shape)
    if value.data_steps:
        noun = "table" if len(value.data_steps) == 1 else "tables"
        tables = ", ".join(f"{one.steps.table} (after batch {one.after})" for one in value.data_steps)
        lines += [
            "",
            *wrapped(f"Irreversible, last, by hand: {noun} {tables}; plan.md says how."),
        ]
    if shape.held_back:
        lines += ["", "Held back:"]
        lines += [f"  {group.size:>5,}  {outline.hold_label(group.key)}" for group in shape.held_back]
    lines += _endpoints(value)
    lines += ["", *_plan_next(value), *wrapped(_plan_summary(value, shape))]
    return finished(lines)


def _batch(batch: Batch) -> str:
    deleted = [step.path for step in batch.steps if step.action == "delete_file"]
    what = deleted[0] if deleted else batch.paths[0]
    more = f" +{len(batch.paths) - 1}" if len(batch.paths) > 1 else ""
    left = f"{batch.number:>5}   {batch.risk:<6} {len(batch.paths):>6} {batch.lines_removed:>8,}  "
    return left + fitted(printable(what), width() - len(left) - len(more)) + more


def _owners(shape: outline.PlanOutline) -> list[str]:
    """Return who owns what goes, as CODEOWNERS says, and in which batches."""
    found = batches_by_owner(shape.batches)
    said = [f"{owner} ({wording.count(len(numbers), 'batch', 'batches')})" for owner, numbers in found.items()]
    more = [f"{number(len(said) - _MOST_OWNERS)} more"] if len(said) > _MOST_OWNERS else []
    return wrapped(f"Owned by {', '.join([*said[:_MOST_OWNERS], *more])}", "", "    ") if said else []


def _endpoints(value: Plan) -> list[str]:
    """Return the endpoints that nobody called, with what falls with each alone, and how to plan one."""
    found = endpoints.rows(value)
    if not found:
        return []
    lines = ["", "Dormant: endpoints that nobody called, and what falls with each alone:"]
    common = endpoints.why_none(found)
    lines += wrapped(f"None is plannable: {common}", "  ", "  ") if common else []
    for row in found[:_MOST_ENDPOINTS]:
        lines.append(f"  {fitted(printable(row.name), width() - 2)}")
        lines.append(f"      {row.falls}" + (f"; {row.state}" if row.entry.batches else ""))
        lines += wrapped(f"not plannable: {row.state}", "      ", "      ") if row.entry.why_not and not common else []
    if len(found) > _MOST_ENDPOINTS:
        lines.append(f"  … and {number(len(found) - _MOST_ENDPOINTS)} more, in plan.md")
    free = next((row.command for row in found if row.command), "")
    return [*lines, *([command("  Plan one with", free)] if free else [])]


def _plan_next(value: Plan) -> list[str]:
    if value.refusal is not None:
        return [command("Next", "auditor usage health"), ""]
    if value.batches:
        return [command("Next", f"auditor apply {value.batches[0].number} --dry-run"), ""]
    return []


def _plan_summary(value: Plan, shape: outline.PlanOutline) -> str:
    if value.refusal is not None:
        return "No batches: the evidence is not enough."
    held = sum(group.size for group in shape.held_back)
    removed = sum(batch.lines_removed for batch in value.batches)
    return (
        f"{count(len(value.batches), 'batch', 'batches')}, {count(removed, 'line')} to remove; "
        f"{number(held)} held back, "
        f"{count(len(shape.contradictions), 'contradiction')}, {count(len(value.unattributed), 'key')} not attributed."
    )
