"""Scan and gate results as JUnit XML, as Jenkins and GitLab show them: a test case for each thing that was judged.

In: frozen results. Out: XML 1.0 text. What passes is a passed case, a breach a failure, what cannot be known an error,
an override a skipped case. GitLab keeps only the first case of a name, so that names are made distinct; what is said
stands in the element's text, which GitLab shows, and in `message`, which Jenkins shows. There is always one case, as
Jenkins takes a report without any for a mistake. Never holds a character that XML forbids.
"""

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

import msgspec

from auditor.model.gate import UNKNOWN, Breach, GateResult
from auditor.model.report import RULES, ScanFinding, ScanResult
from auditor.report import gate_words, wording

MAX_CASES = 20_000
"""Cases in one report; services refuse larger files. What is left out is counted in the first case."""

_CLASS = "auditor."
_WHOLE = "the change as a whole"


class _Case(msgspec.Struct, frozen=True):
    """One test case; `outcome` is empty for a passed one, else the name of the element that says otherwise."""

    name: str
    path: str = ""
    outcome: str = ""
    kind: str = ""
    lines: tuple[str, ...] = ()


def gate(result: GateResult) -> str:
    """Return the gate's answer: the change as a whole, then the breaches, the overridden last, then what passed."""
    whole = _Case(_WHOLE, lines=(gate_words.summary(result),))
    if result.unknowns:
        whole = _Case(_WHOLE, "", "error", "undecidable", result.unknowns)
    cases = [_breach(breach, result.root) for breach in gate_words.ordered(result.breaches)]
    cases += [_Case(p.id, result.root + p.path, lines=(p.detail,)) for p in result.passes]
    return _document("gate", [whole, *cases])


def _breach(breach: Breach, root: str) -> _Case:
    where = wording.place(root + breach.path, breach.line)
    lines = (f"{gate_words.LABEL[breach.why]}: {breach.detail}", where)
    if breach.override is not None:
        return _Case(breach.id, root + breach.path, "skipped", breach.why, (f"overridden: {breach.override}", *lines))
    outcome = "error" if breach.why in UNKNOWN else "failure"
    return _Case(breach.id, root + breach.path, outcome, breach.why, (*lines, gate_words.MEND[breach.why]))


def scan(result: ScanResult) -> str:
    """Return a scan: whether all could be read, then every finding that is inside no other, as a failure."""
    unread = tuple(f"{wording.place(p.path, p.line)}: {p.message}" for p in result.problems)
    whole = _Case("every file could be read", "", *(("error", "unread", unread) if unread else ()))
    ids = {finding.id for finding in result.findings}
    return _document("scan", [whole, *(_finding(f) for f in result.findings if f.inside not in ids)])


def _finding(finding: ScanFinding) -> _Case:
    because = wording.because(finding.evidence, finding.path, finding.line)
    said = f"{finding.kind}: {RULES.get(finding.rule, finding.status)}"
    place = wording.place(finding.path, finding.line)
    return _Case(finding.id, finding.path, "failure", finding.rule, (said, place, *([because] if because else [])))


def _document(name: str, cases: list[_Case]) -> str:
    shown = cases[:MAX_CASES]
    if len(shown) < len(cases):
        more = f"{wording.number(len(cases) - len(shown))} more are left out here; --format json lists all"
        shown[0] = msgspec.structs.replace(shown[0], lines=(*shown[0].lines, more))
    counts = {"tests": str(len(shown))}
    for attribute, outcome in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        counts[attribute] = str(sum(1 for case in shown if case.outcome == outcome))
    suites = ElementTree.Element("testsuites", {"name": "auditor", **counts, "time": "0"})
    suite = ElementTree.SubElement(suites, "testsuite", {"name": f"{_CLASS}{name}", **counts, "time": "0"})
    for case, title in zip(shown, _distinct(shown), strict=True):
        _add(suite, case, title, f"{_CLASS}{name}")
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suites, encoding="unicode")}\n'


def _add(suite: ElementTree.Element, case: _Case, title: str, classname: str) -> None:
    attributes = {"classname": classname, "name": title, "time": "0"}
    if case.path:
        attributes["file"] = wording.printable(case.path)
    element = ElementTree.SubElement(suite, "testcase", attributes)
    lines = [wording.inert(wording.printable(line)) for line in case.lines]
    if case.outcome:
        told = {"message": lines[0] if lines else "", "type": case.kind}
        ElementTree.SubElement(element, case.outcome, told).text = "\n".join(lines)
    elif lines:
        ElementTree.SubElement(element, "system-out").text = "\n".join(lines)


def _distinct(cases: Iterable[_Case]) -> Iterator[str]:
    """Yield a name for each case; one that is there already gets its reason, then a number."""
    seen: set[str] = set()
    for case in cases:
        name = first = wording.printable(case.name)
        again = 1
        while name in seen:
            name = f"{first} ({case.kind})" if again == 1 and case.kind else f"{first} #{again}"
            again += 1
        seen.add(name)
        yield name
