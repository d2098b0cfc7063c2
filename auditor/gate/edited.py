"""One file of a change: its facts before and after, and which definitions it lost and gained.

In: facts. Out: `Edited`. Decides nothing.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from auditor.model.code import Definition, DefinitionId, ModuleFacts


class Edited(NamedTuple):
    """One file of the change. `old` is None for a new one; of one that went, `new` has nothing in it.

    `lost` and `fresh` are definitions by id; `rebound` are code of base that head only imports under its old name.
    """

    old: ModuleFacts | None
    new: ModuleFacts
    lost: Mapping[DefinitionId, Definition]
    fresh: Mapping[DefinitionId, Definition]
    rebound: Mapping[DefinitionId, Definition]
    went: bool

    @property
    def before(self) -> ModuleFacts:
        """The facts at base; of a new file those of an empty one."""
        return self.old or empty(self.new)


def edited(old: ModuleFacts | None, new: ModuleFacts | None) -> Iterator[Edited]:
    """Yield what an edit takes away and adds, where there is a file at all."""
    known = old or new
    if known is None:
        return
    after = new or msgspec.structs.replace(empty(known), definitions=())
    was, now = by_id(old or empty(known)), by_id(after)
    yield Edited(
        old,
        after,
        {key: found[0] for key, found in was.items() if key not in now},
        {key: found[0] for key, found in now.items() if key not in was},
        {key: found[0] for key, found in was.items() if key in now and _is_rebound(found, now[key])},
        new is None,
    )


def empty(facts: ModuleFacts) -> ModuleFacts:
    """Return the facts of a file in which nothing stands, in the place of another one."""
    whole = tuple(one for one in facts.definitions if not one.qualified_name)
    return ModuleFacts(facts.path, facts.module, facts.is_package, facts.in_tests, 0, definitions=whole)


def by_id(facts: ModuleFacts) -> dict[DefinitionId, list[Definition]]:
    """Return the definitions of a file by id, in their order."""
    found: dict[DefinitionId, list[Definition]] = {}
    for one in facts.definitions:
        found.setdefault(one.id, []).append(one)
    return found


def _is_rebound(was: list[Definition], now: list[Definition]) -> bool:
    is_code = len(was) == 1 and was[0].kind in ("function", "class", "variable") and not was[0].in_tests
    return is_code and len(now) == 1 and now[0].kind == "import"
