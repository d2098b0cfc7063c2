"""Scan and gate results as GitHub workflow commands: annotations on the lines of a pull request.

In: frozen results. Out: lines of text for a job's log, at most ten of them annotations, since a step shows no more. The
most important come first, and a line says how many were left out. Escaped so that no name can forge a command.
"""

from collections.abc import Sequence
from typing import NamedTuple

from auditor.model.gate import GateResult
from auditor.model.report import RULES, ScanFinding, ScanResult
from auditor.report import gate_words, wording

MAX_ANNOTATIONS = 10
_RULE_ORDER = ("AUD002", "AUD001", "AUD003", "AUD013", "AUD010", "AUD011", "AUD012")


class _Annotation(NamedTuple):
    level: str
    path: str
    line: int
    end_line: int
    title: str
    text: str


def scan(result: ScanResult) -> str:
    """Return the most important findings as warnings: whole modules first, then the largest."""
    ids = {finding.id for finding in result.findings}
    outer = sorted((f for f in result.findings if f.inside not in ids), key=_importance)
    annotations = [
        _Annotation("warning", f.path, f.line, f.end_line, f"{f.rule} {RULES.get(f.rule, f.status)}", _why(f))
        for f in outer
    ]
    inside = len(result.findings) - len(outer)
    summary = f"auditor: {wording.count(len(result.findings), 'finding')}"
    return _commands(
        annotations, summary + (f", {wording.number(inside)} of them inside others" if inside else "") + "."
    )


def gate(result: GateResult) -> str:
    """Return the breaches as errors, those that production contradicts first; then the answer."""
    annotations = [
        _Annotation(
            "warning" if b.override else "error",
            result.root + b.path,
            b.line,
            b.line,
            f"auditor: {b.why}",
            f"{b.id}: {b.detail}",
        )
        for b in gate_words.ordered(result.breaches)
    ]
    annotations[:0] = [_Annotation("error", "", 0, 0, "auditor: cannot tell", one) for one in result.unknowns]
    return _commands(annotations, f"auditor: {gate_words.summary(result)}")


def _importance(finding: ScanFinding) -> tuple[int, int, str, int]:
    order = _RULE_ORDER.index(finding.rule) if finding.rule in _RULE_ORDER else len(_RULE_ORDER)
    return order, -finding.lines, finding.path, finding.line


def _why(finding: ScanFinding) -> str:
    because = wording.because(finding.evidence, finding.path, finding.line)
    return f"{finding.kind} {finding.id} ({wording.count(finding.lines, 'line')}). {because}"


def _commands(annotations: Sequence[_Annotation], summary: str) -> str:
    lines = [_command(annotation) for annotation in annotations[:MAX_ANNOTATIONS]]
    left_out = len(annotations) - MAX_ANNOTATIONS
    if left_out > 0:
        lines.append(f"auditor: {wording.number(left_out)} more left out here; --format text or json lists all.")
    return "\n".join([*lines, _plain(summary)]) + "\n"


def _command(annotation: _Annotation) -> str:
    properties = [f"file={_property(annotation.path)}"] if annotation.path else []
    if annotation.path and annotation.line:
        properties += [f"line={annotation.line}", f"endLine={max(annotation.line, annotation.end_line)}"]
    properties.append(f"title={_property(annotation.title)}")
    return f"::{annotation.level} {','.join(properties)}::{_data(annotation.text)}"


def _data(text: str) -> str:
    """Escape a command's message: per cent and line ends, and whatever a terminal would act on."""
    return _without_controls(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a command's property: as a message, and the characters that separate properties."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _without_controls(text: str) -> str:
    return "".join(c if c in "\r\n" else wording.printable(c) for c in text)


def _plain(text: str) -> str:
    """Return a line that cannot be taken for a command, old style (`##[`) or new (`::`)."""
    return wording.inert(wording.printable(text))
