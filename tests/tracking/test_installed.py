"""What production installs: the wheel without its dependencies, beside redis or beside nothing, on every Python.

Programs run in virtual environments that hold nothing else, by interpreters that see nothing of this tree.
"""

import statistics
import subprocess
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.tracking.environments import PYTHONS, ROOT, any_python, install, new_environment

MODULES = sorted(f"auditor.tracking.{path.stem}" for path in (ROOT / "auditor" / "tracking").glob("[!_]*.py"))
USED = {
    "atexit", "collections", "contextlib", "copyreg", "datetime", "enum", "functools", "itertools", "keyword",
    "linecache", "logging", "math", "operator", "re", "reprlib", "string", "textwrap", "threading", "token", "tokenize",
    "traceback", "types", "typing", "warnings", "weakref",
}  # fmt: skip
"""Modules of the standard library that all hooks load where nothing else has loaded them."""

USE = """
from auditor.tracking import component, shared
from auditor.tracking.asgi import UsageMiddleware

class Route:
    path, methods = "/users/{id}", {"GET"}

    def endpoint():
        pass

class Application:
    routes = [Route()]

    async def __call__(self, scope, receive, send):
        scope["endpoint"] = Route.endpoint
        await send({"type": "http.response.start", "status": 200, "headers": []})

async def swallow(message):
    pass

@component("bill-\\u00e4")
def export():
    return 1

tracked = UsageMiddleware(Application(), app_name="shop", sink=sink, version="v1")
for number in range(3):
    request = tracked({"type": "http", "method": "GET", "path": f"/users/{number}", "headers": []}, None, swallow)
    try:
        request.send(None)  # as an event loop would
    except StopIteration:
        export()
shared.close_all()
"""
"""An application with one route and one component: three uses of each into `sink`."""

STRANGERS = """
import sys
names = {name.partition(".")[0] for name in sys.modules} - {"auditor", "__main__", "sitecustomize", "usercustomize"}
strange = sorted(name for name in names - set(sys.stdlib_module_names) if not name.startswith("_"))
assert not strange, strange
"""
"""Fails where a module was loaded that is neither Python's nor ours."""


class Installed:
    """An environment with the wheel, beside nothing or beside redis."""

    def __init__(self, python: Path, beside: str) -> None:
        self.python = python
        self.beside = beside
        (self.site,) = (python.parent.parent / "lib").glob("python*/site-packages")

    def run(self, code: str, *options: str, **environment: str) -> str:
        """Return what a program prints; it must end well and say nothing else."""
        done = subprocess.run(
            [self.python, *(options or ["-I"]), "-c", code],
            env=environment, cwd="/", capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def cost(self, *modules: str) -> list[float]:
        """Return the CPU seconds that importing each module takes after those before it; medians of some runs."""
        timed = "; ".join(f"t = clock(); import {module}; print(clock() - t)" for module in modules)
        code = f"from time import process_time as clock; {timed}"
        self.run(code)  # compiles
        runs = [[float(line) for line in self.run(code).splitlines()] for _ in range(3)]
        return [statistics.median(times) for times in zip(*runs, strict=True)]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from hatchling.builders.wheel import WheelBuilder

    (built,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    return Path(built)


@pytest.fixture(scope="session")
def install_beside(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Installed]:
    """Return environments by Python and what stands beside the wheel, each made once."""

    @cache
    def make(version: str, beside: str) -> Installed:
        requirements = ["redis"] if beside == "redis" else []
        python = new_environment(tmp_path_factory.mktemp("alone") / "here", any_python([version]), *requirements)
        install(python, str(wheel), dependencies=False)
        return Installed(python, beside)

    return make


EACH = [pytest.param((v, beside), id=f"{v}-{beside}") for v in PYTHONS for beside in ("nothing", "redis")]


@pytest.fixture(params=EACH)
def installed(request: pytest.FixtureRequest, install_beside: Any) -> Installed:
    return install_beside(*request.param)


@pytest.fixture(params=PYTHONS)
def alone(request: pytest.FixtureRequest, install_beside: Any) -> Installed:
    return install_beside(request.param, "nothing")


def counted(records: list[dict[str, Any]], kind: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    for record in records:
        for fields in record.get(kind, {}).values():
            found.update(fields)
    return dict(found)


def test_it_counts_into_files(installed: Installed, tmp_path: Path, records: Any) -> None:
    installed.run(f"sink = 'file://{tmp_path}'\n{USE}\n{STRANGERS}\nassert 'redis' not in sys.modules")
    assert counted(records(tmp_path), "calls") == {"GET /users/{id} 2xx": 3}
    assert counted(records(tmp_path), "components") == {"bill-ä": 3}


def test_it_counts_into_redis_and_without_the_client_says_so(installed: Installed, redis_url: str) -> None:
    if installed.beside == "nothing":
        code = f"sink = '{redis_url}'\n{USE}\n{STRANGERS}"
        code = f"import logging, sys; logging.basicConfig(stream=sys.stdout)\n{code}"
        assert installed.run(code).count("the Redis client cannot be imported") == 1
        return
    installed.run(f"sink = '{redis_url}'\n{USE}")
    client = redis.Redis.from_url(redis_url, decode_responses=True)
    found = {name: count for key in client.keys("*:calls:*") for name, count in dict(client.hgetall(key)).items()}
    client.close()
    assert found == {"GET /users/{id} 2xx": "3"}


def test_every_module_loads_without_its_framework_or_client(installed: Installed) -> None:
    missing = [module for module in MODULES if module != "auditor.tracking.redis_sink"]
    installed.run(f"import {', '.join(missing)}\n{STRANGERS}")


LOADED = "import sys; before = set(sys.modules)\nimport auditor.tracking.{}\nprint(*(set(sys.modules) - before))"
INSPECTING = {"ast", "dis", "importlib", "inspect", "opcode"}
FILES = {"errno", "fnmatch", "gc", "glob", "grp", "ipaddress", "ntpath", "pathlib", "pwd", "urllib"}
HOOKS = {
    "asgi": set(), "celery": set(), "click": INSPECTING, "django": {"zlib"}, "functions": FILES, "wsgi": {"zlib"},
}  # fmt: skip
"""What one hook or the other loads besides `USED`."""


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_loads_few_modules_of_the_standard_library(alone: Installed, hook: str) -> None:
    loaded = alone.run(LOADED.format(hook)).split()
    tops = {name for name in (full.partition(".")[0] for full in loaded) if not name.startswith("_")}
    assert tops - {"auditor"} <= USED | HOOKS[hook]


def test_it_costs_little_to_import(installed: Installed) -> None:
    ours = "auditor.tracking.asgi"
    if installed.beside == "redis":
        client, tracker = installed.cost("redis", ours)
        assert tracker < client / 5
    else:
        assert installed.cost(ours)[0] < installed.cost("asyncio")[0]


NO_FORK = "import os\nfor name in ('fork', 'register_at_fork', 'uname', 'O_CLOEXEC'): delattr(os, name)\n"
NO_SIGNAL = "import sys\nsys.modules['signal'] = None\n"


@pytest.mark.parametrize(
    ("prelude", "options"),
    [
        ("", ["-I", "-OO"]),
        ("", ["-I", "-B", "-W", "error"]),
        ("", ["-I", "-X", "utf8=0"]),
        (NO_FORK, ["-I"]),
        (NO_SIGNAL, ["-I"]),
        ("import sys; sys.path.insert(0, 'SITE')\n", ["-I", "-S"]),
        ("import sys; sys.path.insert(0, 'WHEEL')\n", ["-I", "-S"]),
    ],
    ids=["optimised", "warnings", "ascii", "no-fork", "no-signal", "no-site", "zip"],
)
def test_it_counts_in_odd_interpreters(
    alone: Installed, prelude: str, options: list[str], wheel: Path, tmp_path: Path, records: Any
) -> None:
    start = prelude.replace("SITE", str(alone.site)).replace("WHEEL", str(wheel))
    end = "import auditor\nprint(auditor.__file__)"
    printed = alone.run(f"{start}sink = 'file://{tmp_path}'\n{USE}\n{end}", *options, LC_ALL="C")
    assert printed.startswith(str(wheel if "WHEEL" in prelude else alone.site))
    assert counted(records(tmp_path), "components") == {"bill-ä": 3}
