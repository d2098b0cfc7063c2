"""Scan and gate results as SARIF 2.1.0, as code-scanning services read it.

In: frozen results. Out: JSON text. Rule ids come from `model.report.RULES` and the gate's reasons and never change;
fingerprints come from the definition's id, not from its line, so moving code does not open a finding again.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, get_args
from urllib.parse import quote

from auditor import __version__
from auditor.model.code import Problem
from auditor.model.gate import Breach, BreachReason, GateResult
from auditor.model.report import RULES, ScanFinding, ScanResult
from auditor.report import gate_words, json_text, wording

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 25_000
"""More results in one run are refused by code-scanning services; the rest is named in a notification."""

_LEVEL = {"AUD001": "warning", "AUD002": "warning"}


def scan(result: ScanResult) -> str:
    """Return a scan as one SARIF run; unread files are tool notifications."""
    rules = {rule: (text, _LEVEL.get(rule, "note")) for rule, text in RULES.items()}
    return _log(
        result.tool.version, rules, [_finding(f) for f in result.findings], [_problem(p) for p in result.problems]
    )


def gate(result: GateResult) -> str:
    """Return a gate result as one SARIF run; `undecidable` is a tool notification of level error."""
    rules = {f"gate-{reason}": (gate_words.RULES[reason], "error") for reason in get_args(BreachReason)}
    notes = [_notification("error", f"Cannot tell: {result.undecidable}")] if result.undecidable else []
    return _log(__version__, rules, [_breach(breach, result.root) for breach in result.breaches], notes)


def _log(
    version: str,
    rules: Mapping[str, tuple[str, str]],
    results: list[dict[str, Any]],
    notifications: list[dict[str, Any]],
) -> str:
    order = {rule: index for index, rule in enumerate(sorted(rules))}
    listed = sorted(results, key=lambda r: order[r["ruleId"]])[:MAX_RESULTS] if len(results) > MAX_RESULTS else results
    if len(listed) < len(results):
        left_out = wording.number(len(results) - len(listed))
        notifications = [*notifications, _notification("warning", f"{left_out} more results were left out.")]
    driver = {
        "name": "auditor",
        "version": version,
        "semanticVersion": version,
        "rules": [
            {
                "id": rule,
                "name": "".join(word.capitalize() for word in rules[rule][0].split()),
                "shortDescription": {"text": rules[rule][0]},
                "defaultConfiguration": {"level": rules[rule][1]},
            }
            for rule in sorted(rules)
        ],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The audited root."}}},
        "results": [{**r, "ruleIndex": order[r["ruleId"]], "level": rules[r["ruleId"]][1]} for r in listed],
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
    }
    return json_text.document({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _finding(finding: ScanFinding) -> dict[str, Any]:
    because = wording.because(finding.evidence, finding.path, finding.line)
    what = f"{finding.kind} {finding.id}: {RULES.get(finding.rule, finding.status)}. {because}"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "message": {"text": wording.printable(what).strip()},
        "locations": [_location(finding.path, finding.line, finding.end_line)],
        "partialFingerprints": {"auditorDefinition/v1": fingerprint(finding.rule, finding.id)},
    }
    if finding.island:
        result["properties"] = {"island": wording.printable(finding.island)}
    return result


def _breach(breach: Breach, root: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": f"gate-{breach.why}",
        "message": {"text": wording.printable(f"{breach.id}: {gate_words.RULES[breach.why]}. {breach.detail}")},
        "locations": [_location(root + breach.path, breach.line)],
        "partialFingerprints": {"auditorDefinition/v1": fingerprint(f"gate-{breach.why}", breach.id)},
    }
    if breach.override:
        suppression = {"kind": "external", "justification": wording.printable(breach.override)}
        result["suppressions"] = [suppression]
    return result


def _problem(problem: Problem) -> dict[str, Any]:
    return _notification("warning", problem.message) | {"locations": [_location(problem.path, problem.line)]}


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": wording.printable(text)}}


def _location(path: str, line: int, end_line: int = 0) -> dict[str, Any]:
    uri = quote(path.encode("utf-8", "surrogateescape"), safe="/")
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": "SRCROOT"}}
    if line:
        physical["region"] = {"startLine": line, "endLine": max(line, end_line)}
    return {"physicalLocation": physical}


def fingerprint(rule: str, definition: str) -> str:
    """Return a stable hash of a rule and a definition's id: hexadecimal, 32 digits."""
    text = f"{rule}\0{definition}".encode("utf-8", "backslashreplace")
    return hashlib.blake2b(text, digest_size=16).hexdigest()
