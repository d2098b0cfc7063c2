"""What became of a plan so far, in sentences that every format prints: applied, taken back, void, waiting.

In: a Plan. Out: sentences, names in back-quotes; none for a plan that has just begun. Never decides anything.
"""

from collections.abc import Iterable

from auditor.model.plan import Plan, Voided


def said(plan: Plan) -> list[str]:
    """Return the sentences, what is done first."""
    own = [past for past in plan.past if not past.plan_id]
    sentences = [plan.note] if plan.note else []
    if plan.revision > 1:
        sentences.append(f"This is revision {plan.revision} of the plan.")
    applied = [past.batch.number for past in own if past.state == "applied"]
    if applied:
        sentences.append(f"{numbered(applied)} {_are(applied)} applied.")
    for past in plan.past:
        if past.state == "rolled_back":
            number = past.batch.number
            of = f" of plan `{past.plan_id}`" if past.plan_id else ""
            then = "it is planned again" if past.released else f"it stays until `auditor plan --replan {number}`"
            sentences.append(f"Batch {number}{of} was taken back: {then}.")
    sentences += [void(one) for one in plan.voided if one.revision == plan.revision]
    before = [one.number for one in plan.voided if one.revision < plan.revision]
    if before:
        sentences.append(f"{numbered(before)} {_are(before)} void since earlier revisions.")
    waiting = [batch.number for batch in plan.waiting]
    if waiting:
        sentences.append(f"{numbered(waiting)} {_wait(waiting)} until the evidence suffices again.")
    return sentences


def void(one: Voided) -> str:
    """Return the sentences on a batch that is void."""
    left = f" What is left of it is in {numbered(one.replaced_by).lower()}." if one.replaced_by else ""
    return f"Batch {one.number} is void. {one.reason}{left}"


def numbered(numbers: Iterable[int]) -> str:
    """Return `Batch 4`, or `Batches 1 to 3 and 7` of several."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [part for run in runs for part in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run))]
    listed = " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)
    return f"Batch {listed}" if len(parts) == 1 and len(runs[0]) == 1 else f"Batches {listed}"


def _are(numbers: list[int]) -> str:
    return "is" if len(numbers) == 1 else "are"


def _wait(numbers: list[int]) -> str:
    return "waits" if len(numbers) == 1 else "wait"
