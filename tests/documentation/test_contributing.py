"""The worked examples of CONTRIBUTING do what they say: each is followed, block by block, in a copy of the package."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documentation.pages import REPOSITORY, blocks, name_of, run
from tests.documentation.shell import shell_environment

EXAMPLES = [REPOSITORY / "docs/contributing" / f"{name}.md" for name in ("framework", "source", "renderer")]
_COPIED = ("auditor", "tests/analysis", "tests/report", "tests/projects")


def _copy(directory: Path) -> Path:
    for name in _COPIED:
        shutil.copytree(REPOSITORY / name, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
    (directory / "tests/usage").mkdir()
    for name in ("pyproject.toml", "tests/conftest.py", "tests/redis_deployments.py"):
        shutil.copy(REPOSITORY / name, directory / name)
    return directory


@pytest.mark.parametrize("page", EXAMPLES, ids=name_of)
def test_a_worked_example_works(page: Path, tmp_path: Path) -> None:
    copy = _copy(tmp_path / "auditor")
    environment = shell_environment(tmp_path / "home") | {"PYTHONPATH": str(copy)}
    run(page, copy, environment)
    _insist_on_the_rules_of_the_code(page, copy)


def _insist_on_the_rules_of_the_code(page: Path, copy: Path) -> None:
    written = sorted({block.title for block in blocks(page) if block.title.startswith(("auditor/", "tests/"))})
    done = subprocess.run(
        [Path(sys.executable).with_name("ruff"), "check", "--quiet", *written],
        cwd=copy, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
