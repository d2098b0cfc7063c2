"""Batches applied and taken back. In: a repository, a plan, a number. Out: commits and tags. Never half of it.

Commits are made beside the user's tree and checked in temporary worktrees; the user's branch moves last, by
fast-forward, and only when everything before it went well. No hook of the repository runs, and no command that the plan
names: what is run comes from the configuration.
"""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from auditor.config import PlanConfig, parse_duration
from auditor.errors import AuditorError, GitError, VerificationError
from auditor.git import Repository
from auditor.model.plan import Batch, Plan
from auditor.removal import history
from auditor.removal.editing import edited_contents
from auditor.removal.history import BatchStatus
from auditor.removal.verify import Checkout, Verification, run_tests, smoke_import

__all__ = ["Applied", "BatchStatus", "RolledBack", "apply", "diff", "rollback", "status"]

_WORKTREE = "auditor-worktree-"
_WORKTREE_NAME = re.compile(rf"{_WORKTREE}(\d+)-")

Note = Callable[[str], None]
status = history.status


class Applied(msgspec.Struct, frozen=True):
    """A batch that was applied.

    `paths` are relative to the repository's top. `verifications` is empty where neither a test command nor a smoke
    import is configured. `merged` is false where the branch was left alone.
    """

    number: int
    commit: str
    before_tag: str
    verified_tag: str
    paths: tuple[str, ...]
    verifications: tuple[Verification, ...]
    merged: bool


class RolledBack(msgspec.Struct, frozen=True):
    """A batch that was taken back: `commit` undoes `reverted`. `restored` says the tree is the one before the batch."""

    number: int
    commit: str
    reverted: str
    restored: bool


def diff(repository: Repository, prefix: str, plan: Plan, number: int) -> str:
    """Return the patch that applying a batch to HEAD would make, after the same checks; nothing is changed."""
    batch = history.batch_of(plan, number)
    head = _head(repository)
    contents = edited_contents(repository, prefix, plan, batch, head)
    text = repository.patch(head, repository.edited_tree(head, contents))
    return f"{text}\n" if text else ""


def apply(
    repository: Repository,
    plan: Plan,
    number: int,
    *,
    config: PlanConfig,
    roots: Sequence[str],
    now: datetime,
    prefix: str = "",
    merge: bool = True,
    on_progress: Note = lambda _: None,
    environment: Mapping[str, str] | None = None,
) -> Applied:
    """Apply a batch to the branch checked out: edit, verify, rehearse the rollback, fast-forward, tag.

    Args:
        repository: The user's repository.
        plan: The plan the batch belongs to.
        number: The batch.
        config: Test command, smoke imports, timeout.
        roots: Import roots relative to the audited root.
        now: When it happens (aware); the commit's and the tags' date.
        prefix: The audited root relative to the repository's top: empty, or ending in `/`.
        merge: False leaves the branch alone: the commit is reached by its `verified` tag only.
        on_progress: Called with one line a step.
        environment: Variables for the commands; by default the process's own.

    Raises:
        GitError: The tree is dirty, the batch is applied already, one it depends on is not, a path is not a regular
            file of the commit, or a definition changed since the plan was made.
        EditError: A definition cannot be removed.
        VerificationError: A smoke import or the test command failed. Nothing is left behind.
    """
    batch = history.batch_of(plan, number)
    head = _head(repository)
    _remove_stale_worktrees(repository)
    _check_ready(repository, plan, batch)
    contents = edited_contents(repository, prefix, plan, batch, head)
    on_progress(f"batch {number}: {len(contents)} file(s) edited and parsed")
    tree = repository.edited_tree(head, contents)
    commit = repository.commit_tree(tree, head, _message(plan, batch), now)
    variables = os.environ if environment is None else environment
    verifications = _verify(repository, commit, prefix, config, roots, variables, on_progress)
    _rehearse(repository, commit, head)
    on_progress("rollback rehearsed: it gives the same tree back")
    tags = history.free_tags(repository, plan, number)
    if merge:
        _check_clean(repository)
        repository.fast_forward(commit)
    _tag(repository, plan, batch, tags, head, commit, now)
    on_progress(f"committed as {commit[:12]}" + ("" if merge else f"; merge it with 'git merge {tags.verified}'"))
    return Applied(number, commit, tags.before, tags.verified, tuple(sorted(contents)), verifications, merge)


def rollback(
    repository: Repository, plan: Plan, number: int, *, now: datetime, on_progress: Note = lambda _: None
) -> RolledBack:
    """Take a batch back with a commit that undoes its commit, made in a worktree and fast-forwarded to.

    Raises:
        GitError: The batch is not applied, a later batch needs it, the tree is dirty, or later commits changed the same
            lines; the message names them.
    """
    batch = history.batch_of(plan, number)
    head = _head(repository)
    _remove_stale_worktrees(repository)
    states = {entry.number: entry for entry in status(repository, plan)}
    commit = states[number].commit
    if states[number].state != "applied" or commit is None:
        raise GitError(f"batch {number} of plan {plan.plan_id} is not applied on this branch; nothing to take back")
    later = [b.number for b in plan.batches if number in b.depends_on and states[b.number].state == "applied"]
    if later:
        raise GitError(f"batch {max(later)} rests on batch {number}; run 'auditor rollback {max(later)}' first")
    _check_clean(repository)
    tree = _reverted_tree(repository, batch, commit, head)
    message = (
        f"Take back batch {number} of plan {plan.plan_id}\n\nThis reverts commit {commit}.\n\n"
        f"{history.ROLLBACK_TRAILER}: {plan.plan_id}/{number}\n"
    )
    revert = repository.commit_tree(tree, head, message, now)
    repository.fast_forward(revert)
    restored = repository.tree(f"{commit}^") == tree
    on_progress("the tree is the one before the batch" if restored else "taken back on top of later changes")
    return RolledBack(number, revert, commit, restored)


def _head(repository: Repository) -> str:
    head = repository.head()
    if head is None:
        raise GitError(f"{repository.root}: there is no commit to apply a batch to; commit first")
    return head


def _check_ready(repository: Repository, plan: Plan, batch: Batch) -> None:
    """Raise GitError where the batch is applied already, one it depends on is not, or the tree is dirty."""
    states = {entry.number: entry for entry in status(repository, plan)}
    done = states[batch.number]
    if done.state == "applied":
        raise GitError(
            f"batch {batch.number} of plan {plan.plan_id} is applied already by {(done.commit or '')[:12]}; "
            f"take it back with 'auditor rollback {batch.number}'"
        )
    missing = [n for n in batch.depends_on if n not in states or states[n].state != "applied"]
    if missing:
        raise GitError(f"batch {batch.number} needs batch {missing[0]} first; run 'auditor apply {missing[0]}'")
    _check_clean(repository)


def _check_clean(repository: Repository) -> None:
    modified = repository.modified()
    if modified:
        more = f" and {len(modified) - 1} more" if len(modified) > 1 else ""
        raise GitError(f"{modified[0]}{more} has uncommitted changes; commit or stash them first")


def _verify(
    repository: Repository,
    commit: str,
    prefix: str,
    config: PlanConfig,
    roots: Sequence[str],
    environment: Mapping[str, str],
    on_progress: Note,
) -> tuple[Verification, ...]:
    """Run the smoke imports and the test command in a worktree of `commit`; raise VerificationError at the first no."""
    if not config.smoke and not config.test_command:
        on_progress("nothing was run: configure plan.test_command or plan.smoke to verify more than that it parses")
        return ()
    timeout = parse_duration(config.timeout)
    done: list[Verification] = []
    with _worktree(repository, commit) as copy:
        checkout = Checkout(copy.root / prefix, repository.root / prefix, tuple(roots))
        for target in config.smoke:
            done.append(_passed(smoke_import(checkout, target, timeout, environment, config.python), on_progress))
        if config.test_command:
            done.append(_passed(run_tests(checkout, config.test_command, timeout, environment), on_progress))
    return tuple(done)


def _passed(verification: Verification, on_progress: Note) -> Verification:
    if not verification.passed:
        raise VerificationError(
            f"the edited tree fails: {verification.command!r} after {verification.seconds:.1f} s; nothing was changed\n"
            f"{verification.tail}"
        )
    on_progress(f"{verification.command}: passed in {verification.seconds:.1f} s")
    return verification


def _rehearse(repository: Repository, commit: str, parent: str) -> None:
    with _worktree(repository, commit) as copy:
        if copy.reverted_tree(commit) != repository.tree(parent):
            raise GitError(f"the rehearsed rollback of {commit[:12]} gives another tree; nothing was changed")


def _reverted_tree(repository: Repository, batch: Batch, commit: str, head: str) -> str:
    touched = {change.path for change in repository.changes(f"{commit}^", commit)}
    if not all(path.endswith(batch.paths) for path in touched):
        raise GitError(
            f"commit {commit[:12]} holds more than batch {batch.number}; revert it by hand: git revert {commit}"
        )
    with _worktree(repository, head) as copy:
        try:
            return copy.reverted_tree(commit)
        except GitError as error:
            later = repository.commits_touching(f"{commit}..{head}", sorted(touched))
            named = ", ".join(f"{later_commit[:12]} ({_line(message)})" for later_commit, message in later[:3])
            raise GitError(
                f"batch {batch.number} cannot be taken back: later commits changed the same lines: "
                f"{named or error}; revert those first, or run 'git revert {commit[:12]}' and resolve by hand"
            ) from error


def _tag(
    repository: Repository,
    plan: Plan,
    batch: Batch,
    tags: history.TagNames,
    before: str,
    commit: str,
    now: datetime,
) -> None:
    what = f"batch {batch.number} of plan {plan.plan_id}"
    try:
        repository.tag(tags.before, before, f"Before {what}", now)
        repository.tag(tags.verified, commit, f"Verified: {what}", now)
    except GitError as error:
        raise GitError(f"{what} is committed as {commit[:12]}, but could not be tagged: {error}") from error


def _message(plan: Plan, batch: Batch) -> str:
    names = [definition for step in batch.steps for definition in step.remove]
    listed = [f"- {_line(name)}" for name in names[:40]]
    if len(names) > 40:
        listed.append(f"- and {len(names) - 40} more")
    until = plan.window.end.astimezone(UTC).date().isoformat()
    return (
        f"Remove unused code: batch {batch.number} of plan {plan.plan_id}\n\n"
        f"Not called in the {plan.window.days} days up to {until}, and reached by nothing that was:\n"
        + "\n".join(listed)
        + "\n\n"
        f"{history.BATCH_TRAILER}: {plan.plan_id}/{batch.number}\n"
        f"{history.EVIDENCE_TRAILER}: {_line(plan.evidence.digest)}\n"
    )


def _line(text: str) -> str:
    """Return the first line of hostile text, printable and short, so that it can forge no trailer."""
    first = text.splitlines()[0] if text.splitlines() else ""
    return "".join(character for character in first if character.isprintable())[:200]


@contextlib.contextmanager
def _worktree(repository: Repository, commit: str) -> Iterator[Repository]:
    """Check out a commit in a temporary worktree that is gone afterwards, whatever happens."""
    try:
        holder = Path(tempfile.mkdtemp(prefix=f"{_WORKTREE}{os.getpid()}-"))
    except OSError as error:
        raise GitError(
            f"no temporary directory for a worktree: {error}; set TMPDIR to one that can be written"
        ) from error
    try:
        yield repository.add_worktree(holder / "tree", commit)
    finally:
        with contextlib.suppress(AuditorError):
            repository.remove_worktree(holder / "tree")
        shutil.rmtree(holder, ignore_errors=True)


def _remove_stale_worktrees(repository: Repository) -> None:
    """Remove temporary worktrees of runs that were killed."""
    for directory in repository.worktrees():
        match = _WORKTREE_NAME.match(directory.parent.name)
        if match and not _runs(int(match[1])):
            repository.remove_worktree(directory)
            shutil.rmtree(directory.parent, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
