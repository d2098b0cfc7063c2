"""Batches taken back. In: a repository and a batch's number. Out: a commit on top of HEAD. Never rewrites history.

What to take back is read from the commits themselves, so it works in a clone that has no plan, and after other plans.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec

from auditor.errors import GitError
from auditor.git import Repository
from auditor.removal import commit_message, history, moving, restoring
from auditor.removal.history import AppliedBatch
from auditor.removal.one_at_a_time import alone
from auditor.removal.worktrees import remove_stale, worktree

Note = Callable[[str], None]


class RolledBack(msgspec.Struct, frozen=True):
    """A batch that was taken back: `commit` undoes `reverted`.

    `restored` says the tree is the one before the batch. `notes` name later commits that touched the same files, where
    files were restored instead of reverted.
    """

    plan_id: str
    number: int
    commit: str
    reverted: str
    restored: bool
    notes: tuple[str, ...] = ()


def find(repository: Repository, number: int, plan_id: str | None = None) -> AppliedBatch:
    """Return the batch of a number that stands on the branch checked out, of one plan or of any.

    Raises:
        GitError: There is none, or there are several.
    """
    found = [one for one in history.applied(repository) if one.number == number and plan_id in (None, one.plan_id)]
    if not found:
        of = f" of plan {plan_id}" if plan_id else ""
        raise GitError(f"batch {number}{of} is not applied on this branch; nothing to take back")
    if len(found) > 1:
        plans = ", ".join(one.plan_id for one in found)
        raise GitError(f"batch {number} is applied of several plans; choose one with --plan: {plans}")
    return found[0]


def rollback(
    repository: Repository,
    batch: AppliedBatch,
    *,
    now: datetime,
    restore_files: bool = False,
    on_progress: Note = lambda _: None,
) -> RolledBack:
    """Take a batch back with a commit that undoes its commit, made in a worktree and fast-forwarded to.

    Args:
        repository: The user's repository.
        batch: What `find` returned.
        now: When it happens (aware); the commit's date.
        restore_files: Restore file by file where later commits changed the same lines.
        on_progress: Called with one line a step.

    Raises:
        GitError: A later batch rests on it, the tree is dirty, or later commits changed the same lines; the message
            names them.
    """
    with alone(repository):
        remove_stale(repository)
        if mended := moving.mend(repository):
            on_progress(mended)
        return _rollback(repository, batch, now, restore_files=restore_files, on_progress=on_progress)


def _rollback(
    repository: Repository, batch: AppliedBatch, now: datetime, *, restore_files: bool, on_progress: Note
) -> RolledBack:
    standing = history.applied(repository)
    if batch not in standing:
        raise GitError(f"batch {batch.number} of plan {batch.plan_id} is not applied on this branch any more")
    later = [one.number for one in standing if one.plan_id == batch.plan_id and batch.number in one.needs]
    if later:
        raise GitError(f"batch {max(later)} rests on batch {batch.number}; run 'auditor rollback {max(later)}' first")
    moving.check_movable(repository)
    head = repository.resolve("HEAD")
    notes: tuple[str, ...] = ()
    if restore_files:
        tree, notes = restoring.restored_tree(repository, batch, head)
    else:
        tree = _reverted_tree(repository, batch, head)
    how = "Restored file by file; later changes to these files are kept." if notes else ""
    message = commit_message.taking_back(batch.plan_id, batch.number, batch.commit, how)
    commit = repository.commit_tree(tree, head, message, now)
    moving.move(repository, head, commit, (), now)
    restored = repository.tree(f"{batch.commit}^") == tree
    on_progress("the tree is the one before the batch" if restored else "taken back on top of later changes")
    return RolledBack(batch.plan_id, batch.number, commit, batch.commit, restored, notes)


def _reverted_tree(repository: Repository, batch: AppliedBatch, head: str) -> str:
    """Return HEAD's tree without the batch's commit; raise GitError that names what is in the way."""
    commit = batch.commit
    touched = {change.path for change in repository.changes(f"{commit}^", commit)}
    if not batch.alone or not touched <= set(batch.paths):
        raise GitError(
            f"commit {commit[:12]} holds more than batch {batch.number}, as after a squashed merge; take the batch's "
            f"files back with 'auditor rollback {batch.number} --restore-files', "
            f"or all of it with 'git revert {commit}'"
        )
    with worktree(repository, head) as copy:
        try:
            return copy.reverted_tree(commit)
        except GitError as error:
            later = restoring.later_commits(repository, f"{commit}..{head}", sorted(touched))
            raise GitError(
                f"batch {batch.number} cannot be taken back as it is: later commits changed the same lines: "
                f"{later or error}; run 'auditor rollback {batch.number} --restore-files' "
                f"to bring its code back beside their changes, or revert those first"
            ) from error
