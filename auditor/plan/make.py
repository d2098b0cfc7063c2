"""The plan: what goes, in which batches, on which evidence, and what was held back and why.

In: findings, `Analysis`, `ModuleFacts`, `Observations`, the commit, the evidence's digest, the present, configuration.
Out: `Plan`. A pure function: same values in, same plan out, byte for byte. Never reads a clock, a file or git.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from auditor.config import PlanConfig
from auditor.model.code import DefinitionId, ModuleFacts
from auditor.model.graph import Analysis
from auditor.model.plan import (
    Batch,
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
from auditor.plan.batches import Packing, pack
from auditor.plan.checklist import Risk, risk_of, rollback, tags, verification, worst
from auditor.plan.references import Binding, index
from auditor.plan.selection import select
from auditor.plan.steps import Pieces, pieces, steps_of

TryEdit = Callable[[str, tuple[DefinitionId, ...]], str | None]


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
) -> Plan:
    """Make the plan.

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
        include: `"dormant"` plans DORMANT findings too.
        counts: Definitions per verdict, where the findings do not hold all of them.
        try_edit: Says why ids cannot be edited out of a path, None where they can. What it refuses is held back as
            `uneditable`, so that no batch fails later. Without it no edit is tried.
    """
    plan_id = _plan_id(findings, base_commit, evidence_digest, now, days, config, include)
    listed = sorted(findings, key=lambda f: (f.definition.path, f.definition.line, f.definition.id))
    if observations.insufficient is None:
        batches, held, batch_of = _batches(plan_id, listed, analysis, facts, config, include, try_edit)
        refusal = None
    else:
        batches, held, batch_of = (), {}, {}
        refusal = f"Nothing is planned: {observations.insufficient.rstrip('.')}."
    rows = tuple(_row(finding, held, batch_of) for finding in listed)
    return Plan(
        plan_id=plan_id,
        base_commit=base_commit,
        window=PlanWindow(observations.window.start, observations.window.end, days),
        evidence=_snapshot(observations, evidence_digest),
        counts=dict(counts) if counts is not None else _counts(findings),
        batches=batches,
        findings=rows,
        contradictions=tuple(row for row in rows if row.verdict is Verdict.CONTRADICTED),
        unattributed=tuple(Unattributed(key, count) for key, count in observations.unattributed),
        refusal=refusal,
    )


def _batches(
    plan_id: str,
    findings: Sequence[Finding],
    analysis: Analysis,
    facts: Sequence[ModuleFacts],
    config: PlanConfig,
    include: frozenset[str],
    try_edit: TryEdit | None,
) -> tuple[tuple[Batch, ...], Mapping[DefinitionId, tuple[HeldBack, ...]], dict[DefinitionId, int]]:
    """Return batches, reasons found on the way, and the batch of each id.

    What fits into no batch, or cannot be edited out, is barred, and the selection starts over without it.
    """
    references = index(analysis, facts)
    by_id = {finding.definition.id: finding for finding in findings}
    barred: dict[DefinitionId, HeldBack] = {}
    while True:
        selection = select(findings, analysis, references, include=include, barred=barred)
        found = pieces(selection, analysis, references, frozenset(barred))
        risks = [risk_of(piece, by_id, references) for piece in found.pieces]
        packing = pack(found, risks, config.max_files)
        new = _too_large(found, packing, by_id, config.max_files)
        if not new and try_edit is not None:
            new = _refused(found, packing, try_edit)
        if not new.keys() - barred.keys():
            break
        barred |= new
    made = tuple(
        _batch(plan_id, n, found, packing, extra, analysis, config, worst(risks[one] for one in packing.batches[n]))
        for n, extra in enumerate(_orphans_by_batch(found, packing))
    )
    batch_of = {identity: n + 1 for n, batch in enumerate(packing.batches) for one in batch
                for identity in found.pieces[one].ids}  # fmt: skip
    return made, selection.held, batch_of


def _refused(found: Pieces, packing: Packing, try_edit: TryEdit) -> dict[DefinitionId, HeldBack]:
    """Return what the edit of a file refuses to take out, tried batch after batch as it will be applied."""
    refused: dict[DefinitionId, HeldBack] = {}
    gone: dict[str, tuple[DefinitionId, ...]] = {}
    for batch, extra in zip(packing.batches, _orphans_by_batch(found, packing), strict=True):
        wanted: dict[str, list[DefinitionId]] = {}
        for piece in (found.pieces[one] for one in batch):
            if piece.kind != "file":
                wanted.setdefault(piece.path, []).extend(piece.names)
        for binding in extra:
            wanted.setdefault(binding.path, []).append(binding.id)
        for path, names in sorted(wanted.items()):
            before = gone.get(path, ())
            gone[path] = (*before, *names)
            reason = try_edit(path, gone[path])
            if reason is not None:
                guilty = [one for one in names if try_edit(path, (*before, *(n for n in names if n != one))) is None]
                held = HeldBack("uneditable", f"it cannot be edited out of {path} ({reason}); remove it by hand")
                refused |= dict.fromkeys(guilty or names, held)
    return refused


def _too_large(
    found: Pieces, packing: Packing, by_id: Mapping[DefinitionId, Finding], most: int
) -> dict[DefinitionId, HeldBack]:
    """Return the findings of groups that fit into no batch, each with the reason."""
    held: dict[DefinitionId, HeldBack] = {}
    for knot in packing.oversize:
        paths = sorted({found.pieces[one].path for one in knot})
        reason = HeldBack(
            "oversize",
            f"it and others refer to each other in a circle across {len(paths)} files ({', '.join(paths[:3])}, ...), "
            f"more than the {most} of a batch; break the circle by hand first",
        )
        held |= {i: reason for one in knot for i in found.pieces[one].ids if i in by_id}
    return held


def _orphans_by_batch(found: Pieces, packing: Packing) -> list[list[Binding]]:
    """Return, for each batch, the imports whose last user it removes."""
    batch_of = {one: n for n, batch in enumerate(packing.batches) for one in batch}
    extra: list[list[Binding]] = [[] for _batch in packing.batches]
    for binding, users in found.orphans:
        extra[max(batch_of[user] for user in users)].append(binding)
    return extra


def _batch(
    plan_id: str,
    position: int,
    found: Pieces,
    packing: Packing,
    extra: Sequence[Binding],
    analysis: Analysis,
    config: PlanConfig,
    risk: Risk,
) -> Batch:
    chosen = [found.pieces[one] for one in packing.batches[position]]
    number = position + 1
    steps = steps_of(chosen, extra, analysis.graph.definitions)
    return Batch(
        number=number,
        paths=tuple(step.path for step in steps),
        risk=risk,
        lines_removed=sum(piece.lines for piece in chosen) + len(extra),
        tags=tags(plan_id, number),
        steps=steps,
        verify=verification(config),
        rollback=rollback(number),
        depends_on=tuple(one + 1 for one in packing.depends[position]),
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
        tuple(SourceRow(source.name, source.healthy, source.problem) for source in observations.sources),
        observations.endpoints_observed,
        round(observations.watched_share, 6),
    )


def _counts(findings: Sequence[Finding]) -> dict[str, int]:
    counts = {verdict.value: 0 for verdict in Verdict}
    for finding in findings:
        counts[finding.verdict.value] += 1
    return counts


def _plan_id(
    findings: Sequence[Finding],
    base_commit: str,
    evidence_digest: str,
    now: datetime,
    days: int,
    config: PlanConfig,
    include: frozenset[str],
) -> str:
    """Return `<UTC date>-<4 hex digits>` of everything the plan depends on."""
    rows = sorted((f.definition.id, f.verdict.value, f.definition.body_hash, len(f.held_back)) for f in findings)
    inputs = (base_commit, evidence_digest, days, config, sorted(include), rows)
    digest = hashlib.sha256(msgspec.json.encode(inputs)).hexdigest()
    return f"{now.astimezone(UTC):%Y-%m-%d}-{digest[:4]}"
