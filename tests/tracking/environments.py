"""Pythons on this machine and virtual environments made with uv, for tests that need others than the running one.

Environments are made from PyPI once and kept under `.venv/matrix/`, for a week: a requirement without a version means
the newest release, which must not stay the newest of last year. What cannot be had fails and names what is missing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from uv import find_uv_bin

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".venv" / "matrix"
PYTHONS = ("3.11", "3.12", "3.13")


@cache
def find_python(version: str) -> Path | None:
    """Return an interpreter of a version ("3.12"): the running one, one on the PATH or one of pyenv's; else None."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [getattr(sys, "_base_executable", sys.executable), shutil.which(f"python{version}")]
    candidates += sorted((str(path) for path in pyenv.glob(f"{version}.*/bin/python")), reverse=True)
    for candidate in candidates:
        if candidate and _version(candidate) == version:
            return Path(candidate)
    return None


def any_python(versions: Sequence[str]) -> Path:
    """Return the first of some Pythons that this machine has; skip the test where it has none of them."""
    for version in versions:
        found = find_python(version)
        if found is not None:
            return found
    pytest.skip(f"no Python {' or '.join(versions)} on the PATH or in pyenv")


def new_environment(directory: Path, python: Path, *requirements: str, dependencies: bool = True) -> Path:
    """Make a virtual environment with exactly these requirements; return its interpreter."""
    _uv("venv", "--python", str(python), str(directory), wanted=f"a virtual environment of {python}")
    interpreter = directory / ("Scripts" if os.name == "nt" else "bin") / "python"
    if requirements:
        install(interpreter, *requirements, dependencies=dependencies)
    return interpreter


def install(interpreter: Path, *requirements: str, dependencies: bool = True) -> None:
    """Install into an environment, from PyPI or from files."""
    options = [] if dependencies else ["--no-deps"]
    _uv("pip", "install", "--python", str(interpreter), *options, *requirements, wanted=" ".join(requirements))


def kept_environment(name: str, python: Path, *requirements: str) -> Path:
    """Return the interpreter of an environment that is kept between runs; made where there is none of this week."""
    week = datetime.now(UTC).strftime("%G-%V")
    key = hashlib.sha256(repr((str(python), requirements)).encode()).hexdigest()[:8]
    directory = KEPT / f"{name}-{key}-{week}"
    if not directory.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        making = KEPT / f".{directory.name}-{os.getpid()}"
        try:
            new_environment(making, python, *requirements)
            for old in set(KEPT.glob(f"{name}-{key}-*")) - {directory}:
                shutil.rmtree(old, ignore_errors=True)
            with suppress(OSError):  # another run was faster
                making.rename(directory)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return directory / ("Scripts" if os.name == "nt" else "bin") / "python"


def _version(python: str) -> str:
    done = subprocess.run(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout.strip()


def _uv(*arguments: str, wanted: str) -> None:
    done = subprocess.run(
        [find_uv_bin(), "--no-progress", "--no-python-downloads", *arguments],
        capture_output=True, text=True, timeout=300, check=False, cwd="/",
    )  # fmt: skip
    if done.returncode:
        pytest.fail(f"cannot be had: {wanted} (is PyPI reachable?)\n{done.stderr}", pytrace=False)
