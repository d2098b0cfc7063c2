"""Scan and gate results as GitHub workflow commands: annotations on the lines of a pull request.

In: frozen results. Out: lines of text for a job's log, at most ten of them errors and ten warnings, since a step shows
no more. The most important come first, and a line says how many were left out. Escaped so that no name can forge a
command.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from auditor.model.gate import Breach, GateResult
from auditor.model.report import RULES, ScanFinding, ScanResult
from auditor.report import gate_words, wording

MAX_ANNOTATIONS = 10
"""Annotations of one level that a step shows."""

MAX_MESSAGE = 4_000
"""Characters of one message: a service cuts off what is longer than 64 KiB, escapes included."""

MAX_NOTES = 200
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
    """Return the breaches as errors, overridden ones as warnings; in a folded group what passed; then the answer.

    What makes the whole answer unknown is one error, which has no place; it comes after what is surely used.
    """
    standing = _breaches(gate_words.standing(result), result.root)
    if result.unknowns:
        text = "\n".join(wording.printable(line) for line in (*result.unknowns, gate_words.CANNOT_TELL))
        known = len(_breaches(result.stopped, result.root))
        standing[known:known] = [_Annotation("error", "", 0, 0, "auditor: cannot be known", text)]
    lifted = _breaches(gate_words.overridden(result), result.root)
    told = [f"override: {gate_words.override(one)}" for one in result.overrides]
    notes = [*told, *result.notes]
    if len(notes) > MAX_NOTES:
        notes[MAX_NOTES:] = [f"… and {wording.number(len(notes) - MAX_NOTES)} more; --format json lists all."]
    group = [f"::group::auditor: {wording.count(len(notes), 'note')}", *map(_plain, notes), "::endgroup::"]
    return _commands([*standing, *lifted], f"auditor: {gate_words.summary(result)}", group if notes else ())


def _breaches(breaches: Iterable[Breach], root: str) -> list[_Annotation]:
    """Return one annotation for all breaches on a line of which the same is said: a step shows few."""
    found = []
    for group in gate_words.alike(breaches):
        places: dict[tuple[str, int], list[Breach]] = {}
        for breach in group:
            places.setdefault((breach.path, breach.line), []).append(breach)
        found += [_breach(here, root) for here in places.values()]
    return found


def _breach(here: Sequence[Breach], root: str) -> _Annotation:
    """Return an error with what to do; where somebody lets the breaches pass, a warning that says who."""
    first = here[0]
    if first.override is None:
        level, last = "error", gate_words.MEND[first.why]
    else:
        level, last = "warning", f"overridden: {first.override}"
    text = "\n".join(wording.printable(line) for line in (f"{gate_words.named(here)}: {first.detail}", last))
    return _Annotation(
        level, root + first.path, first.line, first.line, f"auditor: {gate_words.LABEL[first.why]}", text
    )


def _importance(finding: ScanFinding) -> tuple[int, int, str, int]:
    order = _RULE_ORDER.index(finding.rule) if finding.rule in _RULE_ORDER else len(_RULE_ORDER)
    return order, -finding.lines, finding.path, finding.line


def _why(finding: ScanFinding) -> str:
    because = wording.because(finding.evidence, finding.path, finding.line)
    return f"{finding.kind} {finding.id} ({wording.count(finding.lines, 'line')}). {because}"


def _commands(annotations: Sequence[_Annotation], summary: str, group: Sequence[str] = ()) -> str:
    """Return the first annotations of each level, how many are left out, a group of lines, and the summary."""
    lines: list[str] = []
    for level in dict.fromkeys(annotation.level for annotation in annotations):
        of_level = [annotation for annotation in annotations if annotation.level == level]
        lines += [_command(annotation) for annotation in of_level[:MAX_ANNOTATIONS]]
    left_out = len(annotations) - len(lines)
    if left_out > 0:
        lines.append(f"auditor: {wording.number(left_out)} more left out here; --format text or json lists all.")
    return "\n".join([*lines, *group, _plain(summary)]) + "\n"


def _command(annotation: _Annotation) -> str:
    properties = [f"file={_property(annotation.path)}"] if annotation.path else []
    if annotation.path and annotation.line:
        properties += [f"line={annotation.line}", f"endLine={max(annotation.line, annotation.end_line)}"]
    properties.append(f"title={_property(annotation.title)}")
    return f"::{annotation.level} {','.join(properties)}::{_data(_cut(annotation.text))}"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]}…"


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
