"""The architecture is a test: import contracts, sizes, lightness, documentation, what the wheel holds."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SOURCES = [p for p in sorted((ROOT / "auditor").rglob("*.py")) if "demo/project" not in p.as_posix()]
MOST_LINES = 350


def test_import_contracts_hold() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_modules_stay_small(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= MOST_LINES, f"{path.name} has {lines} lines; split it by responsibility"


def test_no_module_is_named_for_nothing() -> None:
    forbidden = {"utils", "util", "helpers", "common", "manager", "misc", "data", "info"}
    assert not [p for p in SOURCES if p.stem in forbidden]


HEAVY = ("duckdb", "sqlalchemy", "alembic", "libcst", "vulture", "redis", "jinja2", "rustworkx", "starlette")


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; sys.argv = ['auditor', '--help']\n"
        "from auditor.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Commands:" in done.stdout


def commands() -> list[str]:
    from auditor.cli.program import COMMANDS

    return list(COMMANDS)


@pytest.mark.parametrize("name", commands())
def test_every_command_has_help_with_an_example_and_is_documented(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "auditor", name, "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"auditor {name}" in done.stdout.partition("Example:")[2]
    assert re.search(rf"`auditor {name}\b", (ROOT / "README.md").read_text("utf-8"))


def test_the_wheel_holds_what_is_not_python(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder

    (built,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    names = zipfile.ZipFile(built).namelist()
    for wanted in (
        "auditor/report/templates/",
        "auditor/ledger/migrations/versions/",
        "auditor/demo/project/pyproject.toml",
        "auditor/demo/project/gitignore",
        "auditor/tracking/browser/src/index.ts",
        "auditor/tracking/browser/lib/index.js",
        "auditor/tracking/browser/lib/index.d.ts",
        "auditor/tracking/browser/lib/react.js",
        "auditor/tracking/browser/package.json",
    ):
        assert any(name.startswith(wanted) for name in names), wanted
    assert not [name for name in names if "__pycache__" in name]
