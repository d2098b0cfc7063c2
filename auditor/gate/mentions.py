"""What head still names outside its Python code: configuration, containers, timetables, links in templates.

In: a `Case`, and the names that led to base's definitions and lead nowhere in head. Out: breaches in it. Never reads a
file: `pipeline.mentions` looks the names up.
"""

from collections.abc import Iterable

import msgspec

from auditor.gate.findings import Case
from auditor.model.code import DefinitionId


class Mention(msgspec.Struct, frozen=True):
    """`text` on `line` of head's `path` meant `definition` at base, and means nothing in head.

    `line` is 1-based, 0 where unknown. `link` is true of a link to a route by its name: making it fails. `source` is
    the code that does so, where that is code.
    """

    path: str
    line: int
    text: str
    definition: DefinitionId
    link: bool = False
    source: DefinitionId = ""


def judge_mentions(case: Case, mentions: Iterable[Mention]) -> None:
    """Stop the deletion of what is still named."""
    for one in mentions:
        definition, code = case.base.definitions.get(one.definition), case.head.by_path.get(one.path)
        if definition is None or definition.in_tests:
            continue
        if code is not None and not code.module.startswith("/") and not (one.source and case.head.runs(one.source)):
            continue  # Python that has no suffix: its names are judged as such; or code that nothing runs
        line = max(1, one.line)
        what = f"makes a link to the route {one.text!r}" if one.link else f"names {one.text!r}"
        detail = f"{one.path}:{line} still {what}, which leads nowhere then"
        case.breach_at(one.definition, one.path, line, "dangling_reference", detail)
