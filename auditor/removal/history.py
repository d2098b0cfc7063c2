"""What has become of batches. In: a repository, perhaps a plan. Out: the state of each. Never changes anything.

The commits say it, by their trailers, so a clone without any plan knows it too: a batch's commit carries
`Auditor-Batch: <plan>/<number>`, the paths it touches and the numbers it rests on; the one that takes it back
`Auditor-Rollback: <plan>/<number>`. A plain `git revert` of a batch counts as well. Tags are names for reviewers.
"""

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from auditor.errors import GitError
from auditor.git import Repository
from auditor.model.plan import Batch, Plan

BATCH_TRAILER = "Auditor-Batch"
EVIDENCE_TRAILER = "Auditor-Evidence"
NEEDS_TRAILER = "Auditor-Needs"
PATH_TRAILER = "Auditor-Path"
ROLLBACK_TRAILER = "Auditor-Rollback"
_REVERTS = "This reverts commit "
_PLAN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_TAG = re.compile(r"auditor/([A-Za-z0-9][A-Za-z0-9_-]{0,63})/b(\d{2,6})/")
_BATCH = re.compile(rf"{BATCH_TRAILER}: ([A-Za-z0-9][A-Za-z0-9_-]{{0,63}})/([1-9][0-9]{{0,5}})")

State = Literal["pending", "applied", "rolled_back"]


class BatchStatus(msgspec.Struct, frozen=True):
    """The state of one batch on the branch checked out.

    `commit` is the one that applied it last, None where it never was; `rolled_back_by` the one that took it back.
    """

    number: int
    state: State
    commit: str | None = None
    rolled_back_by: str | None = None


class AppliedBatch(msgspec.Struct, frozen=True):
    """A batch that stands on the branch checked out, as its commit says.

    `needs` are the batches of the same plan that it rests on. `paths` are what it touched, from the repository's top.
    `alone` says that the commit holds no other batch, as after a squashed merge.
    """

    plan_id: str
    number: int
    commit: str
    needs: tuple[int, ...]
    paths: tuple[str, ...]
    alone: bool


class TagNames(msgspec.Struct, frozen=True):
    """The two tags of one application of a batch."""

    before: str
    verified: str


def status(repository: Repository, plan: Plan, head: str = "HEAD") -> tuple[BatchStatus, ...]:
    """Return the state of every batch that the plan knows, in order, as the history of `head` tells it."""
    check_plan_id(plan)
    needles = (f"{BATCH_TRAILER}: {plan.plan_id}/", f"{ROLLBACK_TRAILER}: {plan.plan_id}/", _REVERTS)
    messages = repository.messages(_range(repository, plan, head), *needles)
    return tuple(_state(batch.number, plan.plan_id, messages) for batch in plan.known_batches)


def applied(repository: Repository) -> tuple[AppliedBatch, ...]:
    """Return every batch, of whatever plan, that stands on the branch checked out, newest first."""
    messages = _all_messages(repository)
    told = dict(messages)
    found = [
        _applied(plan_id, state, told[state.commit])
        for (plan_id, _), state in _states(messages).items()
        if state.state == "applied" and state.commit is not None
    ]
    order = {commit: position for position, (commit, _) in enumerate(messages)}
    return tuple(sorted(found, key=lambda one: (order[one.commit], -one.number)))


def states(repository: Repository) -> dict[tuple[str, int], BatchStatus]:
    """Return the state of every batch, by plan and number, that the branch checked out speaks of."""
    return _states(_all_messages(repository)) if repository.head() else {}


def highest(repository: Repository) -> dict[str, int]:
    """Return the highest number that a commit of this branch or a tag uses, by plan."""
    tagged = (match for tag in repository.tags("auditor/*") if (match := _TAG.match(tag)))
    found: dict[str, int] = {}
    for plan_id, number in (*states(repository), *((match[1], int(match[2])) for match in tagged)):
        found[plan_id] = max(number, found.get(plan_id, 0))
    return found


def _all_messages(repository: Repository) -> tuple[tuple[str, str], ...]:
    return repository.messages("HEAD", f"{BATCH_TRAILER}: ", f"{ROLLBACK_TRAILER}: ", _REVERTS)


def _states(messages: Sequence[tuple[str, str]]) -> dict[tuple[str, int], BatchStatus]:
    named = dict.fromkeys((plan_id, int(number)) for _, message in messages for plan_id, number in _batches(message))
    return {one: _state(one[1], one[0], messages) for one in named}


def _batches(message: str) -> list[tuple[str, str]]:
    matches = (_BATCH.fullmatch(line.strip()) for line in message.splitlines())
    return [(match[1], match[2]) for match in matches if match]


def _applied(plan_id: str, state: BatchStatus, message: str) -> AppliedBatch:
    """Return what a commit says of one batch: the trailers between the batch before it, if any, and its own."""
    paths: list[str] = []
    needs: set[int] = set()
    for line in message.splitlines():
        name, _, value = line.partition(": ")
        if name == PATH_TRAILER:
            paths.append(value)
        elif name == NEEDS_TRAILER:
            needs |= {int(number) for number in value.split(",") if number.strip().isdecimal()}
        elif line == f"{BATCH_TRAILER}: {plan_id}/{state.number}":
            break
        elif name == BATCH_TRAILER:
            paths, needs = [], set()
    alone = len(_batches(message)) == 1
    return AppliedBatch(plan_id, state.number, state.commit or "", tuple(sorted(needs)), tuple(paths), alone)


def batch_of(plan: Plan, number: int) -> Batch:
    """Return a batch that may be applied by its number.

    Raises:
        GitError: The plan has none of that number, or none any more; the message says why.
    """
    for batch in plan.batches:
        if batch.number == number:
            return batch
    for void in plan.voided:
        if void.number == number:
            left = (
                f"; what is left of it is in batch {', '.join(map(str, void.replaced_by))}" if void.replaced_by else ""
            )
            raise GitError(f"batch {number} of plan {plan.plan_id} is void: {void.reason.rstrip('.')}{left}")
    for past in plan.past:
        if past.batch.number == number and not past.plan_id:
            done = "was taken back" if past.state == "rolled_back" else "is applied already"
            then = "; plan it again with 'auditor plan --replan " + f"{number}'" if past.state == "rolled_back" else ""
            by = (past.undone_by if past.state == "rolled_back" else None) or past.commit
            raise GitError(f"batch {number} of plan {plan.plan_id} {done}, by {by[:12]}{then}")
    if any(batch.number == number for batch in plan.waiting):
        raise GitError(f"batch {number} of plan {plan.plan_id} waits until the evidence suffices; plan again then")
    known = f"it has {', '.join(str(one.number) for one in plan.batches[:20])}" if plan.batches else "it has none"
    raise GitError(f"plan {plan.plan_id} has no batch {number}; {known}")


def check_plan_id(plan: Plan) -> None:
    """Raise GitError where the plan's id could not be part of a tag or a trailer."""
    if not _PLAN_ID.fullmatch(plan.plan_id):
        raise GitError(f"plan id {plan.plan_id!r} is not one that 'auditor plan' writes; make the plan again")


def newest_tags(repository: Repository, plan_id: str, number: int) -> TagNames | None:
    """Return the tags of a batch's last application that this repository knows, None where it has none."""
    stem = f"auditor/{plan_id}/b{number:02d}"
    taken = set(repository.tags(f"{stem}/*"))
    found = None
    for count in range(1, len(taken) + 1):
        suffix = "" if count == 1 else f"-{count}"
        names = TagNames(f"{stem}/before{suffix}", f"{stem}/verified{suffix}")
        found = names if {names.before, names.verified} <= taken else found
    return found


def free_tags(repository: Repository, plan: Plan, number: int) -> TagNames:
    """Return tag names that nothing bears yet: a batch applied again after a rollback gets `…-2`, `…-3`.

    Tags are never moved, and a name below an existing tag (`before/2`) is impossible in git.
    """
    stem = f"auditor/{plan.plan_id}/b{number:02d}"
    taken = set(repository.tags(f"{stem}/*"))
    count = 1
    while True:
        suffix = "" if count == 1 else f"-{count}"
        names = TagNames(f"{stem}/before{suffix}", f"{stem}/verified{suffix}")
        if not taken & {names.before, names.verified}:
            return names
        count += 1


def belongs_to_plan(message: str, plan: Plan) -> bool:
    """Return whether a commit message is that of a batch of this plan, or of a rollback of one."""
    marks = tuple(f"{trailer}: {plan.plan_id}/" for trailer in (BATCH_TRAILER, ROLLBACK_TRAILER))
    return any(line.startswith(marks) for line in message.splitlines())


def _range(repository: Repository, plan: Plan, head: str) -> str:
    first = plan.first_commit or plan.base_commit
    return f"{first}..{head}" if repository.is_ancestor(first, head) else head


def _state(number: int, plan_id: str, messages: Sequence[tuple[str, str]]) -> BatchStatus:
    """Return a batch's state from commits, newest first: the newest that speaks of it decides."""
    reverts: dict[str, str] = {}
    for commit, message in messages:
        lines = message.splitlines()
        ours = [line for line in lines if line.startswith(f"{ROLLBACK_TRAILER}: ")]
        for line in lines:
            if line.startswith(_REVERTS) and (not ours or f"{ROLLBACK_TRAILER}: {plan_id}/{number}" in ours):
                reverts.setdefault(line.removeprefix(_REVERTS).strip().rstrip("."), commit)
        if f"{ROLLBACK_TRAILER}: {plan_id}/{number}" in lines and commit not in reverts:
            return BatchStatus(number, "rolled_back", _reverted(lines), commit)
        if f"{BATCH_TRAILER}: {plan_id}/{number}" in lines:
            by = reverts.get(commit)
            return BatchStatus(number, "rolled_back" if by and by not in reverts else "applied", commit, by)
    return BatchStatus(number, "pending")


def _reverted(lines: list[str]) -> str | None:
    found = [line.removeprefix(_REVERTS).rstrip(".") for line in lines if line.startswith(_REVERTS)]
    return found[0] if found else None
