"""Tests as pytest and unittest find them: functions, classes, fixtures, hooks. None of them is production.

In: facts, the symbol table. Out: entry points. What a test file only defines and no test uses is not one.
"""

from collections.abc import Iterable, Iterator

from auditor.analysis.outside.pytest_settings import TestNames, named_like
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.model.code import Definition, DefinitionId, ModuleFacts, module_id
from auditor.model.framework import EntryPointKind
from auditor.model.graph import EntryPoint

_HOOKS = (
    "setup_module", "teardown_module", "setup_function", "teardown_function", "setUpModule", "tearDownModule",
    "load_tests", "setup", "teardown",
)  # fmt: skip
_METHODS = (
    "test", "setup_", "teardown_", "setUp", "tearDown", "asyncSetUp", "asyncTearDown", "setup", "teardown", "runTest",
)  # fmt: skip
_DATA = frozenset({"testdata", "test_data", "test_apps", "fixtures", "assets", "resources", "type_check"})
"""Directories of files that tests read, load or let a type checker look at."""
_CALLED = frozenset({"function", "class", "method", "property"})
_CASES = ("TestCase", "SimpleTestCase", "TransactionTestCase", "AsyncTestCase")


def find(every: Iterable[ModuleFacts], symbols: SymbolTable, names: TestNames) -> Iterator[EntryPoint]:
    """Yield the tests in all test files, and the files themselves where a runner imports them."""
    runner = _Runner(symbols, names)
    for facts in every:
        if not facts.in_tests:
            continue
        if _DATA.isdisjoint(facts.path.split("/")[:-1]):
            yield from _collected(facts, runner)
        else:
            yield from _data(facts)


def _collected(facts: ModuleFacts, runner: "_Runner") -> Iterator[EntryPoint]:
    """Yield the tests of one test file, and the file itself where a runner imports it."""
    file_name = facts.path.rpartition("/")[2]
    collected = file_name in ("conftest.py", "tests.py")
    for definition in facts.definitions:
        kind = runner.kind(definition)
        if kind is not None:
            collected = True
            why = f"{definition.name} is found by name by the test runner"
            yield EntryPoint(definition.id, kind, False, why, definition.path, definition.line)
    if collected or file_name.startswith("test_") or file_name.endswith("_test.py"):
        yield EntryPoint(
            module_id(facts.module), "test", False, f"{facts.path} is imported by the test runner", facts.path, 1
        )


def _data(facts: ModuleFacts) -> Iterator[EntryPoint]:
    """Yield all of a file that tests read or load as data."""
    for definition in facts.definitions:
        if "." not in definition.qualified_name and definition.kind != "import":
            why = f"{facts.path} is data of the tests"
            yield EntryPoint(definition.id, "test", False, why, definition.path, definition.line)


class _Runner:
    """What a test runner takes for a test. Answers about classes are remembered: each of their methods asks."""

    def __init__(self, symbols: SymbolTable, names: TestNames) -> None:
        self.symbols = symbols
        self.is_function = named_like(names.functions)
        self._is_class_name = named_like(names.classes)
        self._test_classes: dict[DefinitionId, bool] = {}
        self._run: dict[DefinitionId, bool] = {}

    def kind(self, definition: Definition) -> EntryPointKind | None:
        """Return the kind of entry point a definition in a test file is, None where it is none."""
        if definition.kind not in _CALLED:
            return None
        qualified = definition.id.partition(":")[2]
        name = qualified.rpartition(".")[2]
        if "<locals>" in qualified:
            return None
        if definition.kind == "function":
            if self.is_function(name):
                return "test"
            return "hook" if name in _HOOKS or name.startswith("pytest_") else None
        if definition.kind == "class":
            return "test" if self._is_test_class(definition) else None
        if name.startswith(_METHODS) or self.is_function(name):
            owner = self.symbols.by_id.get(definition.parent or "")
            return "test" if owner is not None and self._is_run(owner) else None
        return None

    def _is_run(self, owner: Definition) -> bool:
        """Return whether a class is a test class, or a base of one: its tests are run where they are inherited."""
        known = self._run.get(owner.id)
        if known is None:
            by_id = self.symbols.by_id
            known = self._run[owner.id] = (owner.kind == "class" and self._is_test_class(owner)) or any(
                self._is_test_class(by_id[one]) for one in self.symbols.subclasses(owner.id)
            )
        return known

    def _is_test_class(self, definition: Definition) -> bool:
        known = self._test_classes.get(definition.id)
        if known is None:
            name = definition.name
            known = self._test_classes[definition.id] = (
                self._is_class_name(name) or name.startswith("Test") or name.endswith("Test")
                or any(_is_case(base.rpartition(".")[2]) for base in self.symbols.bases(definition.id))
            )  # fmt: skip
        return known


def _is_case(base: str) -> bool:
    return base.endswith(_CASES) or base.startswith("Test")
