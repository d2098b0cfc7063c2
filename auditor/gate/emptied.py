"""Bodies that a change empties: a handler that only says `pass` is a deletion whose name stays.

In: a `Case`. Out: breaches and notes in it. Judged is what the outside calls, and what production was observed to
call. Never judges what did nothing before, what is only declared (abstract methods, protocols, overloads), and what
those that needed it have given up.
"""

from collections.abc import Iterator

from auditor.gate.findings import Case
from auditor.gate.sides import Side
from auditor.model.code import Definition, DefinitionId
from auditor.model.gate import BreachReason

_DECLARING = frozenset({"abstractmethod", "abstractproperty", "overload"})
_PROTOCOLS = frozenset({"Protocol", "ABC", "ABCMeta"})
_GATHERING = frozenset({"group", "callback"})
"""Decorators of commands whose own body may be empty: their commands are what they are for."""
_CALLED = ("task", "command", "script", "signal")
_WORKING = frozenset({
    "get", "post", "put", "patch", "delete", "head", "options", "run", "handle", "__call__", "dispatch", "list",
    "retrieve", "create", "update", "partial_update", "destroy",
})  # fmt: skip
"""Methods in which a class that is an end does its work."""


def judge_emptied(case: Case) -> None:
    """Judge every function that did something at base, and does nothing at head."""
    ends = {entry.definition: entry for entry in case.base.analysis.entry_points if entry.production}
    handlers = {one.handler for one in case.base.analysis.routes if one.shadowed_by is None}
    for definition, now in _emptied(case):
        owner = definition.parent or ""
        end = owner if definition.name in _WORKING and (owner in handlers or owner in ends) else definition.id
        observed = case.observed(definition.id) or (case.observed(end) if end != definition.id else None)
        if observed is not None and observed.count:
            if end in handlers or end in ends or not _given_up(case, definition.id, now.id):
                _stop(case, definition, "called", case.calls(observed, observed.keys, observed.count))
        elif end in handlers:
            _judge_handler(case, definition, end)
        elif end in ends and ends[end].kind in _CALLED and not _gathers(now):
            _stop(case, definition, "reachable", f"{ends[end].detail}; nothing measures whether it is called")
        else:
            case.note(definition.id, "its body does nothing any more, and nothing outside is known to call it")


def _emptied(case: Case) -> Iterator[tuple[Definition, Definition]]:
    """Yield functions that do nothing any more: as they were, and as they are."""
    before, after = case.base.idle, case.head.idle
    then = {now: base for base, now in case.fates.moved.items()}
    for identity in sorted(after):
        was = then.get(identity, identity)
        if was in before or was not in case.base.definitions or was in case.fates.unknown:
            continue
        now, definition = case.head.definitions.get(identity), case.base.definitions[was]
        if now is None or now.in_tests or definition.kind in ("import", "variable") or not case.base.runs(was):
            continue
        if not _declares(case.head, now) and not _pushed_down(case, now):
            yield definition, now


def _stop(case: Case, definition: Definition, why: BreachReason, detail: str) -> None:
    case.breach(definition, why, f"its body does nothing any more; {detail}")


def _judge_handler(case: Case, definition: Definition, handler: DefinitionId) -> None:
    """Judge a handler that production was not seen to call."""
    if not case.absent(definition.id, end=True):
        return
    keys = ", ".join(one.key for one in case.base.analysis.routes if one.handler == handler)
    days = f"{case.observations.window.days:g} days"
    if handler not in case.observations.measured:
        _stop(case, definition, "no_evidence", f"it handles {keys}, whose usage is not measured")
    elif case.allow_dormant:
        case.note(definition.id, f"{keys} had 0 calls in {days}")
    else:
        _stop(
            case, definition, "reachable",
            f"handles {keys}: 0 calls in {days}, but an end that can be called; "
            "set gate.allow_dormant to let such endpoints go",
        )  # fmt: skip


def _gathers(now: Definition) -> bool:
    return any(one.rpartition(".")[2] in _GATHERING for one in now.decorators)


def _declares(side: Side, now: Definition) -> bool:
    """Return whether a function only declares what others do."""
    if any(one.rpartition(".")[2] in _DECLARING for one in now.decorators):
        return True
    owner = side.definitions.get(now.parent or "")
    if owner is None or owner.kind != "class":
        return False
    return any(one.rpartition(".")[2] in _PROTOCOLS for one in (*owner.bases, owner.metaclass))


def _pushed_down(case: Case, now: Definition) -> bool:
    """Return whether a subclass has the method now, and its own one is new or was edited."""
    owner = case.head.definitions.get(now.parent or "")
    if owner is None or owner.kind != "class":
        return False
    for one in case.head.subclasses.get(owner.id, ()):
        member = case.head.names.members(one).get(now.name)
        if member is not None and _is_new(case, member):
            return True
    return False


def _is_new(case: Case, member: DefinitionId) -> bool:
    before, after = case.base.definitions.get(member), case.head.definitions.get(member)
    return before is None or after is None or before.body_hash != after.body_hash


def _given_up(case: Case, was: DefinitionId, now: DefinitionId) -> bool:
    """Return whether running code needed it at base, and none does at head."""
    needed = {one for one in case.base.incoming.get(was, ()) if case.base.runs(one)}
    return bool(needed) and not any(case.head.runs(one) for one in case.head.incoming.get(now, ()))
