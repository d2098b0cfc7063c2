"""Batches of the past, as far as the commits of a branch tell of them, whatever plan they belong to.

In: a repository, perhaps a plan that knows more. Out: `PastBatch`es. Never needs a plan's file, and changes nothing.
"""

import re
from collections.abc import Iterable

from auditor.errors import GitError
from auditor.git import Repository
from auditor.model.plan import MAX_PATHS, Batch, BatchTags, PastBatch, Plan, Step
from auditor.removal import commit_message, history

_UNLISTED = re.compile(r"^- and \d+ more$", re.MULTILINE)


def batches(repository: Repository, prefix: str, plan: Plan | None) -> tuple[PastBatch, ...]:
    """Return what is applied of `plan` or was taken back, and what was taken back of other plans.

    They stand in the order in which they were applied last, oldest first.

    `prefix` is the audited root relative to the repository's top: empty, or ending in `/`.
    """
    known = {batch.number: batch for batch in plan.known_batches} if plan else {}
    released = {(one.plan_id, one.batch.number) for one in plan.past if one.released} if plan else set()
    found: list[PastBatch] = []
    for (plan_id, number), state in reversed(history.states(repository).items()):
        own = plan is not None and plan.plan_id == plan_id
        if state.commit is None or (not (own and state.state == "applied") and state.state != "rolled_back"):
            continue
        batch = (known.get(number) if own else None) or _from_commit(repository, prefix, plan_id, state)
        other = "" if own else plan_id
        if batch is not None:
            free = (other, number) in released
            found.append(PastBatch(batch, state.state, state.commit, state.rolled_back_by, free, other))
    return tuple(found)


def _from_commit(repository: Repository, prefix: str, plan_id: str, state: history.BatchStatus) -> Batch | None:
    """Return a batch as its commit tells of it; None where it touched nothing below the audited root.

    Where the commit does not list all names, its steps have none. It knows the first files of a commit that did more.
    """
    commit = state.commit or ""
    try:
        changes = repository.changes(f"{commit}^", commit)
        ((_, message), *_) = repository.messages(f"{commit}^!", f"{history.BATCH_TRAILER}: ")
    except (GitError, ValueError):
        return None
    listed = () if _UNLISTED.search(message) else tuple(_listed(message))
    ours = sorted((one.path.removeprefix(prefix), one.status) for one in changes if one.path.startswith(prefix))
    if not ours:
        return None
    steps = tuple(Step(path, "delete_file" if status == "D" else "edit", listed) for path, status in ours[:MAX_PATHS])
    stem = f"auditor/{plan_id}/b{state.number:02d}"
    return Batch(
        number=state.number,
        paths=tuple(step.path for step in steps),
        risk="medium",
        lines_removed=0,
        tags=BatchTags(f"{stem}/before", f"{stem}/verified"),
        steps=steps,
        verify=(),
        rollback=f"auditor rollback {state.number}",
    )


def _listed(message: str) -> Iterable[str]:
    """Yield the ids that a batch's commit message lists, which may hold spaces; not the sentences on what it kept."""
    for paragraph in message.split("\n\n"):
        lines = paragraph.strip("\n").split("\n")
        if lines[0] != commit_message.HELD_BACK:
            yield from (line.removeprefix("- ") for line in lines if line.startswith("- ") and ":" in line)
