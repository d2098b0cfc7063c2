"""The same keys, handlers and statuses on every supported version of every framework.

A scenario (`scenario_NAME.py`) runs in an environment of its own, which holds the framework and nothing else: the
tracker comes from the source tree. It prints what was found and what was to be found. To add a framework, write its
scenario and name its versions here; to add a version, name it here.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.tracking.environments import PYTHONS, ROOT, any_python, kept_environment

NEWEST_FIRST = tuple(reversed(PYTHONS))


class Version(NamedTuple):
    """A framework's version: what it needs, and on which Python it runs, the first that this machine has."""

    framework: str
    name: str
    requirements: tuple[str, ...]
    pythons: tuple[str, ...] = NEWEST_FIRST


MATRIX = (
    Version("celery", "5.3", ("celery[redis]==5.3.0", "packaging"), PYTHONS),  # does not name it
    Version("celery", "newest", ("celery[redis]",)),
    Version("click", "8.1", ("click==8.1.0",), PYTHONS),
    Version("click", "newest", ("click",)),
    Version("django", "4.2", ("django==4.2.*", "djangorestframework==3.15.*"), PYTHONS),
    Version("django", "5.2", ("django==5.2.*", "djangorestframework")),
    Version("django", "newest", ("django", "djangorestframework")),
    Version("django_asgi", "4.2", ("django==4.2.*",), PYTHONS),
    Version("django_asgi", "newest", ("django",), ("3.13", "3.12")),  # no longer for 3.11
    Version("fastapi", "0.115", ("fastapi==0.115.0", "starlette==0.37.2"), PYTHONS),
    Version("fastapi", "0.136", ("fastapi==0.136.*",), PYTHONS),  # the last that flattens included routers
    Version("fastapi", "0.137", ("fastapi==0.137.0",), ("3.12", *NEWEST_FIRST)),  # the first that keeps them as one
    Version("fastapi", "newest", ("fastapi",)),
    Version("flask", "2.2", ("flask==2.2.5", "werkzeug==2.2.3"), PYTHONS),
    Version("flask", "3.0", ("flask==3.0.*", "werkzeug==3.0.*")),
    Version("flask", "newest", ("flask",)),
    Version("starlette", "0.37", ("starlette==0.37.2",), PYTHONS),
    Version("starlette", "0.52", ("starlette==0.52.*",), ("3.12", *NEWEST_FIRST)),  # the last before 1.0
    Version("starlette", "newest", ("starlette",)),
    Version("litestar", "2.8", ("litestar==2.8.*", "sniffio")),  # forgets to name it
    Version("litestar", "newest", ("litestar",)),
    Version("quart", "newest", ("quart",)),
    Version("redis", "4.6", ("redis==4.6.*", "starlette"), PYTHONS),  # what comes with Celery 5.3
    Version("redis", "5.0", ("redis==5.0.0", "starlette")),
    Version("redis", "7", ("redis==7.*", "starlette"), ("3.12", *NEWEST_FIRST)),  # the last that tries once
    Version("redis", "newest", ("redis", "starlette")),
    Version("typer", "0.12", ("typer==0.12.0", "click==8.1.*"), PYTHONS),
    Version("typer", "newest", ("typer",)),  # carries a Click of its own
)


@pytest.mark.parametrize("version", MATRIX, ids=lambda v: f"{v.framework}-{v.name}")
def test_a_framework_is_recorded_alike_on_every_version(version: Version, tmp_path: Path, redis_url: str) -> None:
    name = f"{version.framework}-{version.name}"
    python = kept_environment(name, any_python(version.pythons), *version.requirements)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [python, Path(__file__).parent / f"scenario_{version.framework}.py", tmp_path],
        env=environment | {"AUDITOR_APP": "shop", "AUDITOR_SINK": f"file://{tmp_path}", "AUDITOR_REDIS_URL": redis_url},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["expected"]
    assert answer["found"] == answer["expected"]
    assert "auditor:" not in done.stderr, "the tracker complained"


def test_every_scenario_is_in_the_matrix() -> None:
    scenarios = {path.stem.removeprefix("scenario_") for path in Path(__file__).parent.glob("scenario_*.py")}
    assert scenarios == {version.framework for version in MATRIX}
