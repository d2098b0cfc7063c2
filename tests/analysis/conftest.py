"""Fixtures of the analysis tests: facts of sample projects and of source given as text."""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path

import pytest

from auditor.analysis.extraction.extract import extract
from auditor.frameworks import RULES
from auditor.model.code import ModuleFacts, SourceFile

PROJECTS = Path(__file__).parent.parent / "projects"
CALLS = frozenset(name for rule in RULES for name in rule.calls)

FactsOf = Callable[[Mapping[str, str]], tuple[ModuleFacts, ...]]


def facts_of(files: Mapping[str, str]) -> tuple[ModuleFacts, ...]:
    """Return the facts of files given as path -> text; the import root is the top."""
    facts = []
    for path, text in sorted(files.items()):
        parts = path.removesuffix(".py").split("/")
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        in_tests = parts[0] == "tests" or parts[-1].startswith("test_") or parts[-1] == "conftest"
        source = text.encode()
        file = SourceFile(path, module, is_package, in_tests, blake2b(source).hexdigest())
        facts.append(extract(source, file, CALLS, opinions=False))
    return tuple(facts)


@pytest.fixture
def facts_from() -> FactsOf:
    """Return a function from path -> text to facts."""
    return facts_of


@pytest.fixture
def project_facts() -> Callable[[str], tuple[ModuleFacts, ...]]:
    """Return a function from a sample project's name to its facts."""

    def load(name: str) -> tuple[ModuleFacts, ...]:
        root = PROJECTS / name
        return facts_of({path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*.py")})

    return load
