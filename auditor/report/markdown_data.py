"""What happens to the data of a table, as Markdown: titles with their commands in fences. In: steps. Out: lines."""

import re
from collections.abc import Iterable

from auditor.model.retirement import DataStep, DataSteps
from auditor.report import wording
from auditor.report.markdown_text import escaped


def irreversible(steps: DataSteps) -> list[str]:
    """Return the steps that lose data, each marked."""
    lines = ["#### Irreversible, as the migration does it", ""]
    for step in steps.irreversible:
        lines += [f"- [ ] **IRREVERSIBLE** {escaped(step.title)}", *_fenced(step, "  "), ""]
    return lines


def data_part(title: str, steps: Iterable[DataStep], *, box: bool) -> list[str]:
    """Return steps under a heading, with a `box` to tick where they are to be done."""
    lines = [f"#### {title}", ""]
    for step in steps:
        lines += [f"- {'[ ] ' if box else ''}{escaped(step.title)}", *_fenced(step, "  "), ""]
    return lines


def _fenced(step: DataStep, indent: str) -> list[str]:
    """Return commands in a fence that is longer than any run of back-quotes in them."""
    rows = [wording.printable(row) for row in step.commands.split("\n")]
    longest = max((len(run) for row in rows for run in re.findall(r"`+", row)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{indent}{fence}{step.language}", *(f"{indent}{row}" for row in rows), f"{indent}{fence}"]
