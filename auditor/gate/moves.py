"""What a change moves to another file, as far as its own files tell that nothing else is meant by any name.

In: the edited files, what became of their definitions, the `Ground`. Out: `Moves`, or `Unsure`. Code moves as it is:
functions, classes and plain values of modules, and files; nothing that a decorator keeps, nothing that is an end.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from auditor.gate.edited import Edited
from auditor.gate.ground import Ground
from auditor.gate.registered import Unsure, given_names
from auditor.model.code import Definition, DefinitionId, ModuleFacts, dotted, module_id

_KINDS = ("function", "class", "variable", "module")
_HARMLESS = frozenset({"property", "staticmethod", "classmethod", "abstractmethod", "cached_property", "wraps"})
"""Last parts of decorators of members that keep nothing."""


class Moves:
    """Definitions of base with what they are called at head. `rebound` are those that their file imports now."""

    def __init__(self, moved: Mapping[DefinitionId, DefinitionId], rebound: frozenset[DefinitionId]) -> None:
        self.moved, self.rebound = moved, rebound
        self._names = {
            dotted(was): dotted(now) for was, now in moved.items() if _outer(was) not in moved or was.endswith(":")
        }
        self.targets = frozenset(self._names.values())

    def now(self, name: str) -> str | None:
        """Return what a dotted name of base is called at head, None where nothing moved that it stands for or in."""
        outer = name
        while outer:
            if outer in self._names:
                return f"{self._names[outer]}{name[len(outer) :]}"
            outer = outer.rpartition(".")[0]
        return None

    def renamed(self, said: str) -> str:
        """Return a text with the names that things have at head."""
        return self._old.sub(lambda found: self._names[found[0]], said) if self._names else said

    @cached_property
    def _old(self) -> re.Pattern[str]:
        names = sorted(self._names, key=len, reverse=True)
        return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, names))})(?!\w)")


def checked_moves(
    moved: Mapping[DefinitionId, DefinitionId], edits: Sequence[Edited], ground: Ground
) -> Moves:  # fmt: skip
    """Return what moved.

    Args:
        moved: What the comparison of the edited files alone takes for moved: base id -> head id.
        edits: These files.
        ground: What is known of base.

    Raises:
        Unsure: Something else could be meant.
    """
    was = _once(one for edit in edits if edit.old is not None for one in edit.old.definitions)
    now = _once(one for edit in edits for one in edit.new.definitions)
    rebound = {one for edit in edits for one in edit.rebound}
    if strange := rebound - moved.keys():
        raise Unsure(f"{min(strange)} is only imported any more")
    _edited_on_the_way(edits, moved)
    moves = Moves(moved, frozenset(rebound))
    for old, new in moved.items():
        if old not in was or new not in now:
            raise Unsure(f"{old} moved, and was defined more than once")
        _alike(was[old], now[new], moves)
        if _outer(old) not in moved:
            _stands_alone(was[old], new, edits, ground, is_rebound=old in rebound)
    for edit in edits:
        _imported_from_there(edit, moves)
    return moves


def _edited_on_the_way(edits: Sequence[Edited], moved: Mapping[DefinitionId, DefinitionId]) -> None:
    """Refuse what has the same name elsewhere and another body: who used it tells whether it moved."""
    taken = set(moved.values())
    fresh = {(one.kind, one.qualified_name) for edit in edits for one in edit.fresh.values() if one.id not in taken}
    for edit in edits:
        for one in (*edit.lost.values(), *edit.rebound.values()):
            is_code = one.kind in ("class", "function") and not one.in_tests
            if is_code and one.id not in moved and (one.kind, one.qualified_name) in fresh:
                raise Unsure(f"{one.id} may have moved")


def _once(definitions: Iterable[Definition]) -> dict[DefinitionId, Definition]:
    """Return the definitions by id of which there is only one."""
    found: dict[DefinitionId, list[Definition]] = {}
    for one in definitions:
        found.setdefault(one.id, []).append(one)
    return {identity: several[0] for identity, several in found.items() if len(several) == 1}


def _outer(identity: DefinitionId) -> DefinitionId:
    """Return what a definition stands in; of a module's own names the module."""
    module, _, name = identity.partition(":")
    return f"{module}:{name.rpartition('.')[0]}".removesuffix(".<locals>") if name else ""


def _alike(old: Definition, new: Definition, moves: Moves) -> None:
    """Refuse what moved in another form, or by another name for what it stands on."""
    is_member = "." in old.qualified_name
    if not is_member and (old.kind not in _KINDS or old.decorators):
        raise Unsure(f"{old.id} moved, and something may keep it")
    if not all(one.rpartition(".")[2] in _HARMLESS for one in old.decorators):
        raise Unsure(f"{old.id} moved, and a decorator may keep it")
    face = (old.kind, tuple(map(moves.renamed, old.decorators)), tuple(map(moves.renamed, old.bases)),
            moves.renamed(old.annotation), moves.renamed(old.metaclass), old.in_tests)  # fmt: skip
    if face != (new.kind, new.decorators, new.bases, new.annotation, new.metaclass, new.in_tests):
        raise Unsure(f"{old.id} moved, and is declared in another way")
    if old.body_hash != new.body_hash:
        raise Unsure(f"{old.id} moved, and was edited")


def _stands_alone(
    one: Definition, new: DefinitionId, edits: Sequence[Edited], ground: Ground, *, is_rebound: bool
) -> None:
    """Refuse what other code takes where it stood, or what its own file does more with than define it."""
    home = next(edit for edit in edits if edit.old is not None and edit.old.module == one.module)
    if one.module in ground.starred or one.module in ground.special:
        raise Unsure(f"{one.id} moved, and its file may be read as a whole")
    if not is_rebound and one.name in ground.outside:
        raise Unsure(f"{one.id} moved, and a file that is no Python may name it")
    if one.kind == "module":
        return
    body = module_id(one.module)
    if "." in one.qualified_name or new.partition(":")[0] in ground.special:
        raise Unsure(f"{one.id} moved out of what it stood in")
    if any(_names(home.before, body, one.name)):
        raise Unsure(f"{one.id} moved, and its file did something with it")
    for value in (each.value for each in home.before.assignments if each.target == dotted(one.id)):
        if any(True for _ in given_names((value,))):
            raise Unsure(f"{one.id} moved, and names other code")


def _names(facts: ModuleFacts, body: DefinitionId, name: str) -> Iterator[str]:
    """Yield where the body of a module says a name."""
    for reference in facts.references:
        if reference.source == body and name in reference.target.replace("()", "").split("."):
            yield reference.target
    yield from (text for text, _, source in facts.strings if source == body and text.rpartition(".")[2] == name)


def _imported_from_there(edit: Edited, moves: Moves) -> None:
    """Refuse a name that its file imports from elsewhere than where it moved to."""
    for old in edit.rebound:
        name = old.partition(":")[2]
        bound = [one for one in edit.new.imports if one.name == name and one.scope == module_id(edit.new.module)]
        if len(bound) != 1 or bound[0].guarded or bound[0].target != dotted(moves.moved[old]):
            raise Unsure(f"{old} moved, and is imported in another way")
