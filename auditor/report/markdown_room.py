"""A Markdown document that has to fit: its parts, and what is left out of which when there is no room.

In: parts in the order in which they are read, and room. Out: lines. Cuts between the items of a list, the rows of a
table or the sub-headings, never inside one; says at the top and at the place what is missing.
"""

from collections.abc import Sequence

import msgspec

from auditor.report.markdown_text import joined
from auditor.report.wording import count

PULL_REQUEST = 64_000
"""Bytes of a pull request's description: GitHub takes 65,536 characters, and its author wants to say something too."""

SUMMARY = 1_000_000
"""Bytes of a job's summary, of which GitHub takes 1 MiB from a step."""

_NOTE = 220
"""Bytes that the note on a cut takes."""
_ELSEWHERE = "`plan.html` has all of it."


class Part(msgspec.Struct, frozen=True):
    """A heading (empty: none) and what stands below it; `folded` is the summary of a details block around that.

    `rank` tells when it is cut: the lowest first, 0 never. `whole` parts are cut between their sub-headings only.
    """

    heading: str
    body: tuple[str, ...]
    rank: int = 0
    folded: str = ""
    whole: bool = False

    @property
    def name(self) -> str:
        """What the note on a cut calls it."""
        return self.heading.lstrip("# ") or self.folded.partition(":")[0]

    def lines(self) -> list[str]:
        """Return the part as it stands in the document."""
        head = [self.heading, ""] if self.heading else []
        if not self.folded:
            return [*head, *self.body, ""]
        return [*head, f"<details><summary>{self.folded}</summary>", "", *self.body, "", "</details>", ""]


def fitted(parts: Sequence[Part], room: int) -> str:
    """Return a document of at most `room` bytes, where parts with a rank can be cut as far as that."""
    whole = _document(parts, [])
    if _size(whole) <= room:
        return whole
    kept = list(parts)
    told: list[str] = []
    for at in sorted(
        (n for n, part in enumerate(parts) if part.rank and _weight(part) > _NOTE * 2), key=lambda n: parts[n].rank
    ):
        over = _size(_document(kept, told)) + _NOTE - room
        if over <= 0:
            break
        kept[at], left_out = _cut(kept[at], over + _NOTE)
        if left_out:
            told.append(f"{kept[at].name} ({count(left_out, 'line')})")
    return _document(kept, told)


def _document(parts: Sequence[Part], told: Sequence[str]) -> str:
    first, *rest = parts
    note = [f"> **Cut to fit.** Left out: {', '.join(told)}. {_ELSEWHERE}", ""] if told else []
    return joined([*first.lines(), *note, *(line for part in rest for line in part.lines())])


def _cut(part: Part, over: int) -> tuple[Part, int]:
    """Return a part without at least `over` bytes of its end, as far as it has them, and how many lines that is."""
    left = _weight(part) - over
    keep = used = 0
    for at, line in enumerate(part.body):
        if used > left:
            break
        if _is_a_place_to_cut(line, part.whole):
            keep = at
        used += _size(line) + 1
    left_out = sum(1 for line in part.body[keep:] if line.strip())
    note = f"… and {count(left_out, 'more line')}, cut to fit. {_ELSEWHERE}"
    return msgspec.structs.replace(part, body=(*part.body[:keep], "", note)), left_out


def _is_a_place_to_cut(line: str, whole: bool) -> bool:
    if whole:
        return line.startswith("### ")
    return line.startswith(("- ", "### ", "| ")) or not line


def _weight(part: Part) -> int:
    return sum(_size(line) + 1 for line in part.body)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "backslashreplace"))
