"""A plan's own batches in a change: their trailers say which, the plan and the ledger say whether that still holds.

In: the gate's result, the commits of a change, a plan that the change did not write, the ledger. Out: the result in
which endpoints may go that such a batch removes since nobody called them. A trailer proves nothing: what was called
since, what the plan does not remove, what has another body now, is judged as if there were none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.errors import AuditorError, ConfigError
from auditor.model.code import DefinitionId, containers
from auditor.model.gate import Breach, GateResult, Passed, concluded
from auditor.model.listing import listed
from auditor.model.window import Window

if TYPE_CHECKING:
    from auditor.git import Repository, Signed
    from auditor.model.plan import Batch, Plan
    from auditor.model.usage import Observations
    from auditor.pipeline.static import Static

_NUMBERED = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,63})/([1-9][0-9]{0,5})")
_MOST_NAMED = 10


class BatchTrailer(msgspec.Struct, frozen=True):
    """What a commit says of a batch: the plan's id, the number, the digest of the evidence, the commit."""

    plan_id: str
    number: int
    digest: str
    commit: str


class PlanAtHand(msgspec.Struct, frozen=True):
    """The plan that trailers are held against; without one, `why_not` says in a few words why there is none."""

    plan: Plan | None = None
    why_not: str = ""


def batch_trailers(commits: Sequence[Signed]) -> tuple[BatchTrailer, ...]:
    """Return the batches that commits say they are, several of one commit in its order, as after a squashed merge."""
    from auditor.removal.history import BATCH_TRAILER, EVIDENCE_TRAILER

    found: list[BatchTrailer] = []
    for one in commits:
        mine: list[BatchTrailer] = []
        for key, value in one.trailers:
            match = _NUMBERED.fullmatch(value) if key == BATCH_TRAILER else None
            if match:
                mine.append(BatchTrailer(match[1], int(match[2]), "", one.commit[:12]))
            elif key == EVIDENCE_TRAILER and mine and not mine[-1].digest:
                mine[-1] = msgspec.structs.replace(mine[-1], digest=value)
        found += mine
    return tuple(found)


def plan_at_hand(
    named: Path | None, repository: Repository, base: str, head: str, stored: str
) -> PlanAtHand:  # fmt: skip
    """Return the plan of a file that was named, else the one that base has at the path `stored`.

    Raises:
        ConfigError: The named file cannot be read, or is no plan.
    """
    from auditor.report.json_text import read_plan

    if named is None:
        content = repository.content(base, stored)
        if content is None:
            return PlanAtHand(None, f"base has no {stored}, and no other was named with --plan")
        try:
            return PlanAtHand(read_plan(content, name=f"{stored} at base"))
        except ConfigError as error:
            return PlanAtHand(None, str(error))
    try:
        content = named.read_bytes()
    except OSError as error:
        raise ConfigError(f"{named}: cannot be read: {error.strerror or error}") from error
    plan = read_plan(content, name=str(named))
    place, top = named.resolve(), repository.root.resolve()
    if place.is_relative_to(top):
        path = place.relative_to(top).as_posix()
        after = repository.content(head, path)
        if after is not None and after != repository.content(base, path):
            return PlanAtHand(None, f"the change itself writes {path}")
    return PlanAtHand(plan)


def with_batches(
    result: GateResult,
    trailers: Sequence[BatchTrailer],
    at_hand: PlanAtHand,
    digest: Callable[[Window], str],
    before: Static,
    observations: Observations,
) -> GateResult:
    """Return the result without what is stopped by policy alone and belongs to a batch whose evidence still holds.

    `digest` returns that of the settled evidence of a window, as the ledger has it now.
    """
    breaches = list(result.breaches)
    notes: list[str] = []
    passes: list[Passed] = []
    holds = _whether_evidence_holds(at_hand, digest) if trailers else ""
    for one in trailers:
        batch = f"batch {one.number} of plan {one.plan_id} (commit {one.commit})"
        why_not = _mismatch(one, at_hand) or holds
        if why_not:
            notes.append(f"the trailer of {batch} does not count: {why_not}; what it deletes is judged as all else")
            continue
        assert at_hand.plan is not None
        bodies = _bodies(next(b for b in at_hand.plan.batches if b.number == one.number))
        passing = [b for b in breaches if _was_dormant(b, observations) and _is_removed(b.id, bodies, before)]
        breaches = [b for b in breaches if b not in passing]
        notes.append(f"the evidence of {batch} still holds{''.join(_listed(passing))}")
        passes += _passed(passing, f"nobody called it, and the evidence of {batch} still holds", before)
    return concluded(
        msgspec.structs.replace(
            result, breaches=tuple(breaches), notes=(*result.notes, *notes), passes=(*result.passes, *passes)
        )
    )


def _passed(passing: Sequence[Breach], why: str, before: Static) -> Iterator[Passed]:
    for one in passing:
        definition = before.analysis.graph.definitions[one.id]
        yield Passed(one.id, definition.path, definition.line, why)


def _mismatch(trailer: BatchTrailer, at_hand: PlanAtHand) -> str:
    """Return why a trailer is not that of a batch which the plan at hand would have removed; empty where it is."""
    plan = at_hand.plan
    if plan is None:
        return at_hand.why_not
    if trailer.plan_id != plan.plan_id:
        return f"the plan at hand is {plan.plan_id}"
    if trailer.digest != plan.evidence.digest:
        return f"its evidence is not that of the plan at hand, revision {plan.revision}"
    if all(batch.number != trailer.number for batch in plan.batches):
        return "the plan at hand has no such batch to apply"
    return ""


def _whether_evidence_holds(at_hand: PlanAtHand, digest: Callable[[Window], str]) -> str:
    """Return why the evidence of the plan does not hold any more; empty where it does."""
    plan = at_hand.plan
    if plan is None:
        return at_hand.why_not
    if not plan.evidence.settled:
        return "the plan is of a version that did not say what of its evidence lasts; plan again"
    try:
        found = digest(Window(plan.window.start, plan.window.end))
    except AuditorError as error:
        return str(error)
    return "" if found == plan.evidence.settled else "the ledger says something else of the plan's window now"


def _bodies(batch: Batch) -> dict[DefinitionId, str]:
    return {name: step.body_hash.get(name, "") for step in batch.steps for name in step.remove}


def _was_dormant(breach: Breach, observations: Observations) -> bool:
    """Return whether only policy stops a deletion: its use is measured, and there was none."""
    use = observations.by_definition.get(breach.id)
    silent = use is not None and not use.count and breach.id in observations.measured
    return breach.why == "reachable" and silent and observations.insufficient is None


def _is_removed(definition: DefinitionId, bodies: dict[DefinitionId, str], before: Static) -> bool:
    """Return whether a batch removes a definition, or what contains it, and base has it as it was planned."""
    known = before.analysis.graph.definitions
    return any(
        bodies[one] and one in known and known[one].body_hash == bodies[one]
        for one in (definition, *containers(definition))
        if one in bodies
    )


def _listed(passing: Sequence[Breach]) -> Iterator[str]:
    if passing:
        yield f", so what nobody called may go: {listed([one.id for one in passing], _MOST_NAMED)}"
