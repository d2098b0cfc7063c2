"""What would be a finding, were there no access that could name it without being seen.

In: `Analysis` and the findings that are claimed. Out: `HeldCandidate`s by path and line, the outermost of each only.
Never a finding itself: it says what the strong claim leaves out, and which access to look at.
"""

from collections.abc import Iterable
from typing import Literal

from auditor.model.code import Definition, DefinitionId, containers
from auditor.model.graph import Analysis
from auditor.model.report import HeldCandidate, ScanFinding

_Reason = Literal["computed_name", "given_outside", "named_in_string", "evaluated_code", "documentation", "not_parsed",
                  "started_outside"]  # fmt: skip
_REASONS: dict[str, _Reason] = {
    "maybe": "computed_name", "contains": "computed_name", "passed": "given_outside", "string": "named_in_string",
    "evaluated": "evaluated_code", "doctest": "documentation", "started": "started_outside",
}  # fmt: skip


def held_back(analysis: Analysis, findings: Iterable[ScanFinding]) -> tuple[HeldCandidate, ...]:
    """Return what is not claimed because something could reach it in a way that cannot be seen."""
    claimed = {one.id for one in findings}
    found: dict[DefinitionId, HeldCandidate] = {}
    live = analysis.reachability.production
    asleep = [one for one in analysis.graph.definitions.values() if one.id not in live and one.id not in claimed]
    asleep.sort(key=lambda one: (one.path, one.line, -one.end_line, one.id))
    for definition in asleep:
        candidate = _candidate(analysis, definition)
        if candidate is not None and found.keys().isdisjoint(containers(definition.id)):
            found[definition.id] = candidate
    return tuple(found.values())


def _candidate(analysis: Analysis, definition: Definition) -> HeldCandidate | None:
    reached = analysis.reachability
    tested = definition.id in reached.tests
    if definition.kind == "import" or (tested and definition.in_tests):
        return None
    status: Literal["unreached", "test_only"] = "test_only" if tested else "unreached"
    if definition.id in reached.possible:
        reason = _REASONS.get(reached.possible_by.get(definition.id, ""), "computed_name")
        detail = reached.possible[definition.id]
    elif definition.module in analysis.graph.opaque:
        reason, detail = "not_parsed", "its file could not be parsed"
    else:
        return None
    return HeldCandidate(
        definition.id, definition.kind, definition.path, definition.line, status, reason, detail
    )  # fmt: skip
