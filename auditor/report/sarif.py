"""Scan and gate results as SARIF 2.1.0, as code-scanning services read it.

In: frozen results. Out: JSON text. Rule ids come from `model.report.RULES` and the gate's reasons and never change;
fingerprints come from the definition's id, not from its line, so moving code does not open a finding again.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from auditor import __version__
from auditor.model.code import Problem
from auditor.model.gate import Breach, GateResult
from auditor.model.report import RULES, ScanFinding, ScanResult
from auditor.report import gate_words, json_text, wording

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 25_000
"""More results in one run are refused by code-scanning services; the rest is named in a notification."""

MAX_TEXT = 4_000
"""Characters of one message."""

_BLIND = "gate-undecidable"
_LEVEL = {"AUD001": "warning", "AUD002": "warning"}


class _Rule(NamedTuple):
    """What a rule says, how bad it is, and what to do."""

    text: str
    level: str
    mend: str = ""


def scan(result: ScanResult) -> str:
    """Return a scan as one SARIF run; unread files are tool notifications."""
    rules = {rule: _Rule(text, _LEVEL.get(rule, "note")) for rule, text in RULES.items()}
    found = result.findings
    if len(found) > MAX_RESULTS:  # what is left out is what matters least
        found = tuple(sorted(found, key=lambda f: f.rule not in _LEVEL))
    return _log(
        "scan", result.tool.version, rules, [_finding(f) for f in found], [_problem(p) for p in result.problems]
    )


def gate(result: GateResult) -> str:
    """Return a gate result as one SARIF run, breaches in order of importance.

    Where something cannot be known, the run is no success, and has a result that says so: services show no more of a
    run than its results, and a run without any reads like a change that passed.
    """
    rules = {f"gate-{why}": _Rule(gate_words.RULES[why], "error", gate_words.MEND[why]) for why in gate_words.WHY_ORDER}
    rules[_BLIND] = _Rule("cannot be judged as a whole", "error", gate_words.CANNOT_TELL)
    found = [_breach(breach, result.root) for breach in gate_words.standing(result)]
    found += [_blind(reason, result.root) for reason in result.unknowns]
    found += [_breach(breach, result.root) for breach in gate_words.overridden(result)]
    notes = [_notification("error", f"Cannot tell: {result.undecidable}")] if result.undecidable else []
    return _log("gate", __version__, rules, found, notes)


def _log(
    command: str,
    version: str,
    rules: Mapping[str, _Rule],
    results: list[dict[str, Any]],
    notifications: list[dict[str, Any]],
) -> str:
    order = {rule: index for index, rule in enumerate(sorted(rules))}
    listed = results[:MAX_RESULTS]
    successful = not any(note["level"] == "error" for note in notifications)
    if len(listed) < len(results):
        left_out = wording.number(len(results) - len(listed))
        notifications = [*notifications, _notification("warning", f"{left_out} more results were left out.")]
    driver = {
        "name": "auditor",
        "version": version,
        "semanticVersion": version,
        "rules": [_described(rule, rules[rule], command) for rule in sorted(rules)],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"auditor/{command}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The audited root."}}},
        "results": [{"level": rules[r["ruleId"]].level, **r, "ruleIndex": order[r["ruleId"]]} for r in listed],
        "invocations": [{"executionSuccessful": successful, "toolExecutionNotifications": notifications}],
    }
    return json_text.document({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _described(identity: str, rule: _Rule, command: str) -> dict[str, Any]:
    told = f"{wording.capitalised(rule.text)}. {rule.mend}".strip()
    return {
        "id": identity,
        "name": "".join(word.capitalize() for word in rule.text.split()),
        "shortDescription": {"text": rule.text},
        "fullDescription": {"text": told},
        "help": {"text": told, "markdown": told},
        "defaultConfiguration": {"level": rule.level},
        "properties": {"tags": ["unused code", command]},
    }


def _finding(finding: ScanFinding) -> dict[str, Any]:
    because = wording.because(finding.evidence, finding.path, finding.line)
    what = f"{finding.kind} {finding.id}: {RULES.get(finding.rule, finding.status)}. {because}"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "message": _message(what),
        "locations": [_location(finding.path, finding.line, finding.end_line)],
        "partialFingerprints": _prints(finding.rule, finding.id),
    }
    if finding.island:
        result["properties"] = {"island": wording.printable(finding.island)}
    return result


def _breach(breach: Breach, root: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": f"gate-{breach.why}",
        "message": _message(f"{breach.id}: {gate_words.RULES[breach.why]}. {breach.detail}"),
        "locations": [_location(root + breach.path, breach.line)],
        "partialFingerprints": _prints(f"gate-{breach.why}", breach.id),
    }
    if breach.override is not None:
        suppression = {"kind": "external", "status": "accepted", "justification": wording.printable(breach.override)}
        result |= {"level": "note", "suppressions": [suppression]}
    return result


def _blind(reason: str, root: str) -> dict[str, Any]:
    return {
        "ruleId": _BLIND,
        "message": _message(f"Cannot tell: {reason}"),
        "locations": [_location(root.rstrip("/") or ".", 0)],
        "partialFingerprints": _prints(_BLIND, reason),
    }


def _message(text: str) -> dict[str, str]:
    """Return a message's text, cut where it is too long to be shown, and with nothing in it that is a link."""
    plain = wording.printable(text).strip().replace("](", "] (")
    return {"text": plain if len(plain) <= MAX_TEXT else f"{plain[:MAX_TEXT]}…"}


def _prints(rule: str, definition: str) -> dict[str, str]:
    """Return fingerprints that no line number is part of; the second is the only one that GitHub looks at."""
    own = fingerprint(rule, definition)
    return {"auditorDefinition/v1": own, "primaryLocationLineHash": f"{own}:1"}


def _problem(problem: Problem) -> dict[str, Any]:
    return _notification("warning", problem.message) | {"locations": [_location(problem.path, problem.line)]}


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": wording.printable(text)}}


def _location(path: str, line: int, end_line: int = 0) -> dict[str, Any]:
    try:
        uri = quote(path.encode("utf-8", "surrogateescape"), safe="/")
    except UnicodeEncodeError:
        uri = quote(path.encode("utf-8", "backslashreplace"), safe="/")
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": "SRCROOT"}}
    if line:
        physical["region"] = {"startLine": line, "endLine": max(line, end_line)}
    return {"physicalLocation": physical}


def fingerprint(rule: str, definition: str) -> str:
    """Return a stable hash of a rule and a definition's id: hexadecimal, 32 digits."""
    text = f"{rule}\0{definition}".encode("utf-8", "backslashreplace")
    return hashlib.blake2b(text, digest_size=16).hexdigest()
