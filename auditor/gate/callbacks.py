"""Callbacks: what a call hands over to be called later, as `app.add_middleware(Timing)` and `atexit.register(flush)`.

In: a `Case`. Out: breaches in it. One that goes together with its registration is missed as one that a decorator
registered. It passes where head registers something else of the sort in its place, or where what it was registered on
went as well: that is judged by itself.
"""

from collections import Counter
from collections.abc import Iterator

from auditor.gate.ends import stop_end
from auditor.gate.findings import Case
from auditor.gate.listed_ends import End
from auditor.gate.sides import Side
from auditor.gate.standing import given_names
from auditor.model.code import CallFact, DefinitionId

_SORTS = {
    "add_middleware": "middleware", "middleware": "middleware", "add_exception_handler": "errors",
    "exception_handler": "errors", "exception_handlers": "errors", "errorhandler": "errors",
    "register_error_handler": "errors", "dependencies": "dependencies", "lifespan": "lifecycle",
    "on_startup": "lifecycle", "on_shutdown": "lifecycle", "add_event_handler": "lifecycle", "on_event": "lifecycle",
}  # fmt: skip
"""Last part of a call, or its keyword -> the sort of what it registers; other forms of one sort take its place."""
_EXACT = {"atexit.register": "exit", "signal.signal": "signal", "add_signal_handler": "signal"}


def judge_callbacks(case: Case) -> None:
    """Judge every deleted definition that a call of base registered and head registers nothing instead of."""
    before, after = _callbacks(case.base), _callbacks(case.head)
    known = Counter((sort, _now(case, target) or "") for sort, target, _ in before)
    fresh = Counter((sort, target) for sort, target, _ in after)
    instead = {sort for sort, _ in fresh - known}
    for sort, target, call in before:
        if target not in case.fates.deleted or not case.base.in_production(target) or _owner_gone(case, call):
            continue
        if sort in instead or call.decorates is not None:  # decorated ones are judged as ends
            continue
        detail = f"{call.callee} registers it, to be called later"
        stop_end(case, End(target, ("callback", sort), None, detail, droppable=False), target)


def _now(case: Case, target: str) -> str | None:
    """Return what base's target is called at head; what lies outside of the tree is called the same."""
    return case.fates.now(target) if target in case.base.definitions else target


def _owner_gone(case: Case, call: CallFact) -> bool:
    """Return whether the object that was registered on, or made with the callback, is gone."""
    owner = call.assigned_to or call.callee.rpartition(".")[0]
    found = case.base.names.resolve("", owner)
    return bool(found.trail) and not found.outside and found.trail[-1] in case.fates.deleted


def _callbacks(side: Side) -> list[tuple[str, DefinitionId, CallFact]]:
    return [
        (sort, target, call)
        for module in side.facts if not module.in_tests
        for call in module.calls
        for sort, name in _registered(call)
        for target in [_meant(side, module.module, name)]
    ]  # fmt: skip


def _registered(call: CallFact) -> Iterator[tuple[str, str]]:
    """Yield the names that a call registers, each with its sort; a decorator registers what it decorates."""
    last = call.callee.rpartition(".")[2]
    sort = _SORTS.get(last) or _EXACT.get(call.callee) or _EXACT.get(last, "")
    sort = sort or ("receiver" if last == "connect" and "signal" in call.callee.lower() else "")
    if sort and call.decorates is not None:
        yield sort, call.decorates
    elif sort:
        for name in given_names((*call.args, *call.keywords.values())):
            yield sort, name
    else:
        for keyword, value in call.keywords.items():
            if keyword in _SORTS:
                for name in given_names((value,)):
                    yield _SORTS[keyword], name


def _meant(side: Side, module: str, name: str) -> str:
    """Return the definition that a name means, or the name itself where it lies outside of the tree."""
    if name in side.definitions:
        return name
    found = side.names.resolve(module, name)
    return found.trail[-1] if found.trail and not found.rest and not found.outside else name
