"""What the command line's tests share: the command as a process, and small projects for it."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

MAIN = """\
from fastapi import FastAPI

app = FastAPI()


@app.get("/users/{user_id}")
def show_user(user_id: int):
    return helper(user_id)


def helper(user_id):
    return user_id


def forgotten():
    return 1
"""


@pytest.fixture
def auditor() -> Run:
    """Run `auditor ARGUMENTS` as a process in a directory, its output as text."""

    def run(*arguments: str, cwd: Path, env: Mapping[str, str] = {}) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "auditor", *arguments], cwd=cwd, env={**os.environ, **env}, capture_output=True,
            encoding="utf-8", errors="surrogateescape", timeout=60, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    return run


def git(directory: Path, *arguments: str) -> str:
    """Run git and return what it printed."""
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *identity, *arguments], cwd=directory, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return a repository with one commit: an application with a route, what it calls, and a function nothing calls."""
    root = tmp_path / "shop"
    root.mkdir()
    (root / "main.py").write_text(MAIN, "utf-8")
    (root / "pyproject.toml").write_text('[tool.auditor]\napp = "shop"\n', "utf-8")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Open the shop")
    return root


@pytest.fixture(scope="session")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project of three real packages: enough source to be read by several processes."""
    root = tmp_path_factory.mktemp("several")
    for name in ("werkzeug", "jinja2", "click"):
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.origin is not None
        shutil.copytree(Path(found.origin).parent, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    return root
