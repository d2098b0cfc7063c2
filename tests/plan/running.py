"""What a tree of source text does, from memory, in an interpreter of its own. Run as a program: JSON lines in and out.

In: `{"files": {path: text}, "modules": [...]}`. Out: what `main()` returned, which modules are loaded then, which of
`modules` do not import, and which tests fail, each with the error.
"""

import importlib
import importlib.abc
import importlib.util
import inspect
import json
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any


class Runner:
    """An interpreter that is asked about one tree after the other."""

    def __init__(self) -> None:
        self.running = subprocess.Popen(
            [sys.executable, "-W", "ignore", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, files: Mapping[str, str], modules: Sequence[str]) -> dict[str, Any]:
        """Run `main()` and the tests of a tree, import `modules`."""
        assert self.running.stdin is not None and self.running.stdout is not None
        self.running.stdin.write(json.dumps({"files": dict(files), "modules": list(modules)}) + "\n")
        self.running.stdin.flush()
        found: dict[str, Any] = json.loads(self.running.stdout.readline())
        return found

    def close(self) -> None:
        assert self.running.stdin is not None and self.running.stdout is not None
        self.running.stdin.close()
        self.running.wait()
        self.running.stdout.close()


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def find_spec(self, name: str, path: object, target: object = None) -> Any:
        stem = name.replace(".", "/")
        for place, package in ((f"{stem}/__init__.py", True), (f"{stem}.py", False)):
            if place in self.files:
                spec = importlib.util.spec_from_loader(name, self, origin=place, is_package=package)
                if spec is not None:
                    spec.has_location = True
                return spec
        if any(place.startswith(f"{stem}/") for place in self.files):
            return importlib.util.spec_from_loader(name, self, origin="", is_package=True)
        return None

    def exec_module(self, module: ModuleType) -> None:
        origin = module.__spec__.origin if module.__spec__ else ""
        if origin:
            exec(compile(self.files[origin], origin, "exec", dont_inherit=True), module.__dict__)


def _forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in ("zapp", "zextra", "zmain", "ztests")]:
        del sys.modules[name]


def _tried(call: Any, *args: Any) -> tuple[Any, str]:
    try:
        return call(*args), ""
    except BaseException:  # noqa: BLE001  # whatever a drawn program does is an answer
        return None, traceback.format_exc(limit=-3)


def _function(fixture: Any) -> Any:
    return getattr(fixture, "_fixture_function", None) or getattr(fixture, "__pytest_wrapped__", None).obj


def _run_test(test: Any, module: ModuleType, conftest: ModuleType | None) -> None:
    def value(name: str) -> Any:
        fixture = getattr(module, name, None) or getattr(conftest, name)
        function = _function(fixture)
        return function(*[value(one) for one in inspect.signature(function).parameters])

    test(*[value(one) for one in inspect.signature(test).parameters])


def _tests(files: Mapping[str, str]) -> dict[str, str]:
    failed: dict[str, str] = {}
    conftest, problem = (
        _tried(importlib.import_module, "ztests.conftest") if "ztests/conftest.py" in files else (None, "")
    )
    if problem:
        failed["ztests.conftest"] = problem
    for path in sorted(files):
        if not path.startswith("ztests/test_"):
            continue
        name = path.removesuffix(".py").replace("/", ".")
        module, problem = _tried(importlib.import_module, name)
        if problem:
            failed[name] = problem
            continue
        found = [(key, one) for key, one in vars(module).items() if key.startswith("test_")]
        for key, one in vars(module).items():
            if key.startswith("Test"):
                found += [(f"{key}.{n}", getattr(one(), n)) for n in vars(one) if n.startswith("test_")]
        for key, one in found:
            _, problem = _tried(_run_test, one, module, conftest)
            if problem:
                failed[f"{name}.{key}"] = problem
    return failed


def _answer(files: Mapping[str, str], modules: Sequence[str]) -> dict[str, Any]:
    finder = _Finder(files)
    sys.meta_path.insert(0, finder)
    try:
        _forget()
        main, problem = _tried(importlib.import_module, "zmain")
        said, more = _tried(lambda: main.main()) if main is not None else (None, "")
        loaded = sorted(name for name in sys.modules if name.partition(".")[0] in ("zapp", "zextra"))
        broken = {}
        for name in modules:
            _forget()
            _, failure = _tried(importlib.import_module, name)
            if failure and "partially initialized" not in failure:
                broken[name] = failure
        _forget()
        return {"said": said, "problem": problem or more, "loaded": loaded, "broken": broken, "tests": _tests(files)}
    finally:
        sys.meta_path.remove(finder)


if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(_answer(asked["files"], asked["modules"])) + "\n")
        sys.stdout.flush()
