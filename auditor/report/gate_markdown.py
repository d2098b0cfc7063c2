"""The gate's answer as Markdown: the summary of a step in CI, or a comment on a pull request.

In: a `GateResult`. Out: GitHub-flavoured Markdown under 1 MiB, which is what the summary of a step holds; what is left
out is counted. No text from code, logs or git can become markup, a mention or a link.
"""

from collections.abc import Iterable

from auditor.model.gate import Breach, GateResult
from auditor.report import gate_words, wording
from auditor.report.markdown_text import code, joined, prose
from auditor.report.wording import number, place

ROOM = 900_000
"""Bytes that all tables and lists take together; of them, and (below) of one text, the rest is cut."""
MAX_TEXT = 1_000
_PASSED_ROOM = 200_000
_BREACHES = "| What | Why not | Where | Detail |\n|---|---|---|---|"
_OVERRIDES = "## Overrides\n"
_OVERRIDDEN = "## Let pass by an override\n\n| What | Override | Where | Detail |\n|---|---|---|---|"


def gate(result: GateResult) -> str:
    """Return the verdict, the breaches as a table with what to do, overrides, and what passed, folded."""
    base, head = wording.short_commit(result.base), wording.short_commit(result.head)
    lines = [
        f"# Gate: {gate_words.verdict(result).lower()}",
        "",
        f"**{prose(_cut(gate_words.summary(result)))}**",
        "",
        f"{code(base)} to {code(head)}: {number(result.deleted)} deleted, {number(result.moved)} moved.",
        "",
    ]
    room = ROOM - _PASSED_ROOM
    standing = gate_words.standing(result)
    _add(lines, (f"- {prose(_cut(one))}" for one in result.unknowns), room // 4, title="## Cannot be known\n")
    _add(lines, (_row(one, result.root) for one in standing), room // 2, title=_BREACHES)
    _add(lines, _mends(standing), room, title="What to do:\n")
    lines += _look(result, standing)
    passed = (_overridden(one, result.root) for one in gate_words.overridden(result))
    _add(lines, passed, room // 8, title=_OVERRIDDEN)
    _add(lines, (f"- {prose(_cut(gate_words.override(one)))}" for one in result.overrides), room // 8, title=_OVERRIDES)
    if result.notes:
        lines += ["<details>", f"<summary>Notes, and what passed ({number(len(result.notes))})</summary>", ""]
        _add(lines, (f"- {prose(_cut(note))}" for note in result.notes), _PASSED_ROOM)
        lines += ["</details>", ""]
    return joined(lines)


def _row(breach: Breach, root: str) -> str:
    what, where = code(_cut(breach.id)), code(_cut(place(root + breach.path, breach.line)))
    return f"| {what} | {gate_words.LABEL[breach.why]} | {where}{_was(breach, root)} | {prose(_cut(breach.detail))} |"


def _overridden(breach: Breach, root: str) -> str:
    what, where = code(_cut(breach.id)), code(_cut(place(root + breach.path, breach.line)))
    return f"| {what} | {prose(_cut(breach.override or ''))} | {where} | {prose(_cut(breach.detail))} |"


def _was(breach: Breach, root: str) -> str:
    was = place(root + breach.was_path, breach.was_line)
    same = not breach.was_path or was == place(root + breach.path, breach.line)
    return "" if same else f"<br>was {code(_cut(was))}"


def _mends(breaches: Iterable[Breach]) -> list[str]:
    reasons = dict.fromkeys(breach.why for breach in breaches)
    return [f"- **{gate_words.LABEL[why]}**: {prose(gate_words.MEND[why])}" for why in reasons]


def _look(result: GateResult, standing: Iterable[Breach]) -> list[str]:
    """Return the next command, and how somebody who answers for it lets a deletion pass."""
    if result.passed:
        return []
    was = next((f"{result.root}{breach.was_path}" for breach in standing if breach.was_path), "")
    shown = (
        f"Next: {code(f'git show {wording.short_commit(result.base)}:{_cut(was)}')} shows what went. " if was else ""
    )
    return [f"{shown}{prose(gate_words.ALLOW if standing else gate_words.CANNOT_TELL)}", ""]


def _add(lines: list[str], rows: Iterable[str], room: int, *, title: str = "") -> None:
    """Add a title (that of a table ends in its head) and as many rows as there is room for, the rest counted."""
    left_out = 0
    for index, row in enumerate(rows):
        room -= len(row.encode("utf-8", "replace")) + 1
        if index == 0 and title:
            lines += title.split("\n")
        if room < 0:
            left_out += 1
        else:
            lines.append(row)
    lines += ["", *([f"… and {number(left_out)} more; the JSON output lists all.", ""] if left_out else [])]


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
