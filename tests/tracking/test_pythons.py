"""The tracker's own tests on each Python that it supports, where this machine has it: those that take no long time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.redis_deployments import redis_binary
from tests.tracking.environments import PYTHONS, ROOT, any_python, kept_environment

TESTS = (
    "asgi", "asgi_surroundings", "component", "confirmed", "counters", "counts", "endings", "file_sink", "minutes",
    "prefork", "switch", "templates", "traffic",
)  # fmt: skip
NEEDS = ("fastapi", "httpx", "hypothesis", "pytest>=8", "redis", "uvicorn")
RUNNING = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.mark.parametrize("version", [version for version in PYTHONS if version != RUNNING])
def test_what_is_tested_here_holds_on_another_python(version: str) -> None:
    python = kept_environment(f"tests-{version}", any_python([version]), *NEEDS)
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/tracking/test_{name}.py" for name in TESTS)],
        cwd=ROOT, env=os.environ | {"PATH": f"{Path(redis_binary()).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout.splitlines()[-1]
