"""The tests that go with what they test, and what a test that has to stay holds back.

In: what goes so far, `TestCode`, `ReferenceIndex`. Out: `TestsGoing`. Never decides what of production goes.
"""

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet

import msgspec

from auditor.model.code import DefinitionId, lies_in, module_id
from auditor.model.verdict import HeldBack
from auditor.plan.references import ReferenceIndex, Use
from auditor.plan.tests_side import TestCode


class TestsGoing(msgspec.Struct, frozen=True):
    """`tests` are ids that go, `files` the modules of tests that go whole.

    `blocked` are (what has to stay, why), in the order in which it was found.
    """

    tests: set[DefinitionId]
    files: set[str]
    blocked: tuple[tuple[DefinitionId, str], ...]


def tests_going(
    gone: AbstractSet[DefinitionId],
    code: TestCode,
    references: ReferenceIndex,
    barred: Mapping[DefinitionId, HeldBack],
) -> TestsGoing:
    """Return the tests that refer to what goes: they go too. What cannot follow blocks what it refers to."""
    return _Following(gone, code, references, barred).run()


def uses_of(references: ReferenceIndex, needed: DefinitionId, gone: Collection[DefinitionId]) -> Iterator[Use]:
    """Yield who needs a definition; where only its name is used, nobody does once its owner goes."""
    for use in references.uses.get(needed, ()):
        if not use.through or use.through not in gone:
            yield use


class _Following:
    def __init__(
        self,
        gone: AbstractSet[DefinitionId],
        code: TestCode,
        references: ReferenceIndex,
        barred: Mapping[DefinitionId, HeldBack],
    ) -> None:
        self.gone, self.code, self.references, self.barred = gone, code, references, barred
        self.tests: set[DefinitionId] = set()
        self.files: set[str] = set()
        self.blocked: list[tuple[DefinitionId, str]] = []
        self.whole_only: dict[str, list[tuple[DefinitionId, DefinitionId]]] = {}
        self.helpers: dict[DefinitionId, DefinitionId] = {}

    def run(self) -> TestsGoing:
        for needed in sorted(self.gone):
            for use in uses_of(self.references, needed, self.gone):
                unit = self.code.unit_of(use)
                if unit is not None:
                    self.follow(unit, needed)
        self.absorb_files()
        self.settle_helpers()
        for module, pairs in sorted(self.whole_only.items()):
            for unit, needed in pairs if module not in self.files else ():
                if unit in self.tests:
                    continue
                who = f"the fixture `{unit}`" if self.code.is_fixture(unit) else f"the module body of `{module}`"
                self.block(needed, f"{who} uses it, for more tests than those that would go with it")
        return TestsGoing(self.tests, self.files, tuple(self.blocked))

    def block(self, needed: DefinitionId, reason: str) -> None:
        self.blocked.append((needed, reason))

    def follow(self, unit: DefinitionId, needed: DefinitionId) -> None:
        """Let what uses `needed` go with it, or note why it cannot or when it may."""
        if unit.endswith(":") or (self.code.is_fixture(unit) and unit not in self.references.fixtures):
            self.whole_only.setdefault(unit.partition(":")[0], []).append((unit, needed))
        elif not self.code.is_test(self.code.definitions[unit]):
            self.helpers.setdefault(unit, needed)
        elif unit in self.barred:
            self.block(needed, f"its test `{unit}` cannot go: {self.barred[unit].detail}")
        elif (other := self.code.live_subject(unit, self.gone)) is not None:
            self.block(needed, f"the test `{unit}` uses it to test `{other}`, which stays")
        else:
            self.tests |= {unit, *self.references.within(unit)}

    def settle_helpers(self) -> None:
        """Let what only tests that go have used go with them; block what a helper uses that must stay."""
        usual = [
            one.id
            for module, facts in sorted(self.references.facts.items())
            if facts.in_tests and module not in self.files
            for one in facts.definitions
            if one.kind == "function" and "." not in one.qualified_name and not self.code.is_test(one)
        ]
        waiting = dict.fromkeys((*sorted(self.helpers), *usual)) if self.tests or self.helpers else {}
        while ready := [unit for unit in waiting if self.is_left_over(unit)]:
            for unit in ready:
                del waiting[unit]
                self.tests |= {unit, *self.references.within(unit)}
        for unit, needed in sorted(self.helpers.items()):
            if unit in waiting and unit.partition(":")[0] not in self.files:
                kind = "fixture" if self.code.is_fixture(unit) else "test helper"
                self.block(needed, f"the {kind} `{unit}` uses it, for more tests than those that would go")

    def is_left_over(self, unit: DefinitionId) -> bool:
        """Return whether nothing but tests that go uses a function or fixture of tests."""
        if unit in self.barred or (self.code.is_fixture(unit) and unit not in self.references.fixtures):
            return False
        mine = (unit, *self.references.within(unit))
        users = [use for one in mine for use in self.references.uses.get(one, ()) if not lies_in(use.source, unit)]
        imported = self.references.imported_by.get(unit, frozenset()) - self.files
        return bool(users) and not imported and all(use.source in self.tests for use in users)

    def absorb_files(self) -> None:
        """Take test classes whose tests all go, and test files of which no test stays and nobody needs the rest."""
        for module, facts in sorted(self.references.facts.items()):
            if not facts.in_tests:
                continue
            for found in facts.definitions:
                members = [self.code.definitions[m] for m in self.references.children.get(found.id, ())]
                own_tests = [member for member in members if self.code.is_test(member)]
                if (
                    found.id not in self.barred
                    and found.kind == "class"
                    and own_tests
                    and all(member.id in self.tests for member in own_tests)
                ):
                    self.absorb(found.id, "")
            units = [d for d in facts.definitions if d.kind in ("function", "method", "class") and self.code.is_test(d)]
            gone = units and all(d.id in self.tests for d in units) and not facts.is_package
            if gone and self.absorb(module_id(module), module):
                self.files.add(module)

    def absorb(self, identity: DefinitionId, module: str) -> bool:
        """Take all that is in a class or a module, unless something that stays needs it; return whether it was so."""
        inner = {identity, *self.references.within(identity)}
        if any(self.needed_elsewhere(one, module) for one in inner):
            return False
        self.tests |= inner
        return True

    def needed_elsewhere(self, identity: DefinitionId, module: str) -> bool:
        uses = self.references.uses.get(identity, ())
        if any(use.source.partition(":")[0] != module and use.source not in self.tests for use in uses):
            return True
        imported = self.references.imported_by.get(identity, frozenset()) - {module}
        return bool(imported) or bool(self.references.star_importers.get(module))
