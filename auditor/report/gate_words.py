"""The words every surface of the gate uses: what each reason means, in which order they count, what to do.

In: a result. Out: strings and rows, plain text in which names may stand in back-quotes. Never decides what passes.
"""

from collections.abc import Iterable

from auditor.model.gate import Breach, BreachReason, GateResult
from auditor.report.wording import count, number

WHY_ORDER: tuple[BreachReason, ...] = (
    "called", "contradicted", "bad_override", "dangling_reference", "reachable", "stale_evidence", "no_evidence",
    "new_finding", "fixed_finding",
)  # fmt: skip
"""Most important first: what surely breaks production, then what may."""

LABEL: dict[BreachReason, str] = {
    "called": "still called",
    "contradicted": "called, though nothing seems to reach it",
    "bad_override": "override that does not count",
    "dangling_reference": "still referred to",
    "reachable": "can still be called",
    "stale_evidence": "evidence too old",
    "no_evidence": "nothing known of it",
    "new_finding": "new unused code",
    "fixed_finding": "in the baseline, though mended",
}

RULES: dict[BreachReason, str] = {
    "called": "deletes what production calls",
    "contradicted": "deletes what production uses although the scan does not reach it",
    "bad_override": "overrides the gate without being in order",
    "dangling_reference": "leaves a reference to what it deletes",
    "reachable": "deletes what production can still reach",
    "stale_evidence": "deletes on evidence that is too old",
    "no_evidence": "deletes what nothing is known of",
    "new_finding": "adds unused code that the baseline does not list",
    "fixed_finding": "leaves in the baseline what is unused no more",
}

MEND: dict[BreachReason, str] = {
    "called": "Put it back. It may go once its callers are gone and a whole window has passed without a call.",
    "contradicted": "Put it back, and find who calls it: the scan does not see them.",
    "bad_override": "Mend the entry (symbol, reason, until), or take it away.",
    "dangling_reference": "Change the line that still refers to it, or put it back.",
    "reachable": "Put it back, or have its use measured first: it may go after a window without a call.",
    "stale_evidence": "Collect anew with `auditor collect`, then run the gate again.",
    "no_evidence": "See with `auditor usage health` what is not watched, and watch it for a window.",
    "new_finding": "Delete it, or use it.",
    "fixed_finding": "Take it out of the baseline: `auditor baseline`.",
}


def ordered(breaches: Iterable[Breach]) -> list[Breach]:
    """Return breaches most important first: standing before overridden, then by reason, path, line and id."""
    return sorted(breaches, key=lambda b: (b.override is not None, WHY_ORDER.index(b.why), b.path, b.line, b.id))


def summary(result: GateResult) -> str:
    """Return the gate's answer in one or two sentences."""
    if result.passed:
        used = f", {number(len(result.breaches))} of them by override" if result.breaches else ""
        return f"PASSED: nothing that is still used was deleted ({number(result.deleted)} deleted{used})."
    said = [f"BLOCKED: {_counted(result.stopped)}."] if result.stopped else []
    said += [f"CANNOT TELL: {result.undecidable}"] if result.undecidable else []
    return " ".join(said) or "BLOCKED."


_OTHERS: dict[BreachReason, tuple[str, str]] = {
    "bad_override": ("override is not in order", "overrides are not in order"),
    "new_finding": ("new finding", "new findings"),
    "fixed_finding": ("finding of the baseline is mended", "findings of the baseline are mended"),
}
"""Breaches that are no deletions, counted apart: one, several."""


def _counted(breaches: tuple[Breach, ...]) -> str:
    """Return how many deletions may not pass, what lies inside another one not counted, and what else is wrong."""
    ids = {breach.id for breach in breaches if breach.why not in _OTHERS}
    outer = sum(1 for one in ids if not any(one != other and _inside(one, other) for other in ids))
    parts = [f"{count(outer, 'deletion')} may not pass"] if outer else []
    for why, (one, several) in _OTHERS.items():
        met = sum(1 for breach in breaches if breach.why == why)
        parts += [count(met, one, several)] if met else []
    return ", ".join(parts)


def _inside(one: str, other: str) -> bool:
    return one.startswith(other if other.endswith(":") else f"{other}.")
