"""Special methods that a class loses while code of head still does what needs them: `with lock`, `page[0]`.

In: a `Case`. Out: breaches in it. Judged as names are: where the object's class is known, base had the method, and head
has neither it nor another one that serves. What only a new decorator or base could give is not missed.
"""

from collections.abc import Iterator

from auditor.gate.dangling import lost
from auditor.gate.findings import Case
from auditor.gate.sides import Side
from auditor.model.code import DefinitionId, ModuleFacts

_SIGNS = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "@": "matmul",
    "<<": "lshift", ">>": "rshift", "&": "and", "|": "or", "^": "xor",
}  # fmt: skip
_METHODS: dict[str, tuple[tuple[str, ...], ...]] = {
    "with": (("__enter__",), ("__exit__",)),
    "async with": (("__aenter__",), ("__aexit__",)),
    "for": (("__iter__", "__getitem__"), ("__iter__().__next__", "__getitem__")),
    "async for": (("__aiter__",), ("__aiter__().__anext__",)),
    "next": (("__next__",),),
    "anext": (("__anext__",),),
    "in": (("__contains__", "__iter__", "__getitem__"),),
    "[]": (("__getitem__", "__class_getitem__"),),
    "[]=": (("__setitem__",),),
    "del []": (("__delitem__",),),
    "()": (("__call__",),),
    "await": (("__await__",),),
    "bool": (("__bool__", "__len__"),),
    "==": (("__eq__",),),
    "<": (("__lt__", "__gt__"),),
    "<=": (("__le__", "__ge__"),),
    "-x": (("__neg__",),),
    "+x": (("__pos__",),),
    "~x": (("__invert__",),),
    "str": (("__str__", "__repr__"),),
    "int": (("__int__", "__index__", "__trunc__"),),
    "float": (("__float__", "__index__"),),
    "reversed": (("__reversed__", "__getitem__"),),
    **{name: ((f"__{name}__",),) for name in ("len", "hash", "abs", "bytes", "round")},
    **{sign: ((f"__{name}__", f"__r{name}__"),) for sign, name in _SIGNS.items()},
}
"""What an operation needs: one method of each group."""


def judge_operations(case: Case) -> None:
    """Judge every operation of code that runs in head, where some class lost a special method."""
    names = _lost_names(case)
    if not names:
        return
    for module in case.head.facts:
        for source, receiver, line, sign, group in _needing(module, names):
            gone = _gone(case, module.module, receiver, group) if case.head.runs(source) else None
            if gone is not None and not _may_be_given(case, gone):
                method = f"{gone.rpartition('.')[2]}()"
                detail = f"{module.path}:{line} still needs {method} of it, for {sign!r} ({source})"
                case.breach_at(gone, module.path, max(1, line), "dangling_reference", detail)


def _lost_names(case: Case) -> frozenset[str]:
    """Return the special methods that some class of base that head has as well does not have any more."""
    found: set[str] = set()
    for one in case.base.definitions.values():
        if one.kind != "class" or one.in_tests or (now := case.fates.now(one.id)) is None:
            continue
        own, has = case.base.names.members(one.id), case.head.names.members(now)
        found.update(name for name in own if name[:2] == "__" and name not in has)
        if one.bases != case.head.definitions[now].bases:
            found |= _special(case.base, one.id) - _special(case.head, now)
    return frozenset(name for name in found if name.endswith("__"))


def _special(side: Side, owner: DefinitionId) -> set[str]:
    return {name for one in side.names.lineage(owner)[0] for name in side.names.members(one) if name[:2] == "__"}


def _needing(
    module: ModuleFacts, names: frozenset[str]
) -> Iterator[tuple[DefinitionId, str, int, str, tuple[str, ...]]]:
    """Yield what of a file needs one of these methods: source, object, line, operation, the methods that serve."""
    for source, receiver, sign, line in module.operations:
        for group in _METHODS.get(sign, ()):
            if any(name.rpartition(".")[2] in names for name in group):
                yield source, receiver, line, sign, group
    if "__call__" in names:  # an object that is handed on, or called by its attribute
        for one in module.references:
            if not one.target.startswith(".") and one.kind != "string":
                yield one.source, one.target, one.line, "()", ("__call__",)


def _gone(case: Case, module: str, receiver: str, group: tuple[str, ...]) -> DefinitionId | None:
    """Return the method of base that served, where none does in head."""
    gone = next((one for name in group if (one := lost(case, module, f"{receiver}.{name}"))), None)
    if gone is None or (group == ("__call__",) and _is_class(case.base, module, receiver)):
        return None
    serving = (case.head.names.resolve(module, f"{receiver}.{name}") for name in group)
    return None if any(one.trail and not one.rest and not one.missing for one in serving) else gone


def _is_class(side: Side, module: str, name: str) -> bool:
    """Return whether a name is a class's: calling that makes an object."""
    trail = side.names.resolve(module, name).trail
    return bool(trail) and side.definitions[trail[-1]].kind == "class" and name[-1] not in ")>"


def _may_be_given(case: Case, gone: DefinitionId) -> bool:
    """Return whether a decorator, a metaclass or a base from outside that base had not may give the method."""
    before = case.base.definitions[case.base.definitions[gone].parent or ""]
    now = case.head.definitions.get(case.fates.now(before.id) or "")
    if now is None:
        return False
    new = {*now.decorators, now.metaclass} - {*before.decorators, before.metaclass}
    return bool(new) or not case.head.names.lineage(now.id)[1] <= case.base.names.lineage(before.id)[1]
