"""What commits and tags say. In: a plan, a batch. Out: text whose every foreign part is one printable line.

So nothing that a plan holds can forge a trailer, from which the state of batches is read.
"""

from collections.abc import Sequence
from datetime import UTC

from auditor.model.plan import Batch, Plan
from auditor.removal import history

HELD_BACK = "Held back:"
_MOST_NAMES = 40


def applying(plan: Plan, batch: Batch, prefix: str, held: Sequence[str] = ()) -> str:
    """Return the message of the commit that applies a batch.

    `held` are sentences on what was held back of it. `prefix` is the audited root in the repository: empty, or ending
    in `/`.
    """
    names = [definition for step in batch.steps for definition in step.remove]
    whole = [name for name in names if line(name) == name][:_MOST_NAMES]
    listed = [f"- {name}" for name in whole]
    if len(names) > len(whole):
        listed.append(f"- and {len(names) - len(whole)} more")
    kept = ["", HELD_BACK, *(f"- {line(sentence)}" for sentence in held)] if held else []
    until = plan.window.end.astimezone(UTC).date().isoformat()
    needs = [f"{history.NEEDS_TRAILER}: {', '.join(map(str, batch.depends_on))}"] if batch.depends_on else []
    return "\n".join(
        (
            f"Remove unused code: batch {batch.number} of plan {plan.plan_id}",
            "",
            f"Not called in the {plan.window.days} days up to {until}, and reached by nothing that was:",
            *listed,
            *kept,
            "",
            *(f"{history.PATH_TRAILER}: {prefix}{path}" for path in batch.paths if (prefix + path).isprintable()),
            *needs,
            f"{history.BATCH_TRAILER}: {plan.plan_id}/{batch.number}",
            f"{history.EVIDENCE_TRAILER}: {line(plan.evidence.digest)}",
            "",
        )
    )


def taking_back(plan_id: str, number: int, commit: str, how: str = "") -> str:
    """Return the message of the commit that takes a batch back; `how` adds a sentence."""
    added = f"{how}\n\n" if how else ""
    return (
        f"Take back batch {number} of plan {plan_id}\n\nThis reverts commit {commit}.\n\n{added}"
        f"{history.ROLLBACK_TRAILER}: {plan_id}/{number}\n"
    )


def line(text: str) -> str:
    """Return the first line of hostile text, printable and short."""
    first = text.splitlines()[0] if text.splitlines() else ""
    return "".join(character for character in first if character.isprintable())[:200]
