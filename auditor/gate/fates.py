"""What became of base's definitions between the two commits: they stand, moved, or are deleted.

In: two `Side`s. Out: `Fates`. What moved has the same body elsewhere, or the same name and what is alike enough: a
class most of its members, a function those who used it. Never judges.
"""

from collections.abc import Mapping, Sequence

from auditor.gate.sides import Side
from auditor.model.code import Definition, DefinitionId, module_id

_MOVING = ("class", "function")
"""Kinds that are recognised although they were edited on the way."""


class Fates:
    """What became of base's definitions: they stand, moved, or are deleted.

    `deleted` and `moved` leave out imports and tests; `gone` is every id of base that head does not define, import
    bindings included. `unknown` are those of files that head cannot parse: nobody can tell.
    """

    def __init__(self, base: Side, head: Side) -> None:
        unread = {module.path for module in head.facts if not module.parsed}
        self.unknown = frozenset(d.id for d in base.definitions.values() if d.path in unread)
        lost = [d for d in base.definitions.values() if _counts(d) and not _stands(d, head)]
        lost = [d for d in lost if d.id not in self.unknown]
        self.moved = _moved(lost, base, head)
        self.moved |= _edited(lost, self.moved, base, head)
        self.deleted = {d.id: d for d in lost if d.id not in self.moved}
        self.gone = frozenset(base.definitions) - frozenset(head.definitions) - self.unknown
        self.fresh = frozenset(head.definitions) - frozenset(base.definitions)
        self.same_place = {identity: identity for identity in base.definitions if identity in head.definitions}

    def now(self, definition: DefinitionId) -> DefinitionId | None:
        """Return the id in head of one of base's definitions, None where it is deleted."""
        return self.moved.get(definition) or self.same_place.get(definition)


def _counts(definition: Definition) -> bool:
    """Return whether deleting it is a deletion at all: imports are bindings, tests are not production."""
    return definition.kind != "import" and not definition.in_tests


def _stands(definition: Definition, side: Side) -> bool:
    """Return whether a definition is there; a name that is only imported any more is defined elsewhere."""
    there = side.definitions.get(definition.id)
    return there is not None and there.kind != "import"


def _moved(gone: Sequence[Definition], base: Side, head: Side) -> dict[DefinitionId, DefinitionId]:
    """Return base id -> head id for definitions with the same name and body elsewhere, and for all inside them."""
    fresh: dict[tuple[str, str, str], list[DefinitionId]] = {}
    for definition in head.definitions.values():
        if definition.id not in base.definitions and not definition.in_tests and definition.body_hash:
            name = "" if definition.kind == "module" else definition.name
            fresh.setdefault((name, definition.kind, definition.body_hash), []).append(definition.id)
    moved: dict[DefinitionId, DefinitionId] = {}
    for definition in sorted(gone, key=lambda d: (d.qualified_name.count("."), d.id)):
        parent = definition.parent
        if parent in moved:
            inside = f"{moved[parent]}{definition.id[len(parent) :]}"
            if inside in head.definitions:
                moved[definition.id] = inside
                continue
        name = "" if definition.kind == "module" else definition.name
        targets = fresh.get((name, definition.kind, definition.body_hash))
        if targets:
            moved[definition.id] = min(targets)
    return moved


def _edited(
    gone: Sequence[Definition], moved: Mapping[DefinitionId, DefinitionId], base: Side, head: Side
) -> dict[DefinitionId, DefinitionId]:
    """Return base id -> head id for classes, functions and files that moved and were edited on the way."""
    taken = set(moved.values())
    fresh: dict[tuple[str, str], list[DefinitionId]] = {}
    for one in head.definitions.values():
        if one.kind in _MOVING and one.id not in base.definitions and not one.in_tests and one.id not in taken:
            fresh.setdefault((one.kind, one.qualified_name), []).append(one.id)
    found: dict[DefinitionId, DefinitionId] = {}
    for one in gone:
        targets = fresh.get((one.kind, one.qualified_name), ()) if one.kind in _MOVING and one.id not in moved else ()
        if len(targets) == 1 and (_alike if one.kind == "class" else _used_alike)(
            one.id, targets[0], moved, base, head
        ):
            found[one.id] = targets[0]
    for one in gone:
        inside = f"{found.get(one.parent or '')}{one.id[len(one.parent or '') :]}"
        if one.parent in found and one.id not in moved and inside in head.definitions:
            found[one.id] = inside
    return found | _renamed_files(gone, {**moved, **found}, base)


def _alike(
    was: DefinitionId, now: DefinitionId, moved: Mapping[DefinitionId, DefinitionId], base: Side, head: Side
) -> bool:
    """Return whether two classes have most members in common, or are used alike where they have none."""
    mine, theirs = base.names.members(was).keys(), head.names.members(now).keys()
    if not mine:
        return _used_alike(was, now, moved, base, head)
    return 2 * len(mine & theirs) >= len(mine)


def _used_alike(
    was: DefinitionId, now: DefinitionId, moved: Mapping[DefinitionId, DefinitionId], base: Side, head: Side
) -> bool:
    """Return whether those who used a definition and live on use the other one."""
    users = {moved.get(one, one) for one in base.incoming.get(was, ())}
    living = {one for one in users if one in head.definitions and not head.definitions[one].in_tests}
    return bool(living) and living <= head.incoming.get(now, frozenset())


def _renamed_files(
    gone: Sequence[Definition], moved: Mapping[DefinitionId, DefinitionId], base: Side
) -> dict[DefinitionId, DefinitionId]:
    """Return base id -> head id for files most of whose definitions moved to one new file."""
    found: dict[DefinitionId, DefinitionId] = {}
    for one in gone:
        if one.kind != "module" or one.id in moved:
            continue
        parts = [each.id for each in gone if each.parent == one.id]
        homes = [module_id(moved[each].partition(":")[0]) for each in parts if each in moved]
        home = max(homes, key=homes.count, default="")
        if home and home not in base.definitions and 2 * homes.count(home) > len(parts):
            found[one.id] = home
    return found
