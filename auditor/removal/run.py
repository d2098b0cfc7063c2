"""Batches applied. In: a repository, a plan, a number. Out: a commit and two tags. Never half of it.

The commit is made beside the user's tree and checked in temporary worktrees; the user's branch moves last, by
fast-forward, and only when everything before it went well. No hook of the repository runs, and no command that the plan
names: what is run comes from the configuration.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from auditor.config import PlanConfig
from auditor.errors import GitError
from auditor.git import Repository
from auditor.model.plan import Batch, Plan
from auditor.removal import commit_message, history, moving, proving
from auditor.removal.bisect import HeldStep, Kept, bisect, check_base
from auditor.removal.editing import edited_contents
from auditor.removal.history import BatchStatus
from auditor.removal.knip_fix import Fix, KnipFix
from auditor.removal.one_at_a_time import alone
from auditor.removal.proving import Bench, Examine, Note
from auditor.removal.verify import Verification
from auditor.removal.worktrees import remove_stale

__all__ = ["Applied", "BatchStatus", "apply", "diff", "status"]

Still = Callable[[Batch, str], None]
status = history.status


class Applied(msgspec.Struct, frozen=True):
    """A batch that was applied.

    `paths` are relative to the repository's top. `verifications` is empty where neither a test command nor a smoke
    import is configured. `merged` is false where the branch was left alone. `held` are the steps that `bisect` left
    out.
    """

    number: int
    commit: str
    before_tag: str
    verified_tag: str
    paths: tuple[str, ...]
    verifications: tuple[Verification, ...]
    merged: bool
    held: tuple[HeldStep, ...] = ()


def diff(
    repository: Repository,
    prefix: str,
    plan: Plan,
    number: int,
    *,
    now: datetime,
    after: Sequence[int] = (),
    config: PlanConfig | None = None,
) -> str:
    """Return the patch that applying a batch to HEAD would make, after the same checks; no reference is changed.

    `after` are batches that would be applied before it; `config` says how Knip is run.
    """
    head, fix = _head(repository), KnipFix(repository, prefix, config or PlanConfig())
    for earlier in after:
        _check_pending(repository, plan, history.batch_of(plan, earlier), head)
        head = _commit(repository, prefix, plan, history.batch_of(plan, earlier), head, now, fix)
    batch = history.batch_of(plan, number)
    _check_pending(repository, plan, batch, head)
    contents = edited_contents(repository, prefix, plan, batch, head, fix)
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
    onto: str | None = None,
    bisecting: bool = False,
    still: Still = lambda _batch, _head: None,
    examine: Examine = lambda _head, _commit: (),
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
        onto: The commit to apply it to where `merge` is false; default: HEAD.
        bisecting: Where it fails, find the steps that break it, hold them back, and apply the others.
        still: Raises where what a batch removes may not go from a commit any more.
        examine: Scans a commit against the one before it.
        on_progress: Called with one line a step.
        environment: Variables for the commands; by default the process's own.

    Raises:
        GitError: The tree is dirty, the batch is applied already, one it depends on is not, a path is not a regular
            file of the commit, or a definition changed since the plan was made.
        EditError: A definition cannot be removed.
        VerificationError: The scan, a smoke import or the test command failed. Nothing is left behind.
    """
    batch = history.batch_of(plan, number)
    variables = os.environ if environment is None else environment
    fix = KnipFix(repository, prefix, config, variables)
    bench = Bench(repository, prefix, config, tuple(roots), variables, examine, on_progress, fix)
    with alone(repository):
        remove_stale(repository)
        if mended := moving.mend(repository):
            on_progress(mended)
        head = onto if onto is not None and not merge else _head(repository)
        _check_pending(repository, plan, batch, head)
        if merge:
            moving.check_movable(repository)
        edited_contents(repository, prefix, plan, batch, head, bench.fix)
        still(batch, head)
        kept = _proven(bench, plan, batch, head, now, bisecting=bisecting)
        commit = _final(bench, plan, kept, head, now)
        proving.rehearse(repository, commit, head)
        on_progress("rollback rehearsed: it gives the same tree back")
        names = history.free_tags(repository, plan, number)
        tags = _tags(plan, batch, names, head, commit)
        if merge:
            moving.move(repository, head, commit, tags, now)
        else:
            moving.make_tags(repository, tags, now)
    on_progress(f"committed as {commit[:12]}" + ("" if merge else f"; merge it with 'git merge {names.verified}'"))
    paths = tuple(sorted({prefix + path for path in kept.batch.paths}))
    return Applied(number, commit, names.before, names.verified, paths, kept.outcome.verifications, merge, kept.held)


def _proven(bench: Bench, plan: Plan, batch: Batch, head: str, now: datetime, *, bisecting: bool) -> Kept:
    """Return the batch, or with `bisecting` what holds of it, as a commit that passed; raise where there is none."""

    def make(part: Batch) -> str:
        return _commit(bench.repository, bench.prefix, plan, part, head, now, bench.fix)

    commit = make(batch)
    bench.on_progress(f"batch {batch.number}: {len(batch.paths)} file(s) edited and parsed")
    outcome = proving.prove(bench, head, commit)
    if outcome.holds:
        return Kept(batch, commit, outcome, ())
    if bisecting:
        bench.on_progress(f"batch {batch.number} does not hold; looking for the step that breaks it")
        return bisect(bench, batch, head, make, outcome)
    check_base(bench, head, outcome)
    raise proving.refusal(outcome, "find the step that breaks it with --bisect" if len(batch.steps) > 1 else "")


def _final(bench: Bench, plan: Plan, kept: Kept, head: str, now: datetime) -> str:
    """Return the commit to keep: that which passed, with what was held back said in its message."""
    if not kept.held:
        return kept.commit
    sentences = [f"{one.step.path}: {one.detail}" for one in kept.held]
    message = commit_message.applying(plan, kept.batch, bench.prefix, sentences)
    return bench.repository.commit_tree(bench.repository.tree(kept.commit), head, message, now)


def _commit(repository: Repository, prefix: str, plan: Plan, batch: Batch, head: str, now: datetime, fix: Fix) -> str:
    contents = edited_contents(repository, prefix, plan, batch, head, fix)
    tree = repository.edited_tree(head, contents)
    return repository.commit_tree(tree, head, commit_message.applying(plan, batch, prefix), now)


def _head(repository: Repository) -> str:
    head = repository.head()
    if head is None:
        raise GitError(f"{repository.root}: there is no commit to apply a batch to; commit first")
    return head


def _check_pending(repository: Repository, plan: Plan, batch: Batch, head: str) -> None:
    """Raise GitError where the batch is applied already, or one it depends on is not."""
    states = {entry.number: entry for entry in status(repository, plan, head)}
    done = states[batch.number]
    if done.state == "applied":
        raise GitError(
            f"batch {batch.number} of plan {plan.plan_id} is applied already by {(done.commit or '')[:12]}; "
            f"take it back with 'auditor rollback {batch.number}'"
        )
    missing = [n for n in batch.depends_on if n not in states or states[n].state != "applied"]
    if missing:
        raise GitError(f"batch {batch.number} needs batch {missing[0]} first; run 'auditor apply {missing[0]}'")


def _tags(plan: Plan, batch: Batch, names: history.TagNames, head: str, commit: str) -> tuple[moving.Tag, ...]:
    what = f"batch {batch.number} of plan {plan.plan_id}"
    return moving.Tag(names.before, head, f"Before {what}"), moving.Tag(names.verified, commit, f"Verified: {what}")
