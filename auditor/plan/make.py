"""The plan: what goes, in which batches, on which evidence, and what was held back and why.

In: findings, `Analysis`, `ModuleFacts`, `Observations`, the commit, the evidence's digest, the present, configuration.
Out: `Plan`. A pure function: same values in, same plan out, byte for byte. Never reads a clock, a file or git.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from auditor.config import PlanConfig
from auditor.model.code import DefinitionId, ModuleFacts
from auditor.model.graph import Analysis
from auditor.model.leftovers import Leftover
from auditor.model.plan import (
    DormantEntry,
    EvidenceSnapshot,
    Plan,
    PlanFinding,
    PlanWindow,
    SourceRow,
    Unattributed,
    WatchedRow,
)
from auditor.model.usage import Observations
from auditor.model.verdict import Finding, HeldBack, Verdict
from auditor.plan.assembling import Assembled, Assembling, TryEdit
from auditor.plan.dormant import Dormant
from auditor.plan.earlier import Earlier, new_plan_id, without_taken_back
from auditor.plan.references import index

__all__ = ["TryEdit", "make_plan"]

_NOTHING_EARLIER = Earlier()


def make_plan(
    findings: Sequence[Finding],
    analysis: Analysis,
    facts: Sequence[ModuleFacts],
    observations: Observations,
    *,
    base_commit: str,
    evidence_digest: str,
    now: datetime,
    days: int,
    config: PlanConfig,
    include: frozenset[str] = frozenset(),
    counts: Mapping[str, int] | None = None,
    try_edit: TryEdit | None = None,
    earlier: Earlier = _NOTHING_EARLIER,
    imports: Sequence[tuple[str, str]] = (),
    leftovers: Sequence[Leftover] = (),
) -> Plan:
    """Make the plan, or the next revision of one.

    Args:
        findings: Result of the cross-reference; each is listed, planned or not.
        analysis: The static side of the tree at `base_commit`.
        facts: What every file says, those of tests included.
        observations: Production's side, for the window.
        base_commit: Full hash of the commit the plan is made on.
        evidence_digest: `sha256:` of the observations used.
        now: The present; its UTC date begins the plan's id.
        days: Length of the window as asked for.
        config: Files a batch, test command, smoke imports.
        include: What of the DORMANT findings to plan too, besides what an earlier revision includes: see `Dormant`.
        counts: Definitions per verdict, where the findings do not hold all of them.
        try_edit: Says why ids cannot be edited out of a path, None where they can. What it refuses is held back as
            `uneditable`, so that no batch fails later. Without it no edit is tried.
        imports: (who imports, what), paths of JavaScript and TypeScript that findings speak of.
        leftovers: Templates and requirements that Python names: they go with the last that does.
        earlier: What earlier revisions left: batches in which nothing changed keep their members and their number.
    """
    digest = _digest(findings, base_commit, evidence_digest, days, config, include)
    plan_id = earlier.plan_id or new_plan_id(digest, now, earlier.taken)
    known = without_taken_back(findings, earlier.past)
    listed = sorted(known, key=lambda f: (f.definition.path, f.definition.line, f.definition.id))
    included = include | frozenset(earlier.included)
    made, refusal, waiting = Assembled((), {}, {}, earlier.voided), None, earlier.pending
    entries: tuple[DormantEntry, ...] = ()
    if observations.insufficient is None:
        asleep = frozenset(one.definition.id for one in listed if one.verdict is not Verdict.LIVE)
        references = index(analysis, facts, asleep)
        assembling = Assembling(plan_id, listed, analysis, references, config, earlier, imports, leftovers)
        dormant = Dormant(listed, analysis, observations)
        included = dormant.meant(included, asked=include)
        made, waiting = assembling.run(dormant.chosen(included), try_edit), ()
        entries = dormant.shown({**assembling.why_not(frozenset(dormant.asleep)), **made.held}, made.batch_of)
    else:
        refusal = f"Nothing is planned: {observations.insufficient.rstrip('.')}."
    rows = tuple(_row(finding, made.held, made.batch_of) for finding in listed)
    return Plan(
        plan_id=plan_id,
        base_commit=base_commit,
        window=PlanWindow(observations.window.start, observations.window.end, days),
        evidence=_snapshot(observations, evidence_digest),
        counts=dict(counts) if counts is not None else _counts(findings),
        batches=made.batches,
        findings=rows,
        contradictions=tuple(row for row in rows if row.verdict is Verdict.CONTRADICTED),
        unattributed=tuple(Unattributed(key, count) for key, count in observations.unattributed),
        refusal=refusal,
        revision=earlier.revision + 1,
        first_commit=earlier.first_commit or base_commit,
        past=earlier.past,
        voided=made.voided,
        waiting=waiting,
        included=tuple(sorted(included)),
        dormant=entries,
        note=earlier.note,
    )


def _row(
    finding: Finding, held: Mapping[DefinitionId, tuple[HeldBack, ...]], batch_of: Mapping[DefinitionId, int]
) -> PlanFinding:
    found = finding.definition
    return PlanFinding(
        found.id, found.kind, found.path, found.line, found.end_line, finding.verdict,
        (*finding.held_back, *held.get(found.id, ())), batch_of.get(found.id), finding.evidence, finding.inside,
    )  # fmt: skip


def _snapshot(observations: Observations, digest: str) -> EvidenceSnapshot:
    return EvidenceSnapshot(
        digest,
        tuple(WatchedRow(row.source, row.day, row.minutes) for row in observations.watched),
        tuple(SourceRow(one.name, one.healthy, one.problem, one.only_for_use) for one in observations.sources),
        observations.endpoints_observed,
        round(observations.watched_share, 6),
    )


def _counts(findings: Sequence[Finding]) -> dict[str, int]:
    counts = {verdict.value: 0 for verdict in Verdict}
    for finding in findings:
        counts[finding.verdict.value] += 1
    return counts


def _digest(
    findings: Sequence[Finding],
    base_commit: str,
    evidence_digest: str,
    days: int,
    config: PlanConfig,
    include: frozenset[str],
) -> str:
    """Return the hexadecimal digest of everything a plan depends on."""
    rows = sorted((f.definition.id, f.verdict.value, f.definition.body_hash, len(f.held_back)) for f in findings)
    inputs = (base_commit, evidence_digest, days, config, sorted(include), rows)
    return hashlib.sha256(msgspec.json.encode(inputs)).hexdigest()
