"""What an earlier revision of the plan left behind, as far as a new one goes on from it.

In: values that git and the stored plan gave. Out: `Earlier`, and findings held back because they were taken back. Never
reads a file or git.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from auditor.model.code import Definition, DefinitionId, lies_in
from auditor.model.plan import Batch, PastBatch, Plan, Step, TableRemoval, Voided
from auditor.model.verdict import Finding, HeldBack


class Earlier(msgspec.Struct, frozen=True):
    """What is known of the plan so far; the defaults are those of a plan that begins.

    `plan_id` is empty where a new one is to be found, other than those in `taken`. `pending` are batches that may still
    be applied. `highest` is the highest number that was ever used. `note` says in one sentence where all this is from.
    `data_steps` are tables that earlier revisions left without a model.
    """

    plan_id: str = ""
    revision: int = 0
    first_commit: str = ""
    pending: tuple[Batch, ...] = ()
    past: tuple[PastBatch, ...] = ()
    voided: tuple[Voided, ...] = ()
    included: tuple[str, ...] = ()
    highest: int = 0
    taken: frozenset[str] = frozenset()
    note: str = ""
    data_steps: tuple[TableRemoval, ...] = ()

    def claims(self, numbers: Iterable[int]) -> frozenset[DefinitionId]:
        """Return what pending batches of some numbers edit out of files: definitions and imports."""
        wanted = frozenset(numbers)
        steps = (step for batch in self.pending if batch.number in wanted for step in batch.steps)
        return frozenset(name for step in steps if step.action == "edit" for name in step.remove)

    def depends_on(self, ids: Iterable[DefinitionId]) -> set[int]:
        """Return the applied batches that used one of `ids`: with them back, these would be needed again."""
        wanted = frozenset(ids)
        applied = (past.batch for past in self.past if past.state == "applied")
        return {batch.number for batch in applied if not wanted.isdisjoint(batch.uses)}


def continued(plan: Plan, past: Sequence[PastBatch], *, highest: int, release: frozenset[int] = frozenset()) -> Earlier:
    """Return what to go on from after `plan`.

    Args:
        plan: The latest revision.
        past: What has become of batches, as the branch says now, oldest first; it replaces what the plan knew.
        highest: The highest number that anything outside of the plan (a tag, a commit) uses.
        release: Numbers of batches taken back that may be planned again.
    """
    done = {one.batch.number for one in past}
    void = {one.number for one in plan.voided}
    return Earlier(
        plan.plan_id,
        plan.revision,
        plan.first_commit or plan.base_commit,
        tuple(batch for batch in plan.known_batches if batch.number not in done | void),
        released(past, release),
        plan.voided,
        plan.included,
        max((highest, 0, *done, *void, *(batch.number for batch in plan.known_batches))),
        data_steps=plan.data_steps,
    )


def released(past: Sequence[PastBatch], numbers: frozenset[int]) -> tuple[PastBatch, ...]:
    """Return batches, those of some numbers released, and with them the others taken back that held nothing else."""
    asked = [_held_by(one) for one in past if one.batch.number in numbers]
    return tuple(
        msgspec.structs.replace(one, released=True)
        if one.batch.number in numbers or (one.state == "rolled_back" and any(_held_by(one) <= held for held in asked))
        else one
        for one in past
    )


def _held_by(past: PastBatch) -> frozenset[str]:
    """Return the names that a batch removed, and the paths of files of which it names none."""
    return frozenset(name for step in past.batch.steps for name in (step.remove or (step.path,)))


def without_taken_back(findings: Iterable[Finding], past: Iterable[PastBatch]) -> tuple[Finding, ...]:
    """Return findings, those held back that a batch removed which was taken back, unless it was released since.

    Of several batches that removed the same, the last in `past`, which is the newest, decides.
    """
    held = [one for one in reversed(tuple(past)) if one.state == "rolled_back"]
    return tuple(_held(finding, held) for finding in findings)


def _held(finding: Finding, past: Iterable[PastBatch]) -> Finding:
    for one in past:
        if any(_removed(step, finding.definition) for step in one.batch.steps):
            if one.released:
                return finding
            number, by = one.batch.number, f" by {one.undone_by[:12]}" if one.undone_by else ""
            detail = (
                f"batch {number} removed it and was taken back{by}; when the reason for that is gone, "
                f"plan it again with `auditor plan --replan {number}`"
            )
            return finding.held(HeldBack("taken_back", detail))
    return finding


def _removed(step: Step, definition: Definition) -> bool:
    """Return whether a step removed a definition; one of which no names are known may have removed all of its file."""
    if not step.remove:
        return definition.path == step.path
    return any(lies_in(definition.id, name) for name in step.remove)


def new_plan_id(digest: str, now: datetime, taken: frozenset[str]) -> str:
    """Return `<UTC date>-<hex digits>` of a digest: four of them, or as many as make it other than all of `taken`."""
    day = f"{now.astimezone(UTC):%Y-%m-%d}"
    for length in range(4, len(digest) + 1):
        if f"{day}-{digest[:length]}" not in taken:
            return f"{day}-{digest[:length]}"
    return f"{day}-{digest[:4]}-{len(taken)}"
