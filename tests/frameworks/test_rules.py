"""The rules as data: complete, unambiguous, importing no framework."""

import subprocess
import sys
from pathlib import Path

import auditor.frameworks
from auditor.analysis.routing.followed import MODELS
from auditor.frameworks import RULES

FRAMEWORKS = ("fastapi", "starlette", "flask", "django", "celery", "click", "typer", "pytest", "sqlalchemy", "pydantic")


def test_names_are_unique_and_every_rule_says_something() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
    for rule in RULES:
        assert rule.enablers
        assert rule.decorators or rule.base_classes or rule.module_names or rule.calls


def test_every_file_is_registered() -> None:
    directory = Path(auditor.frameworks.__file__).parent
    files = {path.stem for path in directory.glob("*.py") if "\nRULE" in path.read_text()} - {"__init__"}
    text = (directory / "__init__.py").read_text()
    assert {name for name in files if f"{name}.RULE" not in text} == set()


def test_route_builders_are_known() -> None:
    assert {rule.routes for rule in RULES if rule.routes} == {"django", *MODELS}


def test_calls_are_last_name_parts() -> None:
    assert [name for rule in RULES for name in rule.calls if "." in name] == []


def test_no_framework_is_imported() -> None:
    code = f"import sys, auditor.frameworks; print([name for name in {FRAMEWORKS!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
