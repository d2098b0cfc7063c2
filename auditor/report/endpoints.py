"""Entry points that nobody called, one row each, as every format prints them.

In: a Plan. Out: rows, and the command that plans one. Never decides what falls with which.
"""

import shlex
from collections.abc import Sequence

import msgspec

from auditor.model.listing import listed
from auditor.model.plan import DormantEntry, Plan
from auditor.report.revisions import numbered
from auditor.report.wording import count, number

_NAMED = 3


class EndpointRow(msgspec.Struct, frozen=True):
    """One entry point: its names, what falls with it alone, what that shares with others, and what may be done."""

    name: str
    entry: DormantEntry
    falls: str
    shared: str
    state: str
    command: str = ""


def rows(plan: Plan) -> tuple[EndpointRow, ...]:
    """Return one row an entry point, in the plan's order."""
    return tuple(_row(entry) for entry in plan.dormant)


def why_none(found: Sequence[EndpointRow]) -> str:
    """Return why none of several entry points can be planned, where it is the same for all; else nothing."""
    reasons = {row.entry.why_not or "" for row in found if not row.entry.batches}
    planned = any(row.entry.batches for row in found)
    return found[0].state if len(found) > 1 and len(reasons) == 1 and not planned and reasons != {""} else ""


def _row(entry: DormantEntry) -> EndpointRow:
    name = listed(entry.keys, _NAMED) or entry.handler
    falls = f"{count(len(entry.alone), 'definition')}, {count(entry.files, 'file')}, {count(entry.lines, 'line')}"
    others = sorted({other for one in entry.shared for other in one.others})
    with_others = listed([f"`{other}`" for other in others[:_NAMED]], _NAMED)
    more = max(len(others), entry.sharing) - min(_NAMED, len(others))
    with_others += f" and {number(more)} more" if more else ""
    shared = f"{count(len(entry.shared), 'definition')} with {with_others}" if entry.shared else ""
    if entry.batches:
        return EndpointRow(name, entry, falls, shared, f"planned: {numbered(entry.batches).lower()}")
    if entry.why_not:
        return EndpointRow(name, entry, falls, shared, entry.why_not)
    spec = f"{entry.kind}:{entry.keys[0]}" if entry.keys else f"id:{entry.handler}"
    return EndpointRow(name, entry, falls, shared, "", f"auditor plan --include {shlex.quote(spec)}")
