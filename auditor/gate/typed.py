"""What the files of a change say of types, compared before and after: what is kept may give nothing else than before.

In: the facts of one file on both sides, what moved, the `Ground`. Out: nothing, or `Unsure`. What a function gives back
is no matter where nothing asks for it, or where it is the same once what was inlined, renamed or moved is looked into.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from auditor.gate.asked import asked_in, closed, given_by
from auditor.gate.edited import Edited
from auditor.gate.ground import Ground
from auditor.gate.moves import Moves
from auditor.gate.registered import ANSWERING, Unsure, within
from auditor.model.code import Definition, DefinitionId, ModuleFacts, dotted

_PLAIN = frozenset({"staticmethod", "classmethod"})
_FIELDS = ("types", "returns", "generics")


class Types:
    """The types of all files of one change."""

    def __init__(self, edits: Sequence[Edited], moves: Moves, ground: Ground) -> None:
        self._edits, self._moves, self._ground = edits, moves, ground
        self._was = dict(_given_back((one.old, {**one.lost, **one.rebound}) for one in edits if one.old is not None))
        self._now = dict(_given_back((one.new, one.fresh) for one in edits))

    def compare(self, edit: Edited) -> None:
        """Refuse other types than before for what an edit keeps."""
        old, new = edit.before, edit.new
        gone = {*map(dotted, edit.lost), *map(dotted, edit.rebound)}
        made = set(map(dotted, edit.fresh))
        other: set[str] = set()
        for field in _FIELDS:
            before, after = getattr(old, field), getattr(new, field)
            for key, said in before.items():
                if not within(key, gone) and after.get(key) != self._renamed(said) and not _is_inner(key, new):
                    if field != "returns" or not self._may_differ(key, said, after.get(key, ""), edit):
                        raise Unsure(f"{key} is of another type")
                    other.add(key)
            for key in after.keys() - before.keys():
                name = key.rpartition(".")[2]
                if not (within(key, made) or _is_inner(key, new)) and (
                    name in self._ground.inherited or field == "generics"
                ):
                    raise Unsure(f"{key} is of a known type now")
        self._same_ways(old, new, gone | other, made)
        if any(one not in edit.fresh for one in new.idle - old.idle):
            raise Unsure(f"{new.path} empties a body")

    def compare_moved(self) -> None:
        """Refuse other types than before for what moved."""
        for field in _FIELDS:
            before, after = self._every(field, "old"), self._every(field, "new")
            for key, said in before.items():
                now = self._moves.now(key)
                if now is not None and after.get(now, "") != self._renamed(said) and not (
                    field == "returns" and self._is_silent(now)
                ):  # fmt: skip
                    raise Unsure(f"{key} moved, and is of another type")
            known = {now for key in before if (now := self._moves.now(key)) is not None}
            for key in after.keys() - known:
                if within(key, self._moves.targets) and not (field == "returns" and self._is_silent(key)):
                    raise Unsure(f"{key} moved, and is of a known type now")
        for field in ("inferred", "declared", "wrappers", "promises", "idle"):
            was, is_now = self._marked(field, "old"), self._marked(field, "new")
            moved = {now for one in was if (now := self._moves.now(one)) is not None}
            if moved ^ {one for one in is_now if within(one, self._moves.targets)}:
                raise Unsure(f"something moved, and is {field} no more, or only now")

    def _renamed(self, said: object) -> object:
        """Return a type expression, or several, with the names that things have at head."""
        if isinstance(said, tuple):
            return tuple(map(self._renamed, said))
        return self._moves.renamed(said) if isinstance(said, str) else said

    def _every(self, field: str, side: str) -> dict[str, object]:
        files = [facts for one in self._edits if (facts := getattr(one, side)) is not None]
        return {key: said for facts in files for key, said in getattr(facts, field).items()}

    def _marked(self, field: str, side: str) -> set[str]:
        files = [facts for one in self._edits if (facts := getattr(one, side)) is not None]
        every = (one for facts in files for one in getattr(facts, field))
        return {f"{dotted(one[:-2])}.<called>" if one.endswith("()") else dotted(one) for one in every}

    def _may_differ(self, key: str, said: str, says: str, edit: Edited) -> bool:
        """Return whether nobody can tell that a function gives something else, or it gives the same after all."""
        if self._moves.renamed(self._leads(said, self._was)) == self._leads(says, self._now):
            return True
        definitions = [one for one in edit.before.definitions if dotted(one.id) == key]
        plain = all(one.kind in ("function", "method") and set(one.decorators) <= _PLAIN for one in definitions)
        return bool(definitions) and plain and self._is_silent(key)

    def _leads(self, expression: str, given: Mapping[str, str]) -> str:
        """Return what an expression is that is a call of a plain function which went, or which is new."""
        seen: set[str] = set()
        while expression.endswith("()") and (name := expression[:-2]) in given and name not in seen:
            seen.add(name)
            expression = given[name]
        return expression

    def _is_silent(self, key: str) -> bool:
        """Return whether nothing at base or head asks what a function gives."""
        name = key.rpartition(".")[2]
        known = self._ground
        special = name.startswith("__") or name in ANSWERING or name in known.outside or name in known.registered_on
        return not special and name not in self._asked

    @cached_property
    def _asked(self) -> frozenset[str]:
        files = [facts for one in self._edits for facts in (one.before, one.new)]
        strong = self._ground.asked.union(*map(asked_in, files))
        if (strong - self._ground.asked) & self._ground.giving:
            strong |= self._ground.handed_back
        return closed(strong, [one for facts in files for one in given_by(facts)])

    def _same_ways(self, old: ModuleFacts, new: ModuleFacts, gone: AbstractSet[str], made: AbstractSet[str]) -> None:
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


def _given_back(files: Iterator[tuple[ModuleFacts, Mapping[DefinitionId, Definition]]]) -> Iterator[tuple[str, str]]:
    """Yield what plain functions of modules give back, empty where that is not known."""
    for facts, found in files:
        for one in found.values():
            if one.kind == "function" and not one.decorators and "." not in one.qualified_name:
                said = facts.returns.get(dotted(one.id), "")
                if "<" not in said.replace(".<is>", ""):
                    yield dotted(one.id), said


def _is_inner(key: str, facts: ModuleFacts) -> bool:
    """Return whether nothing outside can follow a name: of a function, of a class that a framework reads, of tests."""
    return facts.in_tests or "<locals>" in key or ".Meta." in key
