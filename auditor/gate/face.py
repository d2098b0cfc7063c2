"""Whether an edited file still says all that it said, as far as anything outside of it can tell.

In: the facts of one file at base and at head, and the `Ground`. Out: what it lost and gained; `Unsure` where the edit
could have changed what the outside calls, or what a name elsewhere means. Never decides whether what is lost may go.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from auditor.gate.ground import Ground
from auditor.gate.registered import ANSWERING, Unsure, same_assignments, same_calls, within
from auditor.model.code import (
    Definition,
    DefinitionId,
    ModuleFacts,
    container,
    dotted,
)


class Edited(NamedTuple):
    """One file of the change; `old` is None for a new one. `lost` and `fresh` are definitions by id."""

    old: ModuleFacts | None
    new: ModuleFacts
    lost: Mapping[DefinitionId, Definition]
    fresh: Mapping[DefinitionId, Definition]


def edited(old: ModuleFacts | None, new: ModuleFacts, ground: Ground, modules: AbstractSet[str]) -> Edited:
    """Return what an edit takes away and adds.

    Args:
        old: The file at base; None where the change brings it.
        new: The file at head.
        ground: What is known of base.
        modules: The names of all modules and packages of base.

    Raises:
        Unsure: It says something else than before of what it keeps.
    """
    if not new.parsed or new.problems or (old is not None and not (old.parsed and not old.problems)):
        raise Unsure(f"{new.path} cannot be read")
    if {name for *_, name in new.guards} - {"", "TYPE_CHECKING"} - ground.switches:
        raise Unsure(f"{new.path} has a new switch")
    before = old or _empty(new)
    if old is None:
        _new_module(new, ground, modules)
    elif old == new:
        return Edited(old, new, {}, {})
    elif new.module in ground.special:
        raise Unsure(f"{new.path} is read as a whole by a framework")
    was, now = _by_id(before), _by_id(new)
    lost = {key: found[0] for key, found in was.items() if key not in now}
    fresh = {key: found[0] for key, found in now.items() if key not in was}
    _same_whole(before, new, ground)
    _same_definitions(was, now, lost)
    for one in fresh.values():
        _fits(one, before, new, ground, modules, now)
    _same_names(before, new, lost, fresh, ground)
    same_calls(before, new, lost, fresh, ground)
    same_assignments(before, new, lost, fresh)
    _same_uses(before, new, ground)
    return Edited(old, new, lost, fresh)


def _empty(new: ModuleFacts) -> ModuleFacts:
    whole = tuple(one for one in new.definitions if not one.qualified_name)
    return ModuleFacts(new.path, new.module, new.is_package, new.in_tests, 0, definitions=whole)


def _by_id(facts: ModuleFacts) -> dict[DefinitionId, list[Definition]]:
    found: dict[DefinitionId, list[Definition]] = {}
    for one in facts.definitions:
        found.setdefault(one.id, []).append(one)
    return found


def _new_module(new: ModuleFacts, ground: Ground, modules: AbstractSet[str]) -> None:
    """Refuse a new file that could stand where something else was found under its name."""
    if new.module.startswith("/"):
        return
    package, _, last = new.module.rpartition(".")
    known = new.module in modules or new.module in ground.in_packages or package not in modules
    if known or last in ground.tops or new.star_imports or new.has_main_guard or new.is_program:
        raise Unsure(f"{new.path} may hide something else")
    if new.is_package or any(one.qualified_name in ("urlpatterns", "INSTALLED_APPS") for one in new.definitions):
        raise Unsure(f"{new.path} may change what a framework finds")


def _same_whole(old: ModuleFacts, new: ModuleFacts, ground: Ground) -> None:
    """Refuse what changes how the file is read or run as a whole."""
    as_whole = ("star_imports", "has_main_guard", "is_program", "whitelist", "keeps")
    is_new = not old.lines
    if old.keeps or (not is_new and any(getattr(old, name) != getattr(new, name) for name in as_whole)):
        raise Unsure(f"{new.path} changes how it is read as a whole")
    before, after = old.exports, new.exports
    if (
        not is_new
        and before != after
        and (before is None or after is None or not set(before) <= set(after) or new.module in ground.starred)
    ):
        raise Unsure(f"{new.path} offers other names")


def _same_definitions(
    was: Mapping[DefinitionId, list[Definition]], now: Mapping[DefinitionId, list[Definition]],
    lost: Mapping[DefinitionId, Definition],
) -> None:  # fmt: skip
    for identity, found in was.items():
        if identity not in lost and list(map(_face, found)) != list(map(_face, now[identity])):
            raise Unsure(f"{identity} is declared in another way")


def _face(one: Definition) -> tuple[object, ...]:
    if one.in_tests:
        return one.kind, one.bases
    return one.kind, one.decorators, one.bases, one.in_tests, one.annotation, one.metaclass


def _fits(
    one: Definition,
    old: ModuleFacts,
    new: ModuleFacts,
    ground: Ground,
    modules: AbstractSet[str],
    now: Mapping[DefinitionId, list[Definition]],
) -> None:
    """Refuse a new definition that may hide another one of its name, or serve in its stead."""
    name, parent = one.name, container(one.id) or ""
    if "<locals>" in one.id:
        outer = one.id.rpartition(".<locals>.")[0]
        if outer in ground.outers or outer in ground.handlers:
            raise Unsure(f"{one.id} stands beside a handler")
        return
    if parent == f"{one.module}:" or parent == "":
        hides = old.star_imports or dotted(one.id) in modules or name in ("__getattr__", "urlpatterns")
        if hides or (one.module in ground.starred and not name.startswith("_")):
            raise Unsure(f"{one.id} may hide another name")
        return
    owner = now[parent][0] if parent in now else None
    if owner is None or owner.kind != "class":
        return
    _fits_in_class(one, owner, new, ground)


def _fits_in_class(one: Definition, owner: Definition, new: ModuleFacts, ground: Ground) -> None:
    if one.in_tests:
        return
    special = one.name.startswith("__") and one.name.endswith("__")
    if special and owner.id in ground.parents | ground.production:
        raise Unsure(f"{one.id} may change what its class does")
    if one.name in ANSWERING:
        raise Unsure(f"{one.id} may change what a view answers")
    known = dotted(one.id) in new.returns or dotted(one.id) in new.types
    if known and one.name in ground.inherited and (owner.bases or owner.id in ground.parents):
        raise Unsure(f"{one.id} may stand in for an inherited name")


def _same_names(
    old: ModuleFacts, new: ModuleFacts, lost: Mapping[DefinitionId, Definition],
    fresh: Mapping[DefinitionId, Definition], ground: Ground,
) -> None:  # fmt: skip
    """Refuse other types than before for what is kept."""
    gone, made = set(map(dotted, lost)), set(map(dotted, fresh))
    for field in ("types", "returns", "generics"):
        before, after = getattr(old, field), getattr(new, field)
        for key, said in before.items():
            if not within(key, gone) and after.get(key) != said and not _is_inner(key, new):
                raise Unsure(f"{key} is of another type")
        for key in after.keys() - before.keys():
            name = key.rpartition(".")[2]
            if not (within(key, made) or _is_inner(key, new)) and (name in ground.inherited or field == "generics"):
                raise Unsure(f"{key} is of a known type now")
    _same_ways(old, new, gone, made)
    if any(one not in fresh for one in new.idle - old.idle):
        raise Unsure(f"{new.path} empties a body")


def _is_inner(key: str, facts: ModuleFacts) -> bool:
    """Return whether nothing outside can follow a name: of a function, of a class that a framework reads, of tests."""
    return facts.in_tests or "<locals>" in key or ".Meta." in key


def _same_ways(old: ModuleFacts, new: ModuleFacts, gone: AbstractSet[str], made: AbstractSet[str]) -> None:
    """Refuse where something is known in another way than before, or does another kind of thing."""
    if new.in_tests:
        return
    for field, said in (("inferred", old.returns), ("declared", old.types)):
        for key in getattr(old, field) ^ getattr(new, field):
            if key in said and not within(key, gone):
                raise Unsure(f"{key} is known in another way")
    for field in ("wrappers", "promises"):
        for key in getattr(old, field) ^ getattr(new, field):
            name = dotted(key.removesuffix("()"))
            if not (within(name, gone) or within(name, made)):
                raise Unsure(f"{key} gives something else")


def _same_uses(old: ModuleFacts, new: ModuleFacts, ground: Ground) -> None:
    """Refuse where a use of something that others register on went, or a text that may name a URL configuration."""
    after = {(one.source, one.target) for one in new.references}
    for one in old.references:
        if (one.source, one.target) not in after and not ground.registered_on.isdisjoint(_parts(one.target)):
            raise Unsure(f"{one.source} does not use {one.target} any more")
    texts = ({text for text, *_ in old.strings}, {text for text, *_ in new.strings})
    for text in texts[0] ^ texts[1]:
        if text.replace(":", ".") in ground.special:
            raise Unsure(f"the text {text!r} names what a framework reads as a whole")
    for text in texts[0] - texts[1]:
        if not ground.registered_on.isdisjoint(_parts(text.replace(":", "."))):
            raise Unsure(f"the text {text!r} went")


def _parts(name: str) -> Iterable[str]:
    return name.replace("()", "").split(".")


def uses_of(facts: ModuleFacts) -> Iterator[str]:
    """Yield every dotted name that a file takes, in code and in texts."""
    yield from (one.target for one in facts.references if not one.target.startswith("."))
    yield from (one.target for one in facts.imports)
    yield from (text.replace(":", ".") for text, *_ in facts.strings)
