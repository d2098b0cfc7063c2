"""Scan and gate results as GitLab's code-quality report, shown in a merge request.

In: frozen results. Out: JSON text, a list. Every fingerprint is unique, since GitLab shows only the first of
equal ones, and rests on the definition's id, so moving code does not open a finding again.
"""

from typing import Any

from auditor.model.gate import UNKNOWN, Breach, GateResult
from auditor.model.report import RULES, ScanResult
from auditor.report import gate_words, json_text, wording
from auditor.report.sarif import fingerprint

_SEVERITY = {"AUD001": "major", "AUD002": "major", "AUD003": "minor", "AUD013": "minor"}


def scan(result: ScanResult) -> str:
    """Return every finding as one issue."""
    issues = [
        _issue(
            f.rule,
            f.id,
            f"{f.kind} {f.id}: {RULES.get(f.rule, f.status)}",
            _SEVERITY.get(f.rule, "info"),
            (f.path, f.line, f.end_line),
        )
        for f in result.findings
    ]
    return json_text.document(_distinct(issues))


def gate(result: GateResult) -> str:
    """Return every breach as one issue, most important first; what cannot be known as one at the root."""
    issues = [_breach(breach, result.root) for breach in gate_words.ordered(result.breaches)]
    root = result.root.rstrip("/") or "."
    issues += [
        _issue("gate-undecidable", one, f"Cannot tell: {one}", "blocker", (root, 1, 1)) for one in result.unknowns
    ]
    return json_text.document(_distinct(issues))


def _breach(breach: Breach, root: str) -> dict[str, Any]:
    text, severity = f"{breach.id}: {gate_words.LABEL[breach.why]}. {breach.detail}", "blocker"
    if breach.override is not None:
        text, severity = f"{text} (overridden: {breach.override})", "info"
    elif breach.why in UNKNOWN:
        severity = "critical"
    return _issue(f"gate-{breach.why}", breach.id, text, severity, (root + breach.path, breach.line, breach.line))


def _issue(rule: str, definition: str, text: str, severity: str, where: tuple[str, int, int]) -> dict[str, Any]:
    path, line, end_line = where
    begin = max(1, line)
    return {
        "description": wording.printable(text),
        "check_name": rule,
        "fingerprint": fingerprint(rule, definition),
        "severity": severity,
        "location": {"path": path, "lines": {"begin": begin, "end": max(begin, end_line)}},
    }


def _distinct(issues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Number equal fingerprints apart: the second of `x` becomes the fingerprint of `x` and `#2`."""
    seen: dict[str, int] = {}
    distinct = []
    for issue in issues:
        print_ = issue["fingerprint"]
        seen[print_] = seen.get(print_, 0) + 1
        again = seen[print_]
        distinct.append(issue if again == 1 else issue | {"fingerprint": fingerprint(print_, f"#{again}")})
    return distinct
