"""The join itself: every definition's cell of the verdict table, with evidence and reasons to hold it back.

In: `Analysis`, `Observations`, bodies at the window's start, keep-list, today's date. Out: `CrossReference`. A pure
function: same values in, same values out, findings ordered by path, line and id.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

import msgspec

from auditor.config import KeepEntry
from auditor.cross_reference.evidence import evidence, hanging, incoming
from auditor.cross_reference.hold_reasons import insufficient
from auditor.cross_reference.holds import HoldInputs, check_keep, held_back
from auditor.cross_reference.reaching import computed_names, contradicted_scopes, linked, long_periods
from auditor.cross_reference.silence import Sources, entry_name
from auditor.cross_reference.standing import Standing, count_of, judged, observation_of, stand
from auditor.model.code import Definition, DefinitionId
from auditor.model.graph import Analysis, Edge
from auditor.model.usage import Observations
from auditor.model.verdict import EarlierBodies, Evidence, Finding, HeldBack, Unchanged, Verdict

_REMOVABLE = (Verdict.DEAD, Verdict.TEST_ONLY, Verdict.DORMANT, Verdict.UNDECIDED)
_HELD_WHOLE = (
    "changed_in_window", "younger_than_window", "left_in_window", "uncommitted_changes", "keep_list",
)  # fmt: skip
_PLANNED = (Verdict.DEAD, Verdict.TEST_ONLY, Verdict.DORMANT)


class CrossReference(msgspec.Struct, frozen=True):
    """The result of the join.

    `findings` are all definitions that are not plainly LIVE, and the LIVE ones whose use was observed, measured, or
    proven by observed code that reaches them. `counts` has every verdict, over all definitions of production code
    (imports left out).
    """

    findings: tuple[Finding, ...]
    counts: Mapping[str, int]

    @property
    def contradictions(self) -> tuple[Finding, ...]:
        """The findings that production contradicts: the first thing to look at."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.CONTRADICTED)


def cross_reference(
    analysis: Analysis,
    observations: Observations,
    *,
    bodies_at_start: Mapping[DefinitionId, str] | None,
    keep: Sequence[KeepEntry],
    today: date,
    uncommitted: frozenset[str] = frozenset(),
    public_api: frozenset[DefinitionId] = frozenset(),
    generated: Mapping[str, str] = {},
    versions: Sequence[EarlierBodies] = (),
    left: Mapping[DefinitionId, tuple[Edge, ...]] = {},
    others: AbstractSet[str] = frozenset(),
) -> CrossReference:
    """Join reachability with production.

    Args:
        analysis: The static side.
        observations: The production side, for one window.
        bodies_at_start: Body hash of each definition at the commit live when the window began; None without one.
        keep: The keep-list; globs over definition ids.
        today: UTC day against which the keep-list's `until` (inclusive) is judged.
        uncommitted: Paths, relative to the audited root, that differ from the commit the plan is made on.
        generated: Path of a file that a program writes -> the words in it that say so.
        versions: The versions that production ran in the window, with their bodies.
        left: Definitions that nothing refers to today, with the functions that did when the window began.
        others: What else the keep-list may name: ids and paths of other languages.
        public_api: Definitions that others may import, besides those of a project that is a library.

    Raises:
        ConfigError: A keep entry has expired or matches nothing.
    """
    check_keep(keep, (*analysis.graph.definitions, *others), today)
    standing = stand(analysis, observations)
    subjects = sorted(filter(judged, analysis.graph.definitions.values()), key=lambda d: (d.path, d.line, d.id))
    verdicts = {d.id: standing.verdict(d.id, count_of(observations, d.id)) for d in subjects}
    inputs = HoldInputs(
        analysis, observations, standing, bodies_at_start, tuple(keep), uncommitted, public_api,
        contradicted_scopes((d for d in subjects if verdicts[d.id] is Verdict.CONTRADICTED), observations.replaced),
        long_periods(analysis, standing, observations), generated, linked(analysis, standing),
        left, tuple(versions), computed_names(analysis, standing),
    )  # fmt: skip
    sources = _sources(analysis, observations, standing)
    findings = tuple(
        Finding(
            definition, verdicts[definition.id], evidence(definition, verdicts[definition.id], sources),
            _held(definition, verdicts[definition.id], inputs), _inside(definition, verdicts, analysis),
        )
        for definition in subjects
        if _worth_showing(definition, verdicts[definition.id], standing, observations)
    )  # fmt: skip
    findings = tuple(_held_with(finding, {one.definition.id: one for one in findings}) for finding in findings)
    counts = {verdict.value: 0 for verdict in Verdict}
    for verdict in verdicts.values():
        counts[verdict.value] += 1
    return CrossReference(findings, counts)


def _sources(analysis: Analysis, observations: Observations, standing: Standing) -> Sources:
    siblings: dict[str, int] = {}
    measured_in: dict[str, int] = {}
    for definition in sorted(observations.measured | set(observations.by_definition)):
        module = definition.partition(":")[0]
        siblings[module] = siblings.get(module, 0) + count_of(observations, definition)
        measured_in[module] = measured_in.get(module, 0) + 1
    minutes: dict[str, int] = {}
    for root, entries in standing.quiet.items():
        own = observation_of(observations, root)
        watched = own.watched_minutes if own is not None else None
        if watched is not None:
            minutes |= {name: min(watched, minutes.get(name, watched)) for name in map(entry_name, entries)}
    return Sources(
        analysis,
        observations,
        standing,
        incoming(analysis),
        hanging(analysis, standing),
        siblings,
        measured_in,
        minutes,
    )


def with_dates(findings: Iterable[Finding], unchanged: Mapping[DefinitionId, Unchanged]) -> tuple[Finding, ...]:
    """Return the findings, those in `unchanged` with the evidence since when their code is as it is."""
    return tuple(
        msgspec.structs.replace(one, evidence=(*one.evidence[:-1], _dated(one, since), *one.evidence[-1:]))
        if (since := unchanged.get(one.definition.id)) is not None
        else one
        for one in findings
    )


def _dated(finding: Finding, since: Unchanged) -> Evidence:
    found = finding.definition
    least = "" if since.exactly else " at least"
    return Evidence(
        "unchanged", "dead", f"its code is unchanged since {since.day.isoformat()}{least}", found.path, found.line
    )


def _worth_showing(definition: Definition, verdict: Verdict, standing: Standing, observations: Observations) -> bool:
    if verdict is not Verdict.LIVE:
        return True
    seen = definition.id in observations.by_definition or definition.id in observations.measured
    return seen or standing.revived(definition.id)


def _held(definition: Definition, verdict: Verdict, inputs: HoldInputs) -> tuple[HeldBack, ...]:
    if verdict is Verdict.UNDECIDED:
        return (insufficient(inputs.observations.insufficient or "production was not watched"),)
    return held_back(definition, inputs) if verdict in _PLANNED else ()


def _held_with(finding: Finding, findings: Mapping[DefinitionId, Finding]) -> Finding:
    """Return the finding, held back where the one that contains it is: what is in flux or kept goes whole or not."""
    outer = findings.get(finding.inside or "")
    if outer is None or finding.held_back or finding.verdict not in _PLANNED:
        return finding
    reasons = tuple(
        HeldBack(one.reason, f"it stands in `{outer.definition.id}`, which is held back: {one.detail}")
        for one in outer.held_back
        if one.reason in _HELD_WHOLE
    )
    return msgspec.structs.replace(finding, held_back=reasons) if reasons else finding


def _inside(
    definition: Definition, verdicts: Mapping[DefinitionId, Verdict], analysis: Analysis
) -> DefinitionId | None:
    """Return the outermost definition that contains it and could go as a whole; None where there is none."""
    if verdicts[definition.id] not in _REMOVABLE:
        return None
    outermost: DefinitionId | None = None
    parent = definition.parent
    while parent is not None:
        if verdicts.get(parent) in _REMOVABLE:
            outermost = parent
        found = analysis.graph.definitions.get(parent)
        parent = found.parent if found else None
    return outermost
