"""Facts without what never runs: code behind a `return`, under `if False`, under a switch that stands on False.

In: facts. Out: facts that say less. A file without such code is the same object as before. Never leaves out a switch
that somebody may turn on: one that the caller names as an option, or whose name is set as an attribute anywhere.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from operator import attrgetter, itemgetter
from typing import Any

import msgspec

from auditor.model.code import ModuleFacts

_CHECKING = "TYPE_CHECKING"
_LINED = ("definitions", "references", "imports", "calls", "assignments", "dynamic")
_TUPLES = {"strings": 1, "assigned": 2, "passed": 3, "passed_by_name": 3, "operations": 3}
_ONLY_CHECKED = ("calls", "assignments")
"""What is left out under `TYPE_CHECKING`; what it defines and imports tells of types."""


def switches(facts: Iterable[ModuleFacts]) -> frozenset[str]:
    """Return the names of all variables that stand on False and that some condition asks."""
    return frozenset(name for one in facts for *_, name in one.guards if name not in ("", _CHECKING))


def only_running(facts: Sequence[ModuleFacts], options: Collection[str] | None = None) -> tuple[ModuleFacts, ...]:
    """Return the facts without what never runs; `options` are switches that may be on, None for all of them."""
    on = set(options) if options is not None else switches(facts)
    names = switches(facts) - on
    if names:
        names -= {name for one in facts for name in one.stores}
    return tuple([_running(one, names) for one in facts])


def _running(facts: ModuleFacts, off: Collection[str]) -> ModuleFacts:
    never = [(one.line, one.end_line) for one in facts.local_findings if one.kind == "unreachable"]
    never += [(first, last) for first, last, name in facts.guards if not name or name in off]
    checked = [(first, last) for first, last, name in facts.guards if name == _CHECKING]
    if not never and not checked:
        return facts
    kept: dict[str, Any] = {}
    for field in _ONLY_CHECKED:
        kept[field] = _outside(getattr(facts, field), attrgetter("line"), checked)
    if never:
        for field in _LINED:
            kept[field] = _outside(kept.get(field, getattr(facts, field)), attrgetter("line"), never)
        for field, position in _TUPLES.items():
            kept[field] = _outside(getattr(facts, field), itemgetter(position), never)
    if facts.registering:
        kept["registering"] = _blanked(facts.registering, (*never, *checked))
    return msgspec.structs.replace(facts, **kept)


def _outside(rows: Sequence[Any], line_of: Callable[[Any], int], ranges: Sequence[tuple[int, int]]) -> tuple[Any, ...]:
    return tuple([one for one in rows if not any(first <= line_of(one) <= last for first, last in ranges)])


def _blanked(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """Return a text with a `pass` for the statements in ranges of lines, on the same lines otherwise."""
    lines = text.split("\n")
    for first, last in ranges:
        start = lines[first - 1]
        indent = start[: len(start) - len(start.lstrip())]
        if last > len(lines) or start.lstrip().startswith("else:"):
            continue
        lines[first - 1 : last] = [f"{indent}pass", *[""] * (last - first)]
    return "\n".join(lines)
