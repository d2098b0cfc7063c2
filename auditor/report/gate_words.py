"""The words every surface of the gate uses: what each reason means, in which order they count, what to do.

In: a result. Out: strings and rows, plain text in which names may stand in back-quotes. Never decides what passes.
"""

from collections.abc import Iterable

from auditor.model.code import containers
from auditor.model.gate import Breach, BreachReason, GateResult, Override
from auditor.model.listing import listed
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

ALLOW = (
    "Meant to go all the same? An entry of `[[gate.allow]]` that base has lets it pass: symbol, reason, owner, until."
)
CANNOT_TELL = "Nothing is proved of the rest: mend what is named here, and run the gate again."

_NAMED = 5


def ordered(breaches: Iterable[Breach]) -> list[Breach]:
    """Return breaches most important first: standing before overridden, then by reason, path, line and id."""
    return sorted(breaches, key=lambda b: (b.override is not None, WHY_ORDER.index(b.why), b.path, b.line, b.id))


def standing(result: GateResult) -> tuple[Breach, ...]:
    """Return the breaches that nothing overrides, what is surely used first, then what is not known."""
    return tuple(breach for breach in ordered(result.breaches) if breach.override is None)


def alike(breaches: Iterable[Breach]) -> list[tuple[Breach, ...]]:
    """Return breaches of which the same is said, for the same reason and by the same override, together."""
    groups: dict[tuple[str, str, str | None], list[Breach]] = {}
    for breach in breaches:
        groups.setdefault((breach.why, breach.detail, breach.override), []).append(breach)
    return [tuple(group) for group in groups.values()]


def named(breaches: Iterable[Breach]) -> str:
    """Return the ids of breaches: the first few, and how many more there are."""
    return listed([breach.id for breach in breaches], _NAMED)


def overridden(result: GateResult) -> tuple[Breach, ...]:
    """Return the breaches that somebody lets pass."""
    return tuple(breach for breach in ordered(result.breaches) if breach.override is not None)


def verdict(result: GateResult) -> str:
    """Return the answer in one word or two: `PASSED`, `BLOCKED`, `CANNOT TELL`."""
    if result.passed:
        return "PASSED"
    return "CANNOT TELL" if result.undecidable and not result.stopped else "BLOCKED"


def override(one: Override) -> str:
    """Return an override in one sentence: of what, until when, by whom, why, where it stands, whether it was needed."""
    until = f" until {one.until}" if one.until else ""
    owner = f", {one.owner}" if one.owner else ""
    kind = "trailer" if one.kind == "trailer" else "gate.allow"
    used = f"lets pass {count(len(one.used_for), 'breach', 'breaches')}" if one.used_for else "lets nothing pass"
    state = f"not in order: {one.problem}" if one.problem else used
    return f"`{one.symbol}`{until}{owner}: {one.reason} ({kind}, {one.where}; {state})"


def summary(result: GateResult) -> str:
    """Return the gate's answer in one or two sentences."""
    if result.passed and not result.judged_deletions:
        return "PASSED: no new unused code. Deletions were not judged."
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
    outer = sum(1 for one in ids if not any(around in ids for around in containers(one)))
    parts = [f"{count(outer, 'deletion')} may not pass"] if outer else []
    for why, (one, several) in _OTHERS.items():
        met = sum(1 for breach in breaches if breach.why == why)
        parts += [count(met, one, several)] if met else []
    return ", ".join(parts)
