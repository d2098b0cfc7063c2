"""Tests as pytest and unittest find them: functions, classes, fixtures, hooks. None of them is production.

In: facts, the symbol table. Out: entry points. What a test file only defines and no test uses is not one.
"""

from collections.abc import Iterator

from auditor.analysis.outside.pytest_settings import TestNames
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.model.code import Definition, ModuleFacts, module_id
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
_CASES = ("TestCase", "SimpleTestCase", "TransactionTestCase", "AsyncTestCase")


def find(facts: ModuleFacts, symbols: SymbolTable, names: TestNames) -> Iterator[EntryPoint]:
    """Yield the tests of one test file, and the file itself where a runner imports it."""
    if not _DATA.isdisjoint(facts.path.split("/")[:-1]):
        yield from _data(facts)
        return
    collected = facts.path.rpartition("/")[2] in ("conftest.py", "tests.py")
    for definition in facts.definitions:
        kind = _kind(definition, symbols, names)
        if kind is not None:
            collected = True
            why = f"{definition.name} is found by name by the test runner"
            yield EntryPoint(definition.id, kind, False, why, definition.path, definition.line)
    name = facts.path.rpartition("/")[2]
    if collected or name.startswith("test_") or name.endswith("_test.py"):
        yield EntryPoint(
            module_id(facts.module), "test", False, f"{facts.path} is imported by the test runner", facts.path, 1
        )


def _data(facts: ModuleFacts) -> Iterator[EntryPoint]:
    """Yield all of a file that tests read or load as data."""
    for definition in facts.definitions:
        if "." not in definition.qualified_name and definition.kind != "import":
            why = f"{facts.path} is data of the tests"
            yield EntryPoint(definition.id, "test", False, why, definition.path, definition.line)


def _kind(definition: Definition, symbols: SymbolTable, names: TestNames) -> EntryPointKind | None:
    """Return the kind of entry point a definition in a test file is, None where it is none."""
    name, parent = definition.name, definition.parent
    if "<locals>" in definition.qualified_name:
        return None
    if definition.kind == "function":
        if names.is_function(name):
            return "test"
        return "hook" if name in _HOOKS or name.startswith("pytest_") else None
    if definition.kind == "class":
        return "test" if _is_test_class(definition, symbols, names) else None
    if definition.kind in ("method", "property") and parent is not None:
        owner = symbols.by_id.get(parent)
        named = name.startswith(_METHODS) or names.is_function(name)
        if owner is not None and named and _is_run(owner, symbols, names):
            return "test"
    return None


def _is_run(owner: Definition, symbols: SymbolTable, names: TestNames) -> bool:
    """Return whether a class is a test class, or a base of one: its tests are run where they are inherited."""
    if owner.kind == "class" and _is_test_class(owner, symbols, names):
        return True
    return any(_is_test_class(symbols.by_id[one], symbols, names) for one in symbols.subclasses(owner.id))


def _is_test_class(definition: Definition, symbols: SymbolTable, names: TestNames) -> bool:
    if names.is_class(definition.name) or definition.name.startswith("Test") or definition.name.endswith("Test"):
        return True
    bases = symbols.bases(definition.id)
    return any(base.rpartition(".")[2].endswith(_CASES) or base.rpartition(".")[2].startswith("Test") for base in bases)
