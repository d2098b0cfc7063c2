"""Plan and scan as one self-contained HTML page each: no network, readable without its script and without its style.

In: frozen results. Out: HTML. The only importer of jinja2. Everything is escaped, characters a browser would hide or
reorder are written as escapes, and a content security policy allows nothing but the page's own style and script.
"""

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from functools import cache
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from auditor import __version__
from auditor.model.plan import Plan, PlanFinding
from auditor.model.report import RULES, ScanFinding, ScanResult
from auditor.model.verdict import Evidence, Verdict
from auditor.report import (
    assets,
    colouring,
    diff_lines,
    endpoints,
    held,
    outline,
    plan_pictures,
    revisions,
    rows,
    wording,
)
from auditor.report.source_links import SourceLinks

MOST_LINKED = 1000
"""Files of a scan's page that links lead to; with more of them the page would grow large."""


def plan(
    plan: Plan,
    *,
    sources: Mapping[str, str] = {},
    diffs: Mapping[int, str] = {},
    external: bool = False,
) -> str:
    """Return the plan as a page, arranged in the order in which reviewers ask.

    Args:
        plan: The plan.
        sources: Definition id to its source text, folded under the finding it belongs to.
        diffs: Number of a batch to the patch that it makes, folded under it.
        external: The style and the script lie beside the page (`assets.beside`), not in it.
    """
    shape = outline.of(plan)
    return _render(
        "plan.html.j2",
        external=external,
        plan=plan,
        shape=shape,
        pictures=plan_pictures.of(plan, shape),
        links=SourceLinks(plan.repository, plan.base_commit),
        sources=sources,
        diffs=diffs,
        healthy=sum(1 for source in plan.evidence.sources if source.healthy),
        meanings=wording.VERDICT_MEANING,
        disproof=wording.DISPROOF,
        told=revisions.said(plan),
        endpoints=endpoints.rows(plan),
    )


def scan(result: ScanResult, *, external: bool = False) -> str:
    """Return a scan as a page: findings by file, and what could not be read; `external` as of `plan`."""
    met = Counter(finding.rule for finding in result.findings)
    shared = {rule: rows.shared_by([f for f in result.findings if f.rule == rule]) for rule in sorted(met)}
    anchored = zip(outline.anchors(f.id for f in result.findings), result.findings, strict=True)
    files = rows.by_file(anchored, lambda finding: shared[finding.rule])
    return _render(
        "scan.html.j2",
        external=external,
        result=result,
        links=SourceLinks(result.repository if len(files) <= MOST_LINKED else None, result.commit or ""),
        files=files,
        rules=[(rule, RULES.get(rule, ""), shared[rule], met[rule]) for rule in shared],
        held=held.groups(result.held_back),
    )


def _render(template: str, *, external: bool, **values: object) -> str:
    page = (
        _environment()
        .get_template(template)
        .render(
            version=__version__,
            external=external,
            policy=Markup(assets.policy(external=external)),
            style="" if external else Markup(assets.style()),
            script="" if external else Markup(assets.script()),
            style_file=assets.STYLE_FILE,
            script_file=assets.SCRIPT_FILE,
            **values,
        )
    )
    return "\n".join(line.rstrip() for line in page.splitlines() if line.strip()) + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("auditor.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_visible,
    )
    filters: dict[str, Callable[..., Any]] = {
        "made_by": _made_by,
        "beyond": _beyond,
        "counted": wording.count,
        "diff_lines": diff_lines.of,
        "elsewhere": wording.elsewhere,
        "disproof_alone": lambda one: one.detail.removeprefix("it would be disproved by "),
        "gathered": lambda groups: [entry for group in groups for entry in group.entries],
        "listed": _listed,
        "hold_label": outline.hold_label,
        "why_none": endpoints.why_none,
        "hold_release": outline.hold_release,
        "moment": wording.moment,
        "name_in_module": wording.name_in_module,
        "number": wording.number,
        "percent": wording.percent,
        "range": _range,
        "shared": outline.shared_evidence,
        "place": lambda located: wording.place(located.path, located.line),
        "prose": _prose,
        "source_lines": colouring.lines,
        "risks": _risks,
        "sentence": _sentence,
        "span": _span,
        "total": lambda groups: sum(group.size for group in groups),
        "verdict_name": wording.verdict_name,
        "verdicts": _verdicts,
    }
    environment.filters.update(filters)
    return environment


def _visible(value: object) -> object:
    """Make whatever a template prints printable; what is already markup was made from printable parts."""
    return wording.printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _prose(text: str) -> Markup:
    """Return a sentence whose names stand in back-quotes, as escaped text and code, its first letter a capital."""
    return _sentence(wording.capitalised(text))


def _sentence(text: str) -> Markup:
    parts = [(is_code, wording.printable(part)) for is_code, part in wording.fragments(text)]
    return Markup("").join(Markup("<code>{}</code>").format(part) if is_code else part for is_code, part in parts)


def _span(finding: PlanFinding) -> str:
    if finding.end_line > finding.line:
        return f"lines {finding.line}–{finding.end_line}"
    return f"line {finding.line}" if finding.line else "whole file"


def _range(finding: PlanFinding | ScanFinding) -> str:
    """Return the lines of a finding as short as they can be told, with a blank; nothing for a whole file."""
    if finding.end_line > finding.line:
        return f"{finding.line}-{finding.end_line} "
    return f"{finding.line} " if finding.line else ""


def _beyond(evidence: Evidence, finding: PlanFinding | ScanFinding) -> str:
    """Return where a piece of evidence lies: the line alone where its sentence tells the module by name."""
    where = wording.elsewhere(evidence, finding.path, finding.line)
    module = evidence.path.removesuffix(".py").replace("/", ".").split(".", 1)[-1]
    return f"line {evidence.line}" if where and evidence.line and f"{module}:" in evidence.detail else where


def _listed(entries: Iterable[outline.Entry], *, brief: bool = False) -> rows.Listing:
    """Return entries as rows; `brief` ones tell the first piece of their evidence."""
    found = ((entry.anchor, entry.finding) for entry in outline.flat(entries))
    if brief:
        found = ((anchor, msgspec.structs.replace(f, evidence=f.evidence[:1])) for anchor, f in found)
    return rows.listing(found)


def _made_by(plan: Plan) -> str:
    """Return the command that makes the same plan of the same tree and the same evidence."""
    included = [part for what in plan.included for part in ("--include", shlex.quote(what))]
    parts = ["auditor plan --days", str(plan.window.days), *included, "--no-collect --now"]
    return " ".join([*parts, plan.window.end.astimezone(UTC).isoformat().replace("+00:00", "Z")])


def _risks(shapes: Iterable[outline.BatchOutline]) -> list[tuple[str, int]]:
    met = Counter(shape.batch.risk for shape in shapes)
    return [(risk, met[risk]) for risk in ("high", "medium", "low") if met[risk]]


def _verdicts(shape: outline.BatchOutline) -> list[Verdict]:
    return sorted({entry.finding.verdict for removal in shape.removals for entry in removal.entries})
