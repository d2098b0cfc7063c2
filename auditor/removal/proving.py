"""Does a commit hold? In: a commit beside the user's tree. Out: what was run, and the first thing that speaks against.

Examined, imported and tested in temporary worktrees; the revert is rehearsed too. Never moves a branch.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from auditor.config import PlanConfig, parse_duration
from auditor.errors import GitError, VerificationError
from auditor.git import Repository
from auditor.model.gate import Breach
from auditor.model.listing import listed
from auditor.removal.knip_fix import Fix, lend_modules, no_fix
from auditor.removal.verify import Checkout, Verification, run_tests, smoke_import
from auditor.removal.worktrees import worktree

Note = Callable[[str], None]
Examine = Callable[[str, str], tuple[Breach, ...]]
"""What a second commit leaves dangling or unused that the first did not."""


class Bench(msgspec.Struct, frozen=True):
    """Where and how commits are proven.

    Attributes:
        repository: The user's repository.
        prefix: The audited root relative to the repository's top: empty, or ending in `/`.
        config: Test command, smoke imports, timeout.
        roots: Import roots relative to the audited root.
        environment: Variables for the commands.
        examine: Scans a commit against the one before it.
        on_progress: Called with one line a step.
        fix: Takes exports out of JavaScript and TypeScript.
    """

    repository: Repository
    prefix: str
    config: PlanConfig
    roots: tuple[str, ...]
    environment: Mapping[str, str]
    examine: Examine
    on_progress: Note
    fix: Fix = no_fix

    @property
    def runs_anything(self) -> bool:
        """Whether a test command or a smoke import is configured."""
        return bool(self.config.smoke or self.config.test_command)


class Outcome(msgspec.Struct, frozen=True):
    """What was run on a commit, the failed one last; `leftovers` is what the scan objects to."""

    verifications: tuple[Verification, ...] = ()
    leftovers: tuple[Breach, ...] = ()

    @property
    def failure(self) -> Verification | None:
        """The command that failed."""
        return self.verifications[-1] if self.verifications and not self.verifications[-1].passed else None

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the commit."""
        return not self.leftovers and self.failure is None


def prove(bench: Bench, head: str, commit: str) -> Outcome:
    """Scan a commit on top of `head`, import and test it; stop at the first no."""
    leftovers = bench.examine(head, commit)
    if leftovers:
        return Outcome(leftovers=leftovers)
    return Outcome(run(bench, commit))


def run(bench: Bench, commit: str, of: str = "") -> tuple[Verification, ...]:
    """Run the smoke imports and the test command in a worktree of `commit`, up to the first that fails.

    `of` says in the progress what is run on, where it is not the batch.
    """
    if not bench.runs_anything:
        bench.on_progress(
            "nothing was run: configure plan.test_command or plan.smoke to verify more than that it parses"
        )
        return ()
    config, prefix = bench.config, bench.prefix
    timeout = parse_duration(config.timeout)
    done: list[Verification] = []
    with worktree(bench.repository, commit) as copy:
        checkout = Checkout(copy.root / prefix, bench.repository.root / prefix, bench.roots)
        lend_modules(checkout.directory, checkout.original)
        for target in config.smoke:
            done.append(smoke_import(checkout, target, timeout, bench.environment, config.python))
            if not _told(bench, done[-1], of):
                return tuple(done)
        if config.test_command:
            bench.on_progress(f"{of}running {config.test_command}, for {config.timeout} at most")
            done.append(run_tests(checkout, config.test_command, timeout, bench.environment))
            _told(bench, done[-1], of)
    return tuple(done)


def rehearse(repository: Repository, commit: str, parent: str) -> None:
    """Raise GitError where reverting a commit in a worktree does not give its parent's tree."""
    with worktree(repository, commit) as copy:
        if copy.reverted_tree(commit) != repository.tree(parent):
            raise GitError(f"the rehearsed rollback of {commit[:12]} gives another tree; nothing was changed")


def refusal(outcome: Outcome, added: str = "") -> VerificationError:
    """Return the error that says why a commit does not hold; `added` is a sentence more."""
    more = f"; {added}" if added else ""
    if outcome.leftovers:
        return VerificationError(
            f"the edited tree fails the scan{more}; nothing was changed\n{_listed(outcome.leftovers)}"
        )
    failure = outcome.failure
    assert failure is not None  # it is asked for an outcome that does not hold
    return VerificationError(
        f"the edited tree fails: {failure.command!r} after {failure.seconds:.1f} s{more}; nothing was changed\n"
        f"{failure.tail}"
    )


def said(failure: Verification) -> str:
    """Return in one line what failed: the tests' names, else the last line that was printed."""
    if failure.failed:
        return listed(failure.failed, 3)
    last = next((line for line in reversed(failure.tail.splitlines()) if line.strip()), "it printed nothing")
    return f"{failure.command}: {last.strip()[:200]}"


def _listed(leftovers: Sequence[Breach]) -> str:
    return "\n".join(f"{one.path}:{one.line}: {one.id}: {one.detail}" for one in leftovers[:20])


def _told(bench: Bench, verification: Verification, of: str) -> bool:
    if verification.passed:
        bench.on_progress(f"{of}{verification.command}: passed in {verification.seconds:.1f} s")
    return verification.passed
