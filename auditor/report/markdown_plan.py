"""The plan as GitHub-flavoured Markdown: a document that a person can execute.

In: a Plan. Out: Markdown; every name is escaped. Never reads a file or a clock.
"""

from collections.abc import Iterable, Sequence

from auditor import __version__
from auditor.model.plan import Plan, PlanFinding
from auditor.model.verdict import Evidence, Verdict
from auditor.report import endpoints, markdown_deployment, markdown_revisions, outline, wording
from auditor.report.markdown_room import PULL_REQUEST, Part, fitted
from auditor.report.markdown_text import code, escaped, evidence, prose
from auditor.report.ownership import batch_owners
from auditor.report.wording import count, number, place


def plan(plan: Plan, *, room: int = PULL_REQUEST) -> str:
    """Return `plan.md`: the answer, the evidence, contradictions first, then batches as checkboxes, then the rest.

    It takes at most `room` bytes, as far as parts can be cut that are not needed to carry it out.
    """
    shape = outline.of(plan)
    return fitted(_parts(plan, shape), room)


def _parts(plan: Plan, shape: outline.PlanOutline) -> list[Part]:
    opening = [
        f"# Deletion plan {escaped(plan.plan_id)}",
        "",
        f"**{escaped(shape.answer.headline)}** {prose(shape.answer.detail)}",
        "",
    ]
    story = [*markdown_revisions.so_far(plan), *markdown_deployment.at_a_glance(plan), *_overview(plan)]
    deployment = (*markdown_deployment.timeline(plan), *markdown_deployment.last(plan))
    return [
        Part("", tuple(opening)),
        Part("", tuple(story)),
        Part("## Evidence", tuple(_evidence(plan, shape))),
        *([_by_day(shape)] if shape.watched else []),
        Part("## Contradictions", tuple(_contradictions(shape)), rank=7),
        Part("", tuple(markdown_deployment.impact(plan))),
        Part("## Batches", tuple(_batches(plan, shape)), rank=6, whole=bool(shape.batches)),
        Part("", deployment),
        Part("## Held back", tuple(_held_back(shape)), rank=5),
        Part("## Dormant, by endpoint", tuple(_dormant_endpoints(plan, shape)), rank=4),
        *_dormant(shape),
        Part("## Undecided", tuple(_undecided(shape)), rank=2),
        *_in_use(shape),
        Part("## Usage that leads to no definition", tuple(_unattributed(plan)), rank=3),
        Part("## How to take it back", tuple(_taking_back(plan))),
        Part("## How this was made", tuple(_how_made(plan))),
    ]


def _overview(plan: Plan) -> list[str]:
    rows = [
        f"| {wording.verdict_name(v)} | {number(plan.counts.get(v.value, 0))} | {wording.VERDICT_MEANING[v]} |"
        for v in Verdict
    ]
    return ["| Verdict | Definitions | Means |", "|---|---:|---|", *rows, ""]


def _evidence(plan: Plan, shape: outline.PlanOutline) -> list[str]:
    window, snapshot = plan.window, plan.evidence
    lines = [
        f"- Window: {wording.moment(window.start)} to {wording.moment(window.end)} ({count(window.days, 'day')})",
        f"- Watched: {wording.percent(snapshot.watched_share)} of its minutes, by at least one source",
        f"- Endpoints observed: {number(snapshot.endpoints_observed)}",
        "",
    ]
    if not shape.watched:
        return [*lines, "No source was read.", ""]
    lines += ["| Source | Health | Watched minutes |", "|---|---|---:|"]
    lines += [f"| {code(s.name)} | {_health(s)} | {number(s.minutes)} of {number(s.possible)} |" for s in shape.watched]
    return lines


def _by_day(shape: outline.PlanOutline) -> Part:
    lines = ["| Day | " + " | ".join(code(s.name) for s in shape.watched) + " | Possible |"]
    lines.append("|---|" + "---:|" * (len(shape.watched) + 1))
    for bars in zip(*(source.bars for source in shape.watched), strict=True):
        cells = [number(bar.minutes) for bar in bars]
        lines.append(f"| {bars[0].day.isoformat()} | {' | '.join(cells)} | {number(bars[0].possible)} |")
    return Part("", tuple(lines), rank=3, folded="Watched minutes by day (UTC), of those inside the window")


def _health(source: outline.WatchedSource) -> str:
    if source.healthy is None:
        return "not known"
    return "healthy" if source.healthy else f"**sick**: {escaped(source.problem or 'no reason given')}"


def _contradictions(shape: outline.PlanOutline) -> list[str]:
    if not shape.contradictions:
        return ["None: production used nothing that the scan holds for unreached."]
    lines = ["Look here first. The scan reaches none of these, and production used them: find out how.", ""]
    return [*lines, *_findings(shape.contradictions), ""]


def _batches(plan: Plan, shape: outline.PlanOutline) -> list[str]:
    if not shape.batches:
        return [f"None. {prose(plan.refusal or 'No finding is free to go.')}", *_loose(shape.unplanned)]
    lines = ["In this order, one deployment each. `auditor apply N` does a batch's steps, verifies and tags it.", ""]
    lines += ["What would disprove it:", ""]
    verdicts = sorted({f.verdict for f in plan.findings if f.batch is not None})
    lines += [f"- {wording.verdict_name(verdict)}: {wording.DISPROOF[verdict]}" for verdict in verdicts] + [""]
    for batch in shape.batches:
        lines += _batch(batch)
    return [*lines, *_loose(shape.unplanned)]


def _batch(shape: outline.BatchOutline) -> list[str]:
    batch = shape.batch
    after = ", ".join(f"batch {n}" for n in batch.depends_on) or "nothing"
    lines = [
        f"### Batch {batch.number}: {count(len(batch.paths), 'file')}, {count(batch.lines_removed, 'line')}, "
        f"{batch.risk} risk",
        "",
        f"Depends on {after}. Tags: {code(batch.tags.before)} before, {code(batch.tags.verified)} once verified.",
        "",
    ]
    owners = batch_owners(shape)
    lines += [f"Owned by {', '.join(map(code, owners))}.", ""] if owners else []
    shared = outline.shared_evidence(shape)
    lines += [f"- Of each of these, {_says(e)}: {prose(e.detail)}" for e in shared] + ([""] if shared else [])
    for removal in shape.removals:
        step = removal.step
        done = "Delete" if step.action == "delete_file" else "Edit"
        by = ", by `knip --fix`" if removal.by_knip else ""
        lines.append(f"- [ ] {done} {code(step.path)}{by}")
        lines += _findings(removal.entries, "  ", frozenset(shared))
        with_it = "the whole file, needed by nothing else" if step.action == "delete_file" else "needed by nothing else"
        lines += [f"  - {with_it}: {code(name)}" for name in removal.also]
        lines += ["  - lock files stay as they are: lock the requirements anew"] if removal.of_requirements else []
    lines.append(f"- [ ] Apply it: {code(f'auditor apply {batch.number}')} edits, verifies, commits and tags")
    lines += [f"- [ ] Verified by {code(command)}" for command in batch.verify]
    lines += ["- [ ] Deploy, and watch for errors", f"- To take it back: {code(batch.rollback)}", ""]
    return lines


def _loose(groups: Sequence[outline.Group]) -> list[str]:
    if not groups:
        return []
    lines = ["", "Unreached and unused, and in no batch:", ""]
    return [*lines, *_findings(entry for group in groups for entry in group.entries), ""]


def _held_back(shape: outline.PlanOutline) -> list[str]:
    lines = [] if shape.held_back else ["Nothing."]
    for group in shape.held_back:
        reason = group.entries[0].finding.held_back[0].reason
        lines += [f"### {outline.hold_label(group.key)} ({number(group.size)})", "", outline.hold_release(reason), ""]
        lines += [*_findings(group.entries), ""]
    return lines


def _dormant_endpoints(plan: Plan, shape: outline.PlanOutline) -> list[str]:
    lines = markdown_revisions.endpoints(plan)
    if not shape.dormant:
        return lines or ["Nothing."]
    return [
        *lines,
        "Reached only from these endpoints, which nobody called."
        + ("" if endpoints.why_none(endpoints.rows(plan)) else " `auditor plan --include dormant` plans them all."),
    ]


def _dormant(shape: outline.PlanOutline) -> list[Part]:
    if not shape.dormant:
        return []
    lines: list[str] = []
    for group in shape.dormant:
        lines += [f"### {code(group.key)} ({number(group.size)})", "", *_findings(group.entries), ""]
    total = sum(group.size for group in shape.dormant)
    return [Part("", tuple(lines), rank=2, folded=f"What is reached only from them: {count(total, 'definition')}")]


def _undecided(shape: outline.PlanOutline) -> list[str]:
    if not shape.undecided:
        return ["Nothing."]
    lines = ["Not enough was watched to conclude anything about these.", ""]
    for group in shape.undecided:
        lines += [f"### {code(group.key)} ({number(group.size)})", "", *_findings(group.entries), ""]
    return lines


def _in_use(shape: outline.PlanOutline) -> list[Part]:
    if not shape.in_use:
        return []
    lines = ["| Definition | Where | Why |", "|---|---|---|"]
    for entry in outline.flat(entry for group in shape.in_use for entry in group.entries):
        finding = entry.finding
        why = evidence(finding.evidence[0], finding) if finding.evidence else ""
        lines.append(f"| {code(finding.id)} | {code(place(finding.path, finding.line))} | {why} |")
    folded = f"What production needs: {count(len(lines) - 2, 'definition')}"
    return [Part("## Seen in use", tuple(lines), rank=1, folded=folded)]


def _findings(entries: Iterable[outline.Entry], indent: str = "", said: frozenset[Evidence] = frozenset()) -> list[str]:
    """Return entries as a list; evidence in `said` stands elsewhere already."""
    lines: list[str] = []
    for entry in entries:
        finding = entry.finding
        lines.append(f"{indent}- {code(finding.id)}, {_where(finding)}")
        lines += [f"{indent}  - held back: {prose(held.detail)}" for held in finding.held_back]
        lines += [f"{indent}  - {_says(e)}: {evidence(e, finding)}" for e in finding.evidence if e not in said]
        lines += [f"{indent}  - with {code(e.finding.id)}, {_where(e.finding)}" for e in entry.inside]
    return lines


def _where(finding: PlanFinding) -> str:
    lines = f"{finding.line}-{finding.end_line}" if finding.end_line > finding.line else str(finding.line)
    verdict = wording.verdict_name(finding.verdict)
    return f"{escaped(finding.kind)}, {code(f'{finding.path}:{lines}')}, {verdict}"


def _says(evidence: Evidence) -> str:
    if evidence.kind == "disproof":
        return "what would disprove it"
    return "says alive" if evidence.supports == "alive" else "says dead"


def _unattributed(plan: Plan) -> list[str]:
    if not plan.unattributed:
        return ["None: every usage key leads to a definition."]
    lines = ["These calls were counted, and no code here answers to them.", "", "| Key | Calls |", "|---|---:|"]
    return [*lines, *[f"| {code(u.key)} | {number(u.count)} |" for u in plan.unattributed]]


def _taking_back(plan: Plan) -> list[str]:
    if not plan.batches:
        return ["Nothing is deleted by this plan."]
    lines = ["Latest first. A rollback is a `git revert` of the batch's commit; nothing is lost.", ""]
    return [*lines, *[f"- Batch {b.number}: {code(b.rollback)}" for b in reversed(plan.batches)]]


def _how_made(plan: Plan) -> list[str]:
    return [
        f"- auditor {__version__}, plan format {plan.format_version}",
        f"- Made on commit {code(plan.base_commit)}",
        f"- Evidence digest {code(plan.evidence.digest)}",
        "- A symbol whose body, or a batch whose evidence, changed since is void and has to be planned again.",
    ]
