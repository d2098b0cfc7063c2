"""Whether an edited file still says all that it said, as far as anything outside of it can tell.

In: the facts of one file at base and at head, and the `Ground`. Out: nothing; `Unsure` where the edit could have
changed what the outside calls, or what a name elsewhere means. Never decides whether what is lost may go.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from auditor.gate.edited import Edited, by_id
from auditor.gate.ground import Ground
from auditor.gate.moves import Moves
from auditor.gate.registered import ANSWERING, Renamed, Unsure, given_names, same_assignments, same_calls
from auditor.gate.typed import Types
from auditor.model.code import (
    Definition,
    DefinitionId,
    ModuleFacts,
    container,
    dotted,
)


def same_face(
    edit: Edited, types: Types, moves: Moves, deleted: AbstractSet[str], ground: Ground, modules: AbstractSet[str]
) -> None:  # fmt: skip
    """Compare what a file says before and after an edit.

    Args:
        edit: The file.
        types: The types of all files of the change.
        moves: What moved.
        deleted: The dotted names of all code that went with the change.
        ground: What is known of base.
        modules: The names of all modules and packages of base.

    Raises:
        Unsure: It says something else than before of what it keeps.
    """
    old, new = edit.old, edit.new
    if not new.parsed or new.problems or (old is not None and not (old.parsed and not old.problems)):
        raise Unsure(f"{new.path} cannot be read")
    if {name for *_, name in new.guards} - {"", "TYPE_CHECKING"} - ground.switches:
        raise Unsure(f"{new.path} has a new switch")
    before = edit.before
    if old is None:
        _new_module(new, ground, modules)
    elif old == new:
        return
    elif new.module in ground.special:
        raise Unsure(f"{new.path} is read as a whole by a framework")
    if edit.went:
        _may_go(before, ground)
    was, now = by_id(before), by_id(new)
    gone = {**edit.lost, **edit.rebound}
    if not edit.went:
        _same_whole(before, new, ground)
    _same_definitions(was, now, gone, moves)
    for one in edit.fresh.values():
        _fits(one, before, new, ground, modules, now)
    types.compare(edit)
    same_calls(before, new, gone, edit.fresh, ground, moves.renamed)
    _nothing_handed_over(before, deleted)
    same_assignments(before, new, gone, edit.fresh, moves.renamed)
    _same_uses(before, new, ground, modules)
    _same_ways_to_what_registers(before, new, moves, ground)


def _may_go(old: ModuleFacts, ground: Ground) -> None:
    """Refuse that a file goes that does more than define names, or whose name something else may be found under."""
    if old.module.startswith("/") or old.is_package or old.has_main_guard or old.is_program or old.whitelist:
        raise Unsure(f"{old.path} went, and may be run or read by itself")
    if old.module in ground.starred or old.star_imports or old.keeps or old.module in ground.starting:
        raise Unsure(f"{old.path} went, and others may take all that it has")
    if old.module.rpartition(".")[2] in ground.tops:
        raise Unsure(f"{old.path} went, and something else may be found under its name")


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
    lost: Mapping[DefinitionId, Definition], moves: Moves,
) -> None:  # fmt: skip
    for identity, found in was.items():
        if identity not in lost and [_face(one, moves.renamed) for one in found] != [
            _face(one) for one in now[identity]
        ]:
            raise Unsure(f"{identity} is declared in another way")


def _face(one: Definition, renamed: Renamed = str) -> tuple[object, ...]:
    bases = tuple(map(renamed, one.bases))
    if one.in_tests:
        return one.kind, bases
    return one.kind, one.decorators, bases, one.in_tests, renamed(one.annotation), renamed(one.metaclass)


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


def _nothing_handed_over(old: ModuleFacts, deleted: AbstractSet[str]) -> None:
    """Refuse where base gave code that went to a call: it may have been kept there, to be called later."""
    for call in () if old.in_tests or not deleted else old.calls:
        for name in given_names((*call.args, *call.keywords.values())):
            if name in deleted:
                raise Unsure(f"{name} went, and was given to {call.callee} on {old.path}:{call.line}")


def _same_uses(old: ModuleFacts, new: ModuleFacts, ground: Ground, modules: AbstractSet[str]) -> None:
    """Refuse where a use of something that others register on went, or a text that may name a URL configuration."""
    after = {(one.source, one.target) for one in new.references}
    for one in old.references:
        if (one.source, one.target) not in after and not ground.registered_on.isdisjoint(_parts(one.target, modules)):
            raise Unsure(f"{one.source} does not use {one.target} any more")
    texts = ({text for text, *_ in old.strings}, {text for text, *_ in new.strings})
    for text in texts[0] ^ texts[1]:
        if text.replace(":", ".") in ground.special:
            raise Unsure(f"the text {text!r} names what a framework reads as a whole")
    for text in texts[0] - texts[1]:
        if not ground.registered_on.isdisjoint(_parts(text.replace(":", "."), modules)):
            raise Unsure(f"the text {text!r} went")


def _same_ways_to_what_registers(old: ModuleFacts, new: ModuleFacts, moves: Moves, ground: Ground) -> None:
    """Refuse where code that leads to what registers something uses less, or its module imports less of that."""
    after = {(one.source, one.target) for one in new.references}
    for one in old.references:
        still = (one.source, moves.renamed(one.target)) in after
        if one.source in ground.holding and not one.source.endswith(":") and not still:
            raise Unsure(f"{one.source} leads to what registers something, and does not use {one.target} any more")
    names = {(one.scope, one.target) for one in new.imports}
    for bound in old.imports:
        place, _, last = bound.target.rpartition(".")
        led_to = not ground.holding.isdisjoint((f"{bound.target}:", f"{place}:", f"{place}:{last}"))
        if bound.scope in ground.holding and led_to and (bound.scope, moves.renamed(bound.target)) not in names:
            raise Unsure(
                f"{bound.scope} leads to what registers something, and does not import {bound.target} any more"
            )


def _parts(name: str, modules: AbstractSet[str]) -> Iterable[str]:
    """Return the parts of a dotted name, without those of the module that it begins with."""
    name = name.replace("()", "")
    module = name
    while module and module not in modules:
        module = module.rpartition(".")[0]
    return name[len(module) :].split(".")


def uses_of(facts: ModuleFacts) -> Iterator[str]:
    """Yield every dotted name that a file takes, in code and in texts."""
    yield from (one.target for one in facts.references if not one.target.startswith("."))
    yield from (one.target for one in facts.imports)
    yield from (text.replace(":", ".") for text, *_ in facts.strings)
