"""Test code: which test a use belongs to, and what a test is about.

In: `Analysis`, `ReferenceIndex`. Out: answers about single definitions and uses. Never decides what goes.
"""

from collections.abc import Set as AbstractSet

from auditor.model.code import Definition, DefinitionId, module_id
from auditor.model.graph import Analysis
from auditor.plan.references import ReferenceIndex, Use

_CALLED = ("function", "method", "property")
_SET_UPS = ("setUp", "tearDown", "setup", "teardown", "asyncSetUp", "asyncTearDown")
"""How names of methods start that are run around each test of their class."""


class TestCode:
    """The test side of a program, looked up once."""

    def __init__(self, analysis: Analysis, references: ReferenceIndex) -> None:
        self.edges = analysis.graph.edges
        self.definitions = analysis.graph.definitions
        self.references = references
        self.kinds: dict[DefinitionId, set[str]] = {}
        for entry in analysis.entry_points:
            if not entry.production:
                self.kinds.setdefault(entry.definition, set()).add(entry.kind)

    def unit_of(self, use: Use) -> DefinitionId | None:
        """Return what of a test file would have to go so that a use goes; None for uses outside of tests."""
        found = self.definitions.get(use.source)
        module = use.source.partition(":")[0]
        facts = self.references.facts.get(module)
        if not (found.in_tests if found else facts is not None and facts.in_tests):
            return None
        if found is not None and found.kind == "module":
            found = self.spanning(module, use.line)
        if found is None:
            return module_id(module)
        while (parent := self.definitions.get(found.parent or "")) is not None and parent.kind in (
            "function",
            "method",
        ):
            found = parent
        return found.id

    def spanning(self, module: str, line: int) -> Definition | None:
        """Return the outermost function or class of a module that `line` (a decorator's, a default's) belongs to."""
        for first, last, identity in self.references.spans.get(module, ()):
            if first <= line <= last:
                return self.definitions.get(identity)
        return None

    def live_subject(self, unit: DefinitionId, gone: AbstractSet[DefinitionId]) -> DefinitionId | None:
        """Return production code that stays and that a test calls too, itself or by functions of the tests.

        Classes and constants are mere material, and so are the members that Python itself calls.
        """
        seen: set[DefinitionId] = set()
        queue = [unit]
        while queue:
            current = queue.pop()
            for one in (current, *self.references.within(current)):
                for edge in self.edges.get(one, ()) if one not in seen else ():
                    found = self.definitions.get(edge.target)
                    if found is None or found.kind not in _CALLED or found.id in gone or edge.kind == "contains":
                        continue
                    if found.in_tests:
                        queue.append(found.id)
                    elif not found.name.startswith("__"):
                        return found.id
                seen.add(one)
        return None

    def is_test(self, definition: Definition) -> bool:
        """Return whether a definition is a test, or a class of tests."""
        if definition.kind == "class":
            members = (self.definitions[m] for m in self.references.children.get(definition.id, ()))
            return any(member.kind != "class" and self.is_test(member) for member in members)
        if definition.kind not in ("function", "method") or definition.name.startswith(_SET_UPS):
            return False
        return "test" in self.kinds.get(definition.id, ()) or definition.name.startswith("test")

    def is_fixture(self, identity: DefinitionId) -> bool:
        """Return whether the test runner calls it for tests that do not name it."""
        kinds = self.kinds.get(identity, set()) if not identity.endswith(":") else set()
        return bool(kinds - {"test"}) or (bool(kinds) and self.definitions[identity].name.startswith(_SET_UPS))
