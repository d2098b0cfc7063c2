"""The table of answers, and what was wrong. In: answers by repository. Out: text, or values for JSON. Never decides."""

from collections import Counter
from collections.abc import Mapping, Sequence

from measuring.history.asking import Answer
from measuring.tables import aligned

HEADS = (
    "repository", "changes", "to stop", "stopped", "unknown", "missed", "to pass", "passed", "unknown", "stopped",
    "to ask", "asked", "passed", "unread",
)  # fmt: skip
RIGHT = {
    "stop": ("stop",),
    "pass": ("pass",),
    "ask": ("stop", "unknown"),
    "unread": ("stop", "pass", "unknown", "error"),
}


def is_wrong(answer: Answer) -> bool:
    """Return whether an answer is not the right one; where the change was to stop or to pass, unknown is not."""
    return answer.answer not in RIGHT.get(answer.expected, ())


def text(answers: Mapping[str, Sequence[Answer]]) -> str:
    """Return the table, and a paragraph for each wrong answer."""
    rows: list[Sequence[object]] = [HEADS, *((name, *_counts(found)) for name, found in sorted(answers.items()))]
    rows.append(("together", *_counts([one for found in answers.values() for one in found])))
    wrong = [(name, one) for name, found in sorted(answers.items()) for one in found if is_wrong(one)]
    return "\n\n".join((aligned(rows), *(_paragraph(name, one) for name, one in wrong)))


def _counts(answers: Sequence[Answer]) -> tuple[int, ...]:
    counted = Counter((one.expected, one.answer) for one in answers)
    by_expected = Counter(one.expected for one in answers)
    return (
        len(answers),
        by_expected["stop"], counted["stop", "stop"], counted["stop", "unknown"], counted["stop", "pass"],
        by_expected["pass"], counted["pass", "pass"], counted["pass", "unknown"], counted["pass", "stop"],
        by_expected["ask"], counted["ask", "stop"] + counted["ask", "unknown"], counted["ask", "pass"],
        by_expected["unread"],
    )  # fmt: skip


def _paragraph(name: str, one: Answer) -> str:
    head = f"{name} {one.commit[:10]} {one.when} {one.subject[:80]}"
    said = "".join(f"\n    {sentence}" for sentence in one.said[:12])
    why = f" ({one.why})" if one.why else ""
    return f"{head}\n  expected {one.expected}{why}, answered {one.answer}{said}"


def as_json(answers: Mapping[str, Sequence[Answer]]) -> dict[str, list[dict[str, object]]]:
    """Return every answer with whether it was right, by repository."""
    return {
        name: [{**one._asdict(), "right": not is_wrong(one)} for one in found]
        for name, found in sorted(answers.items())
    }
