"""Scan and gate as GitHub-flavoured Markdown, as a job summary or a comment shows them.

In: frozen results. Out: Markdown; every name is escaped. Never reads a file or a clock.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from auditor.model.report import RULES, Island, ScanFinding, ScanResult
from auditor.report import held, wording
from auditor.report.markdown_text import code, escaped, evidence, joined, prose
from auditor.report.wording import count, number, place

MAX_ROWS = 2_000
"""Rows of a scan's tables; a job summary holds 1 MiB. What is left out is counted."""

MAX_ISLANDS = 50
MAX_MEMBERS = 20
"""Members listed of an island, and tests."""


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
    lines += [*_islands(result.islands), *_held(result)]
    if result.problems:
        lines += ["## Could not be read as meant", ""]
        lines += [f"- {code(place(p.path, p.line))}: {prose(p.message)}" for p in result.problems] + [""]
    lines.append("Unreached is not yet unused: `auditor plan` joins these findings with production usage.")
    return joined(lines)


def _islands(islands: Sequence[Island]) -> list[str]:
    if not islands:
        return []
    lines = ["## Islands, which refer only to themselves", ""]
    for island in islands[:MAX_ISLANDS]:
        size = f"{count(len(island.members), 'definition')}, {count(island.lines, 'line')}"
        lines.append(f"- **{size}**: {prose(island.detail)}")
        lines += [f"  - {code(member)}" for member in island.members[:MAX_MEMBERS]]
        if len(island.members) > MAX_MEMBERS:
            lines.append(f"  - … and {number(len(island.members) - MAX_MEMBERS)} more")
        lines += [f"  - would go with it: test {code(test)}" for test in island.tests[:MAX_MEMBERS]]
    if len(islands) > MAX_ISLANDS:
        lines.append(f"- … and {number(len(islands) - MAX_ISLANDS)} smaller ones; the JSON output lists all.")
    return [*lines, ""]


def _held(result: ScanResult) -> list[str]:
    if not result.held_back:
        return []
    lines = ["## Held back", "", "Nothing is seen to reach these, but what is named here could.", ""]
    for group in held.groups(result.held_back)[:MAX_ISLANDS]:
        lines.append(f"- **{count(len(group.members), 'definition')}**: {prose(group.access)}")
        lines += [f"  - {code(one.id)}, {code(place(one.path, one.line))}" for one in group.members[:MAX_MEMBERS]]
        if len(group.members) > MAX_MEMBERS:
            lines.append(f"  - … and {number(len(group.members) - MAX_MEMBERS)} more")
    return [*lines, ""]


def _rule_table(findings: tuple[ScanFinding, ...]) -> list[str]:
    if not findings:
        return ["Nothing found.", ""]
    met = Counter(finding.rule for finding in findings)
    rows = [f"| {code(rule)} | {escaped(RULES.get(rule, ''))} | {number(met[rule])} |" for rule in sorted(met)]
    return ["| Rule | Says | Findings |", "|---|---|---:|", *rows, ""]


def _scan_row(finding: ScanFinding, inside: int) -> str:
    what = f"{finding.kind} {code(wording.name_in_module(finding.id))}"
    what += f", with {number(inside)} inside it" if inside else ""
    because = "; ".join(("**but** " if e.supports == "alive" else "") + evidence(e, finding) for e in finding.evidence)
    agreed = f" ({', '.join(escaped(name) for name in finding.agreed_by)} agrees)" if finding.agreed_by else ""
    return f"| {finding.line} | {what} | {number(finding.lines)} | {finding.rule}{agreed} | {because} |"
