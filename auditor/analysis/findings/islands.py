"""Islands: findings that refer only to one another, with their edge to nowhere and the tests that die with them.

In: `Analysis` and the findings of a scan. Out: the findings, each with the id of its island, and the `Island`s. Never
makes a finding, and never says what may be deleted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from auditor.model.code import Definition, DefinitionId, containers
from auditor.model.graph import Analysis, Edge
from auditor.model.report import Island, ScanFinding

_NAMED = 3
"""Names given in a sentence; the rest is counted."""

_AROUND_TESTS = ("setup", "teardown", "asyncsetup", "asyncteardown")


def find(analysis: Analysis, findings: Sequence[ScanFinding]) -> tuple[tuple[ScanFinding, ...], tuple[Island, ...]]:
    """Return the findings with `island` set, and the islands, largest first.

    An island has at least two outermost findings, or one and a test that dies with it. Local findings have none.
    """
    outer = {one.id: one for one in findings if one.inside is None and one.status != "local"}
    holder = {one.id: one.inside or one.id for one in findings if one.status != "local"}
    uses = _uses(analysis, holder)
    tests = _Tests(analysis, holder)
    islands = []
    for members in _components(outer, uses):
        dying = tests.dying_with(members)
        if len(members) > 1 or dying:
            islands.append(_island(members, outer, uses, dying))
    islands.sort(key=lambda one: (-one.lines, one.id))
    of = {member: one.id for one in islands for member in one.members}
    marked = (
        msgspec.structs.replace(one, island=of[one.inside or one.id])
        if one.status != "local" and (one.inside or one.id) in of else one
        for one in findings
    )  # fmt: skip
    return tuple(marked), tuple(islands)


def _uses(analysis: Analysis, holder: Mapping[DefinitionId, DefinitionId]) -> dict[DefinitionId, set[DefinitionId]]:
    """Return which outermost finding uses which others."""
    uses: dict[DefinitionId, set[DefinitionId]] = {}
    keys = _keys(analysis, holder)
    modules = {one.partition(":")[0] for one in holder}
    for source, edges in analysis.graph.edges.items():
        if source.partition(":")[0] not in modules:
            continue
        user = next((holder[one] for one in (source, *containers(source)) if one in holder), None)
        if user is None:
            continue
        for edge in edges:
            for target in keys.get(edge.target[1:], ()) if edge.target.startswith(".") else (edge.target,):
                used = holder.get(target)
                if used is not None and used != user:
                    uses.setdefault(user, set()).add(used)
    return uses


def _keys(analysis: Analysis, holder: Mapping[DefinitionId, DefinitionId]) -> dict[str, list[DefinitionId]]:
    """Return the findings that are members under a name, where no definition that is alive has that name as well."""
    found: dict[str, list[DefinitionId]] = {}
    shared: set[str] = set()
    for members in analysis.graph.members.values():
        for key, identities in members.items():
            for identity in identities:
                if identity in holder:
                    found.setdefault(key, []).append(identity)
                else:
                    shared.add(key)
    return {key: identities for key, identities in found.items() if key not in shared}


def _components(
    outer: Mapping[DefinitionId, ScanFinding], uses: Mapping[DefinitionId, set[DefinitionId]]
) -> Iterator[tuple[DefinitionId, ...]]:
    """Yield what hangs together, whoever uses whom; members in the order of the findings."""
    beside: dict[DefinitionId, set[DefinitionId]] = {}
    for user, used in uses.items():
        for one in used:
            beside.setdefault(user, set()).add(one)
            beside.setdefault(one, set()).add(user)
    order = {identity: place for place, identity in enumerate(outer)}
    seen: set[DefinitionId] = set()
    for start in outer:
        if start in seen:
            continue
        seen.add(start)
        waiting, members = [start], [start]
        while waiting:
            for one in beside.get(waiting.pop(), ()):
                if one not in seen and one in order:
                    seen.add(one)
                    members.append(one)
                    waiting.append(one)
        yield tuple(sorted(members, key=order.__getitem__))


def _island(
    members: tuple[DefinitionId, ...],
    outer: Mapping[DefinitionId, ScanFinding],
    uses: Mapping[DefinitionId, set[DefinitionId]],
    tests: tuple[DefinitionId, ...],
) -> Island:
    used = {one for member in members for one in uses.get(member, ())}
    heads = tuple(member for member in members if member not in used)
    tested = any(outer[member].status == "test_only" for member in members)
    return Island(
        id=members[0], members=members, heads=heads,
        paths=tuple(dict.fromkeys(outer[member].path for member in members)),
        lines=sum(outer[member].lines for member in members),
        status="test_only" if tested else "unreached",
        detail=_sentence(members, heads, tested=tested), tests=tests,
    )  # fmt: skip


def _sentence(members: Sequence[DefinitionId], heads: Sequence[DefinitionId], *, tested: bool) -> str:
    """Return where the island ends: what would have to be used for it to be alive."""
    nobody = "only tests refer" if tested else "nothing refers"
    if not heads:
        others = "the other" if len(members) == 2 else f"{len(members) - 1} others"
        return f"`{members[0]}` and {others} refer only to one another, and {nobody} to any of them"
    named = " and ".join(f"`{one}`" for one in heads) if len(heads) < _NAMED else ", ".join(
        [*(f"`{one}`" for one in heads[: _NAMED - 1]), f"{len(heads) - _NAMED + 1} more"]
    )  # fmt: skip
    if len(members) == 1:
        return f"{nobody} to {named}"
    rest = len(members) - len(heads)
    hanging = f"; the {'other' if rest == 1 else f'{rest} others'} hang{'s' * (rest == 1)} on that" if rest else ""
    return f"{nobody} to {named}{hanging}"


class _Tests:
    """Which tests use a finding and no other production code."""

    def __init__(self, analysis: Analysis, holder: Mapping[DefinitionId, DefinitionId]) -> None:
        self.definitions = analysis.graph.definitions
        self.edges = analysis.graph.edges
        self.code = {one.id for one in self.definitions.values() if one.in_tests and one.kind != "module"}
        """Definitions of test files; a module's own body is not taken for one of its tests."""
        self.tests = {one.definition for one in analysis.entry_points if one.kind == "test" and not one.production}
        self.holder = holder
        self.users: dict[DefinitionId, list[DefinitionId]] = {}
        self.by_holder: dict[DefinitionId, list[DefinitionId]] = {}
        for source, edges in self.edges.items() if holder else ():
            if source in self.code:
                for edge in edges:
                    self._note(source, edge)

    def dying_with(self, members: Iterable[DefinitionId]) -> tuple[DefinitionId, ...]:
        """Return the tests that use members of an island, and of the code that is not in tests nothing else."""
        gone = set(members)
        waiting = [source for member in gone for source in self.by_holder.get(member, ())]
        seen = set(waiting)
        while waiting:
            for user in self.users.get(waiting.pop(), ()):
                if user not in seen:
                    seen.add(user)
                    waiting.append(user)
        dying = {one for one in seen if self._is_test(one) and not self._has_other_subject(one, gone)}
        outer = (self.definitions[one] for one in dying if self.definitions[one].parent not in dying)
        return tuple(one.id for one in sorted(outer, key=lambda one: (one.path, one.line, one.id)))

    def _is_test(self, identity: DefinitionId) -> bool:
        """Return whether it is a test, and not what sets tests up or down: that would rather be edited."""
        return identity in self.tests and not self.definitions[identity].name.lower().startswith(_AROUND_TESTS)

    def _note(self, source: DefinitionId, edge: Edge) -> None:
        if edge.target in self.holder:
            if edge.kind != "contains":
                self.by_holder.setdefault(self.holder[edge.target], []).append(source)
        elif edge.target in self.code and edge.kind != "contains":
            self.users.setdefault(edge.target, []).append(source)

    def _has_other_subject(self, test: DefinitionId, gone: set[DefinitionId]) -> bool:
        """Return whether a test, with the test code it uses, calls a function that stays."""
        waiting, seen = [test], {test}
        while waiting:
            for edge in self.edges.get(waiting.pop(), ()):
                found = self.definitions.get(edge.target)
                if found is None or edge.kind == "contains" or edge.target in seen:
                    continue
                if edge.target in self.code:
                    seen.add(edge.target)
                    waiting.append(edge.target)
                elif _is_subject(found) and self.holder.get(edge.target) not in gone:
                    return True
        return False


def _is_subject(definition: Definition) -> bool:
    """Return whether a test that uses it may be about it; classes and constants are mere material."""
    return not definition.in_tests and definition.kind in ("function", "method")
