"""Scan, gate and plan as GitHub-flavoured Markdown; the plan is a document that a person can execute.

In: frozen results. Out: Markdown. Every name is escaped, so that no text from code, logs or git can become markup, a
link, a table cell or HTML. Never reads a file or a clock.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from auditor import __version__
from auditor.model.gate import GateResult
from auditor.model.plan import Plan, PlanFinding
from auditor.model.report import RULES, ScanFinding, ScanResult
from auditor.model.verdict import Evidence, Verdict
from auditor.report import outline, wording
from auditor.report.text import gate_summary
from auditor.report.wording import count, number, place, printable

MAX_ROWS = 2_000
"""Rows of a scan's tables; a job summary holds 1 MiB. What is left out is counted."""

_PLAIN_CODE = re.compile(r"[\w ./:\-,;=+@%'\"(){}?^]*")
_MARKUP = re.compile(r"([\\*_\[\]$~])")
_ENTITIES = str.maketrans({c: f"&#{ord(c)};" for c in "&<>`|\\*_[]$~#!()"})


def escaped(text: str) -> str:
    """Return text that Markdown and HTML show as it is, in a paragraph, a list or a table cell."""
    plain = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\1", plain).replace("`", "&#96;").replace("|", "&#124;")


def code(text: str) -> str:
    """Return text as code: a code span where that is safe everywhere, else `<code>` with every mark as an entity."""
    plain = printable(text)
    if not plain:
        return ""
    if _PLAIN_CODE.fullmatch(plain) and plain == plain.strip():
        return f"`{plain}`"
    return f"<code>{plain.translate(_ENTITIES)}</code>"


def prose(text: str) -> str:
    """Return a sentence whose names stand in back-quotes, as text and code."""
    found = [code(part) if is_code else escaped(part) for is_code, part in wording.fragments(wording.capitalised(text))]
    return "".join(found)


def scan(result: ScanResult) -> str:
    """Return a scan: what was read, findings by file, what could not be read."""
    ids = {finding.id for finding in result.findings}
    outer = [finding for finding in result.findings if finding.inside not in ids]
    inside = Counter(finding.inside for finding in result.findings if finding.inside in ids)
    shown = outer[:MAX_ROWS]
    lines = [
        "# What nothing reaches",
        "",
        f"auditor {escaped(result.tool.version)} scanned {code(result.root)} at "
        f"{code(wording.short_commit(result.commit))}: {count(result.files, 'file')}, {count(result.lines, 'line')}, "
        f"{count(result.definitions, 'definition')}, {count(result.routes, 'route')}.",
        "",
        *_rule_table(result.findings),
    ]
    for path, group in groupby(shown, key=lambda f: f.path):
        lines += [f"## {code(path)}", "", "| Line | What | Lines | Rule | Evidence |", "|---:|---|---:|---|---|"]
        lines += [_scan_row(finding, inside[finding.id]) for finding in group]
        lines.append("")
    if len(shown) < len(outer):
        lines += [f"… and {number(len(outer) - len(shown))} more; the JSON output lists all.", ""]
    if result.problems:
        lines += ["## Could not be read as meant", ""]
        lines += [f"- {code(place(p.path, p.line))}: {prose(p.message)}" for p in result.problems] + [""]
    lines.append("Unreached is not yet unused: `auditor plan` joins these findings with production usage.")
    return _joined(lines)


def _rule_table(findings: tuple[ScanFinding, ...]) -> list[str]:
    if not findings:
        return ["Nothing found.", ""]
    met = Counter(finding.rule for finding in findings)
    rows = [f"| {code(rule)} | {escaped(RULES.get(rule, ''))} | {number(met[rule])} |" for rule in sorted(met)]
    return ["| Rule | Says | Findings |", "|---|---|---:|", *rows, ""]


def _scan_row(finding: ScanFinding, inside: int) -> str:
    what = f"{finding.kind} {code(wording.name_in_module(finding.id))}"
    what += f", with {number(inside)} inside it" if inside else ""
    because = "; ".join(("**but** " if e.supports == "alive" else "") + _evidence(e, finding) for e in finding.evidence)
    agreed = f" ({', '.join(escaped(name) for name in finding.agreed_by)} agrees)" if finding.agreed_by else ""
    return f"| {finding.line} | {what} | {number(finding.lines)} | {finding.rule}{agreed} | {because} |"


def gate(result: GateResult) -> str:
    """Return the gate's answer, the breaches as a table, and what passed."""
    lines = [
        f"# Gate: {'passed' if result.passed else 'blocked' if result.breaches else 'cannot tell'}",
        "",
        f"**{escaped(gate_summary(result))}**",
        "",
        f"{code(wording.short_commit(result.base))} to {code(wording.short_commit(result.head))}: "
        f"{number(result.deleted)} deleted, {number(result.moved)} moved.",
        "",
    ]
    if result.breaches:
        lines += ["| Deleted | Why not | Where | Detail | Override |", "|---|---|---|---|---|"]
        lines += [
            f"| {code(b.id)} | {b.why.replace('_', ' ')} | {code(place(b.path, b.line))} | {prose(b.detail)} "
            f"| {code(b.override or '')} |"
            for b in result.breaches
        ]
        lines.append("")
    lines += ["## Notes", "", *[f"- {prose(note)}" for note in result.notes]] if result.notes else []
    return _joined(lines)


def plan(plan: Plan) -> str:
    """Return `plan.md`: the answer, the evidence, contradictions first, then batches as checkboxes, then the rest."""
    shape = outline.of(plan)
    lines = [
        f"# Deletion plan {escaped(plan.plan_id)}",
        "",
        f"**{escaped(shape.answer.headline)}** {prose(shape.answer.detail)}",
        "",
        *_overview(plan),
        *_evidence_section(plan, shape),
        *_contradictions(shape),
        *_batches(plan, shape),
        *_held_back(shape),
        *_dormant(shape),
        *_undecided(shape),
        *_in_use(shape),
        *_unattributed(plan),
        *_taking_back(plan),
        *_how_made(plan),
    ]
    return _joined(lines)


def _overview(plan: Plan) -> list[str]:
    rows = [
        f"| {wording.verdict_name(v)} | {number(plan.counts.get(v.value, 0))} | {wording.VERDICT_MEANING[v]} |"
        for v in Verdict
    ]
    return ["| Verdict | Definitions | Means |", "|---|---:|---|", *rows, ""]


def _evidence_section(plan: Plan, shape: outline.PlanOutline) -> list[str]:
    window, snapshot = plan.window, plan.evidence
    lines = [
        "## Evidence",
        "",
        f"- Window: {wording.moment(window.start)} to {wording.moment(window.end)} ({count(window.days, 'day')})",
        f"- Watched: {wording.percent(snapshot.watched_share)} of its minutes, by at least one source",
        f"- Endpoints observed: {number(snapshot.endpoints_observed)}",
        "",
    ]
    if not shape.watched:
        return [*lines, "No source was read.", ""]
    lines += ["| Source | Health | Watched minutes |", "|---|---|---:|"]
    lines += [f"| {code(s.name)} | {_health(s)} | {number(s.minutes)} of {number(s.possible)} |" for s in shape.watched]
    lines += ["", "Watched minutes by day (UTC), of those that lie inside the window:", ""]
    lines.append("| Day | " + " | ".join(code(s.name) for s in shape.watched) + " | Possible |")
    lines.append("|---|" + "---:|" * (len(shape.watched) + 1))
    for bars in zip(*(source.bars for source in shape.watched), strict=True):
        cells = [number(bar.minutes) for bar in bars]
        lines.append(f"| {bars[0].day.isoformat()} | {' | '.join(cells)} | {number(bars[0].possible)} |")
    return [*lines, ""]


def _health(source: outline.WatchedSource) -> str:
    if source.healthy is None:
        return "not known"
    return "healthy" if source.healthy else f"**sick**: {escaped(source.problem or 'no reason given')}"


def _contradictions(shape: outline.PlanOutline) -> list[str]:
    lines = ["## Contradictions", ""]
    if not shape.contradictions:
        return [*lines, "None: production used nothing that the scan holds for unreached.", ""]
    lines += ["Look here first. The scan reaches none of these, and production used them: find out how.", ""]
    return [*lines, *_findings(shape.contradictions), ""]


def _batches(plan: Plan, shape: outline.PlanOutline) -> list[str]:
    lines = ["## Batches", ""]
    if not shape.batches:
        why = plan.refusal or "No finding is free to go."
        return [*lines, f"None. {prose(why)}", *_loose(shape.unplanned), ""]
    lines += ["In this order, one deployment each. `auditor apply N` does a batch's steps, verifies and tags it.", ""]
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
    for removal in shape.removals:
        step = removal.step
        done = "Delete" if step.action == "delete_file" else "Edit"
        lines.append(f"- [ ] {done} {code(step.path)}")
        lines += _findings(removal.entries, "  ")
        with_it = "the whole file, needed by nothing else" if step.action == "delete_file" else "needed by nothing else"
        lines += [f"  - {with_it}: {code(name)}" for name in removal.also]
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
    lines = ["## Held back", ""]
    if not shape.held_back:
        return [*lines, "Nothing.", ""]
    for group in shape.held_back:
        reason = group.entries[0].finding.held_back[0].reason
        lines += [f"### {outline.hold_label(group.key)} ({number(group.size)})", "", outline.hold_release(reason), ""]
        lines += [*_findings(group.entries), ""]
    return lines


def _dormant(shape: outline.PlanOutline) -> list[str]:
    lines = ["## Dormant, by endpoint", ""]
    if not shape.dormant:
        return [*lines, "Nothing.", ""]
    lines += [
        "Reached only from these endpoints, which nobody called. Planned with `auditor plan --include dormant`.",
        "",
    ]
    for group in shape.dormant:
        lines += [f"### {code(group.key)} ({number(group.size)})", "", *_findings(group.entries), ""]
    return lines


def _undecided(shape: outline.PlanOutline) -> list[str]:
    lines = ["## Undecided", ""]
    if not shape.undecided:
        return [*lines, "Nothing.", ""]
    lines += ["Not enough was watched to conclude anything about these.", ""]
    for group in shape.undecided:
        lines += [f"### {code(group.key)} ({number(group.size)})", "", *_findings(group.entries), ""]
    return lines


def _in_use(shape: outline.PlanOutline) -> list[str]:
    if not shape.in_use:
        return []
    lines = ["## Seen in use", "", "| Definition | Where | Why |", "|---|---|---|"]
    for entry in outline.flat(entry for group in shape.in_use for entry in group.entries):
        finding = entry.finding
        why = _evidence(finding.evidence[0], finding) if finding.evidence else ""
        lines.append(f"| {code(finding.id)} | {code(place(finding.path, finding.line))} | {why} |")
    return [*lines, ""]


def _findings(entries: Iterable[outline.Entry], indent: str = "") -> list[str]:
    lines: list[str] = []
    for entry in entries:
        finding = entry.finding
        lines.append(f"{indent}- {code(finding.id)}, {_where(finding)}")
        lines += [f"{indent}  - held back: {prose(held.detail)}" for held in finding.held_back]
        lines += [f"{indent}  - {_for(e)}: {_evidence(e, finding)}" for e in finding.evidence]
        lines += [f"{indent}  - with {code(e.finding.id)}, {_where(e.finding)}" for e in entry.inside]
    return lines


def _where(finding: PlanFinding) -> str:
    lines = f"{finding.line}-{finding.end_line}" if finding.end_line > finding.line else str(finding.line)
    verdict = wording.verdict_name(finding.verdict)
    return f"{escaped(finding.kind)}, {code(f'{finding.path}:{lines}')}, {verdict}"


def _for(evidence: Evidence) -> str:
    return "says alive" if evidence.supports == "alive" else "says dead"


def _evidence(evidence: Evidence, finding: PlanFinding | ScanFinding) -> str:
    where = wording.elsewhere(evidence, finding.path, finding.line)
    return prose(evidence.detail) + (f" ({code(where)})" if where else "")


def _unattributed(plan: Plan) -> list[str]:
    lines = ["## Usage that leads to no definition", ""]
    if not plan.unattributed:
        return [*lines, "None: every usage key leads to a definition.", ""]
    lines += ["These calls were counted, and no code here answers to them.", "", "| Key | Calls |", "|---|---:|"]
    return [*lines, *[f"| {code(u.key)} | {number(u.count)} |" for u in plan.unattributed], ""]


def _taking_back(plan: Plan) -> list[str]:
    lines = ["## How to take it back", ""]
    if not plan.batches:
        return [*lines, "Nothing is deleted by this plan.", ""]
    lines += ["Latest first. A rollback is a `git revert` of the batch's commit; nothing is lost.", ""]
    return [*lines, *[f"- Batch {b.number}: {code(b.rollback)}" for b in reversed(plan.batches)], ""]


def _how_made(plan: Plan) -> list[str]:
    return [
        "## How this was made",
        "",
        f"- auditor {__version__}, plan format {plan.format_version}",
        f"- Made on commit {code(plan.base_commit)}",
        f"- Evidence digest {code(plan.evidence.digest)}",
        "- A symbol whose body, or a batch whose evidence, changed since is void and has to be planned again.",
    ]


def _joined(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"
