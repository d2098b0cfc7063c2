"""Which step of a batch breaks it? In: a batch that fails, a bench. Out: the steps that hold, and why others do not.

A step is tried with those that must go along, on top of what was found to hold. Nobody is called guilty by a tree whose
tests fail without the batch as well, nor by one failure alone.
"""

from collections.abc import Callable

import msgspec

from auditor.errors import EditError, GitError, VerificationError
from auditor.model.plan import Batch, Step
from auditor.removal.proving import Bench, Outcome, prove, run, said

MakeCommit = Callable[[Batch], str]
"""Makes the commit of a batch on top of HEAD; raises EditError or GitError where it cannot."""


class HeldStep(msgspec.Struct, frozen=True):
    """A step that was left out: why, in one sentence, and the tests that failed with it."""

    step: Step
    detail: str
    tests: tuple[str, ...] = ()


class Kept(msgspec.Struct, frozen=True):
    """What holds of a batch: the batch without the others, its commit and what was run on it."""

    batch: Batch
    commit: str
    outcome: Outcome
    held: tuple[HeldStep, ...]


class NothingHoldsError(VerificationError):
    """Every step of a batch breaks something. `held` says what each."""

    def __init__(self, message: str, held: tuple[HeldStep, ...]) -> None:
        super().__init__(message)
        self.held = held


def bisect(bench: Bench, batch: Batch, head: str, make: MakeCommit, failed: Outcome) -> Kept:
    """Find what of a batch holds.

    Args:
        bench: How commits are proven.
        batch: A batch whose commit did not hold.
        head: The commit that it is applied to.
        make: Makes the commit of a part of it.
        failed: Why it did not hold.

    Raises:
        VerificationError: The untouched tree fails as well.
        NothingHoldsError: No step holds.
    """
    check_base(bench, head, failed)
    return _Search(bench, batch, head, make).run()


def check_base(bench: Bench, head: str, failed: Outcome) -> None:
    """Raise VerificationError where the untouched tree fails as well: then a failure proves nothing."""
    if failed.failure is None:
        return
    untouched = Outcome(run(bench, head, "the untouched tree: "))
    if untouched.failure is None:
        return
    raise VerificationError(
        f"the tree fails without the batch too, so nothing can be verified: {untouched.failure.command!r} "
        f"({said(untouched.failure)}); nothing was changed; mend that first, or leave those tests out of "
        "plan.test_command. They run in a fresh checkout, without files that git ignores and without submodules\n"
        f"{untouched.failure.tail}"
    )


class _Search:
    """The steps of one batch, tried in groups of those that must go together, the smallest first."""

    def __init__(self, bench: Bench, batch: Batch, head: str, make: MakeCommit) -> None:
        self._bench, self._batch, self._head, self._make = bench, batch, head, make
        self._held: dict[int, HeldStep] = {}

    def run(self) -> Kept:
        groups = [self._group(one) for one in range(len(self._batch.steps))]
        kept: frozenset[int] = frozenset()
        best: tuple[Batch, str, Outcome] | None = None
        for one in sorted(range(len(groups)), key=lambda one: (len(groups[one]), one)):
            if one in kept:
                continue
            guilty = sorted(groups[one] & self._held.keys())
            if guilty:
                self._hold(one, f"it goes only with {self._batch.steps[guilty[0]].path}, which was held back")
                continue
            tried = self._tried(kept | groups[one])
            if tried[2].holds:
                kept, best = kept | groups[one], tried
                self._bench.on_progress(f"holds: {', '.join(tried[0].paths)}")
            else:
                self._blame(one, tried[2])
        held = tuple(self._held[one] for one in sorted(self._held))
        if best is None:
            reasons = "\n".join(f"{one.step.path}: {one.detail}" for one in held)
            raise NothingHoldsError(
                f"no step of batch {self._batch.number} holds; nothing was changed\n{reasons}", held
            )
        return Kept(*best, held)

    def _group(self, one: int) -> frozenset[int]:
        """Return the steps that must go with one, itself included: those whose files would still name what it took."""
        everything = frozenset(range(len(self._batch.steps)))
        group = frozenset({one})
        while True:
            try:
                leftovers = self._bench.examine(self._head, self._make(self._part(group)))
            except (EditError, GitError):
                return everything
            naming = {left.path for left in leftovers}
            needed = {number for number in everything - group if self._batch.steps[number].path in naming}
            if not needed:
                return everything if leftovers else group
            group |= needed

    def _part(self, chosen: frozenset[int]) -> Batch:
        steps = tuple(step for number, step in enumerate(self._batch.steps) if number in chosen)
        return msgspec.structs.replace(self._batch, steps=steps, paths=tuple(sorted({step.path for step in steps})))

    def _tried(self, chosen: frozenset[int]) -> tuple[Batch, str, Outcome]:
        """Return how a part of the batch does; what fails is run a second time, since tests may be flaky."""
        part = self._part(chosen)
        commit = self._make(part)
        outcome = prove(self._bench, self._head, commit)
        if outcome.failure is not None:
            again = Outcome(run(self._bench, commit))
            if again.holds:
                self._bench.on_progress(
                    f"failed once and passed the second time, so not held back: {said(outcome.failure)}"
                )
                outcome = again
        return part, commit, outcome

    def _blame(self, one: int, outcome: Outcome) -> None:
        if outcome.failure is None:
            left = outcome.leftovers[0]
            self._hold(one, f"{left.path}:{left.line} would be left naming {left.id}")
        else:
            self._hold(one, f"without it, this fails: {said(outcome.failure)}", outcome.failure.failed)

    def _hold(self, one: int, detail: str, tests: tuple[str, ...] = ()) -> None:
        self._held[one] = HeldStep(self._batch.steps[one], detail, tests)
        self._bench.on_progress(f"held back: {self._batch.steps[one].path}: {detail}")
