"""What of a batch breaks it? In: a batch that fails, a bench. Out: what holds of it, and why the rest does not.

Nothing is called guilty by a tree whose tests fail without the batch as well, nor by one failure alone.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from auditor.errors import EditError, GitError, VerificationError
from auditor.model.code import DefinitionId
from auditor.model.listing import listed
from auditor.model.plan import Batch, Step
from auditor.removal.proving import Bench, Outcome, prove, run, said
from auditor.removal.verify import Verification

MakeCommit = Callable[[Batch], str]
"""Makes the commit of a batch on top of HEAD; raises EditError or GitError where it cannot."""


class HeldStep(msgspec.Struct, frozen=True):
    """What was left out of a step: why, in one sentence, and the tests that fail without it.

    `guilty` are the definitions that break something by themselves; the others go only with one that was left out.
    """

    step: Step
    detail: str
    tests: tuple[str, ...] = ()
    guilty: tuple[DefinitionId, ...] = ()


class Kept(msgspec.Struct, frozen=True):
    """What holds of a batch: the batch without the others, its commit and what was run on it."""

    batch: Batch
    commit: str
    outcome: Outcome
    held: tuple[HeldStep, ...]


class NothingHoldsError(VerificationError):
    """Everything that a batch removes breaks something. `held` says what."""

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
        NothingHoldsError: Nothing of it holds.
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


Unit = tuple[int, DefinitionId | None]
"""The least that is held back: a definition of the step at that place, or (None) all of a step that deletes a file."""


class _Search:
    """Halves of what does not hold, tried on top of what does. What cannot stand without others waits for them."""

    def __init__(self, bench: Bench, batch: Batch, head: str, make: MakeCommit) -> None:
        self._bench, self._batch, self._head, self._make = bench, batch, head, make
        self._kept: tuple[Unit, ...] = ()
        self._best: tuple[Batch, str, Outcome] | None = None
        self._guilty: dict[Unit, Verification] = {}

    def run(self) -> Kept:
        units = _units(self._batch)
        waiting = [one for half in _halves(units) for one in self._place(half)]
        while waiting:
            still = self._place(waiting)
            if len(still) == len(waiting):
                break
            waiting = still
        held = tuple(self._held(number, units) for number in sorted({n for n, _ in set(units) - set(self._kept)}))
        for one in held:
            self._bench.on_progress(f"held back: {one.step.path}: {one.detail}")
        if self._best is None:
            reasons = "\n".join(f"{one.step.path}: {one.detail}" for one in held)
            raise NothingHoldsError(
                f"nothing of batch {self._batch.number} holds; nothing was changed\n{reasons}", held
            )
        return Kept(*self._best, held)

    def _place(self, units: Sequence[Unit]) -> list[Unit]:
        """Keep units, or blame those that fail; return those that cannot stand without what is not kept yet."""
        part = _part(self._batch, {*self._kept, *units})
        outcome = self._outcome(part, alone=len(units) == 1)
        if outcome is not None and outcome[1].holds:
            self._kept, self._best = (*self._kept, *units), (part, *outcome)
            self._bench.on_progress(f"holds: {', '.join(part.paths)}")
            return []
        if len(units) > 1:
            return [one for half in _halves(units) for one in self._place(half)]
        if outcome is not None and outcome[1].failure is not None:
            self._guilty[units[0]] = outcome[1].failure
            return []
        return list(units)

    def _outcome(self, part: Batch, *, alone: bool) -> tuple[str, Outcome] | None:
        """Return the commit of a part and how it does, None where it cannot be made.

        One unit that fails is run a second time, since tests may be flaky.
        """
        try:
            commit = self._make(part)
        except (EditError, GitError):
            return None
        outcome = prove(self._bench, self._head, commit)
        if outcome.failure is not None and alone:
            again = Outcome(run(self._bench, commit))
            if again.holds:
                told = said(outcome.failure)
                self._bench.on_progress(f"failed once and passed the second time, so not held back: {told}")
                return commit, again
        return commit, outcome

    def _held(self, number: int, units: Sequence[Unit]) -> HeldStep:
        """Return what is held back of one step, and why."""
        left = [unit for unit in units if unit[0] == number and unit not in self._kept]
        failures = [self._guilty[unit] for unit in left if unit in self._guilty]
        guilty = tuple(name for unit in left if unit in self._guilty for name in _names(self._batch, unit))
        step = self._batch.steps[number]
        names = tuple(name for _, name in left if name is not None) or step.remove
        step = msgspec.structs.replace(step, remove=names)
        if not failures:
            return HeldStep(step, "it goes only with what was held back")
        tests = tuple(dict.fromkeys(test for failure in failures for test in failure.failed))
        return HeldStep(step, f"without {listed(guilty, 3)}, this fails: {said(failures[0])}", tests, guilty)


def _units(batch: Batch) -> list[Unit]:
    units: list[Unit] = []
    for number, step in enumerate(batch.steps):
        units += (
            [(number, None)]
            if step.action == "delete_file" or not step.remove
            else [(number, name) for name in step.remove]
        )
    return units


def _names(batch: Batch, unit: Unit) -> tuple[DefinitionId, ...]:
    number, name = unit
    return batch.steps[number].remove if name is None else (name,)


def _halves(units: Sequence[Unit]) -> tuple[Sequence[Unit], ...]:
    middle = len(units) // 2
    return (units[:middle], units[middle:]) if middle else (units,)


def _part(batch: Batch, units: AbstractSet[Unit]) -> Batch:
    """Return a batch of nothing but some of another's units."""
    steps: list[Step] = []
    for number, step in enumerate(batch.steps):
        if (number, None) in units:
            steps.append(step)
        elif names := tuple(name for name in step.remove if (number, name) in units):
            steps.append(msgspec.structs.replace(step, remove=names))
    return msgspec.structs.replace(batch, steps=tuple(steps), paths=tuple(sorted({step.path for step in steps})))
