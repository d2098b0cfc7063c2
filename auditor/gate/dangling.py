"""What head still names and base had: references, imports and strings that lead nowhere after the change.

In: a `Case`. Out: breaches in it. A name is followed on both sides as the program would, through re-exports, star
imports and base classes; it dangles when base's tree had it and head's has not. Never looks at what nothing runs.
"""

from collections.abc import Iterator

from auditor.gate.findings import Case
from auditor.gate.sides import Resolution, is_module
from auditor.model.code import DefinitionId, ModuleFacts


def judge_dangling(case: Case) -> None:
    """Find every reference of code that runs in head to something that the change took away."""
    answering = {entry.usage_key for entry in case.head.analysis.entry_points}
    for module in case.head.facts:
        for target, line, source, is_text in _uses(module):
            if not case.head.runs(source) or (is_text and target in answering):
                continue
            gone = lost(case, module.module, target, is_text=is_text)
            if gone is None:
                continue
            how = f"the text {target!r} on {module.path}:{line} names it" if is_text else (
                f"{module.path}:{line} still refers to it"
            )  # fmt: skip
            case.breach_at(gone, module.path, max(1, line), "dangling_reference", f"{how} ({source})")


def _uses(module: ModuleFacts) -> Iterator[tuple[str, int, DefinitionId, bool]]:
    """Yield what a file names: target, line, source, whether it does so in a string."""
    for reference in module.references:
        if not reference.target.startswith("."):
            yield reference.target, reference.line, reference.source, reference.kind == "string"
    for one in module.imports:
        yield one.target, one.line, one.scope, False
    for star in module.star_imports:
        yield star, 1, f"{module.module}:", False
    for text, line, source in module.strings:
        name = text.replace(":", ".", 1)
        if "." in name:
            yield name, line, source, True


def lost(case: Case, module: str, target: str, *, is_text: bool = False) -> DefinitionId | None:
    """Return the definition of base that a name led to and that it does not lead to in head; None where it does.

    `is_text`: it stands in a string, so that only a whole name counts.
    """
    before = case.base.names.resolve(module, target)
    if not before.trail or (is_text and (before.rest or before.outside)):
        return None
    after = case.head.names.resolve(module, target)
    if not _shorter(case, before, after) or _is_bound_anew(case, before, after):
        return None
    gone = [one for one in before.trail if one in case.fates.gone]
    defined = [one for one in gone if case.base.definitions[one].kind != "import"]
    if any(_is_given(case, one) or _is_below(case, one) for one in gone) or (
        gone and _is_of_unknown(case, before, after, gone[-1])
    ):
        return None
    if gone:
        return (defined or gone)[-1]
    return before.trail[-1] if after.lacking or _inherited(case, before, after) else None


def _is_bound_anew(case: Case, before: Resolution, after: Resolution) -> bool:
    """Return whether a module defines by itself what it imported at base: the name means something else now."""
    first = before.trail[0]
    if not after.trail or after.trail[0] != first or first not in case.head.definitions:
        return False
    return case.base.definitions[first].kind == "import" and case.head.definitions[first].kind != "import"


def _is_given(case: Case, gone: DefinitionId) -> bool:
    """Return whether no code has to define a member any more: a relation gives it, or a base that it called itself."""
    definition = case.base.definitions[gone]
    owner = case.fates.now(definition.parent or "")
    if owner is None or "." not in definition.qualified_name:
        return False
    return definition.name in case.head.relation_names or (
        gone in case.base.overriding and bool(case.head.names.lineage(owner)[1])
    )


def _is_below(case: Case, gone: DefinitionId) -> bool:
    """Return whether every class below its own one has a member: then it was pushed down."""
    owner = case.base.definitions[gone].parent or ""
    below = case.head.subclasses.get(case.fates.now(owner) or "", ())
    name, members = case.base.definitions[gone].name, case.head.names.members
    return bool(below) and all(any(name in members(each) for each in case.head.names.lineage(one)[0]) for one in below)


def _is_of_unknown(case: Case, before: Resolution, after: Resolution, gone: DefinitionId) -> bool:
    """Return whether a member was found by its receiver's type, which head does not know any more.

    Such a use is judged by the member's name alone, as all of unknown receivers are.
    """
    owner = case.base.definitions[gone].parent
    typed = owner is not None and not is_module(owner) and owner not in before.trail
    return typed and not after.missing and not after.lacking and not after.outside


def _shorter(case: Case, before: Resolution, after: Resolution) -> bool:
    """Return whether head follows a name less far than base, inside the project."""
    if after.rest > before.rest:
        return True
    if not after.trail and not after.outside:
        return True
    return bool(after.outside) and after.outside.partition(".")[0] in case.base.tops and after.outside != before.outside


def _inherited(case: Case, before: Resolution, after: Resolution) -> bool:
    """Return whether a class of both sides has lost an attribute, and no unknown base could give it back."""
    for owner, attribute in after.missing:
        if (owner, attribute) in before.missing or owner not in case.base.definitions:
            continue
        known = case.base.names.lineage(owner)[1]
        if before.trail[-1].rpartition(".")[2] == attribute and case.head.names.lineage(owner)[1] <= known:
            return True
    return False
