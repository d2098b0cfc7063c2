"""Plan and scan as one self-contained HTML page each: no network, no script, readable without its style.

In: frozen results. Out: HTML. The only importer of jinja2. Everything is escaped, characters a browser would hide or
reorder are written as escapes, and a content security policy allows nothing but the page's own style sheet.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from auditor import __version__
from auditor.model.plan import Plan, PlanFinding
from auditor.model.report import RULES, ScanFinding, ScanResult
from auditor.model.verdict import Verdict
from auditor.report import colouring, endpoints, held, outline, plan_pictures, revisions, wording
from auditor.report.source_links import SourceLinks

_SHEETS = ("style.css", "pictures.css", "code.css")


def plan(plan: Plan, *, sources: Mapping[str, str] = {}) -> str:
    """Return the plan as a page, arranged in the order in which reviewers ask.

    Args:
        plan: The plan.
        sources: Definition id to its source text, folded under the finding it belongs to.
    """
    shape = outline.of(plan)
    return _render(
        "plan.html.j2",
        plan=plan,
        shape=shape,
        pictures=plan_pictures.of(plan, shape),
        links=SourceLinks(plan.repository, plan.base_commit),
        sources=sources,
        healthy=sum(1 for source in plan.evidence.sources if source.healthy),
        meanings=wording.VERDICT_MEANING,
        disproof=wording.DISPROOF,
        told=revisions.said(plan),
        endpoints=endpoints.rows(plan),
    )


def scan(result: ScanResult) -> str:
    """Return a scan as a page: findings by file, and what could not be read."""
    met = Counter(finding.rule for finding in result.findings)
    anchored = list(zip(outline.anchors(f.id for f in result.findings), result.findings, strict=True))
    files = [(path, list(group)) for path, group in groupby(anchored, key=_path_of)]
    rules = [(rule, RULES.get(rule, ""), met[rule]) for rule in sorted(met)]
    return _render("scan.html.j2", result=result, files=files, rules=rules, held=held.groups(result.held_back))


def _path_of(anchored: tuple[str, ScanFinding]) -> str:
    return anchored[1].path


def _render(template: str, **values: object) -> str:
    environment = _environment()
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = environment.get_template(template).render(
        version=__version__,
        style=Markup(style),
        style_hash=f"sha256-{digest}",
        **values,
    )
    return "\n".join(line.rstrip() for line in page.splitlines() if line.strip()) + "\n"


@cache
def _style() -> str:
    loader = PackageLoader("auditor.report", "templates")
    source = "\n".join(loader.get_source(_environment(), name)[0] for name in _SHEETS)
    return "\n".join(line.rstrip() for line in source.splitlines() if line.strip())


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
        "counted": wording.count,
        "elsewhere": wording.elsewhere,
        "flat": outline.flat,
        "hold_label": outline.hold_label,
        "hold_release": outline.hold_release,
        "moment": wording.moment,
        "name_in_module": wording.name_in_module,
        "number": wording.number,
        "percent": wording.percent,
        "place": lambda located: wording.place(located.path, located.line),
        "prose": _prose,
        "source_lines": colouring.lines,
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
    """Return a sentence whose names stand in back-quotes, as escaped text and code."""
    parts = [(is_code, wording.printable(part)) for is_code, part in wording.fragments(wording.capitalised(text))]
    return Markup("").join(Markup("<code>{}</code>").format(part) if is_code else part for is_code, part in parts)


def _span(finding: PlanFinding) -> str:
    if finding.end_line > finding.line:
        return f"lines {finding.line}–{finding.end_line}"
    return f"line {finding.line}" if finding.line else "whole file"


def _verdicts(shape: outline.BatchOutline) -> list[Verdict]:
    return sorted({entry.finding.verdict for removal in shape.removals for entry in removal.entries})
