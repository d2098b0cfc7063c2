"""What the project's own files declare, and whether it is an application or a library.

In: a directory (or a function that reads a path, so that a commit can be analysed without a checkout) and the
configuration. Out: `ProjectMetadata`. Never runs or imports anything of the audited project.

An application ends at its entry points. A library's users are not in the tree, so its public API is one as well; where
it is not certain which of the two a project is, it counts as a library, because that can only keep code alive.
"""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Literal

import msgspec

from auditor.analysis import pytest_settings
from auditor.analysis.project_files import (
    RUN_GROUP,
    SERVED_GROUP,
    Declared,
    FileFacts,
    read_operations_file,
    read_pyproject,
    read_setup_cfg,
    read_setup_py,
)
from auditor.analysis.pytest_settings import TestNames
from auditor.config import AuditConfig
from auditor.model.code import Problem

_READERS: dict[str, Callable[[str, str], FileFacts]] = {
    "pyproject.toml": read_pyproject,
    "setup.cfg": read_setup_cfg,
    "setup.py": read_setup_py,
}
_OPERATIONS = re.compile(
    r"(?:^|/)(?:Procfile[\w.-]*|(?:[\w-]+\.)?Dockerfile[\w.-]*|(?:docker-)?compose[\w.-]*\.ya?ml|supervisord?\.conf|"
    r"fly\.toml|render\.yaml|app\.ya?ml|Makefile|justfile|tox\.ini|pytest\.ini|[\w-]+\.service|entrypoint\.sh|start[\w-]*\.sh|run[\w-]*\.sh|"
    r"crontab)$|^\.github/workflows/[^/]+\.ya?ml$"
)
_APP_FILES = re.compile(r"(?:^|/)(?:main|app|api|server|wsgi|asgi|application|celery|celery_app|factory|__main__)\.py$")
_APP = re.compile(
    rb"^\w+\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(?:FastAPI|Flask|Starlette|Celery|Litestar|get_[wa]sgi_application)\(", re.M
)
_ASIDE = re.compile(r"(?:^|/)(?:tests?|docs?(?:_src)?|examples?|samples?|benchmarks?|t|tutorials?)/")
_LIBRARY_CLASSIFIERS = ("Topic :: Software Development :: Libraries", "Framework :: ")
_PUBLIC = re.compile(rb"^__all__\s*(?::[^=\n]+)?\+?=\s*[\[(]\s*(?:#[^\n]*\s*)*[\"'](?!_)", re.M)
_MAX_APP_FILES = 60
_MAX_DEPTH = 6
_SKIPPED = {"node_modules", "__pycache__", "site-packages", "venv", "env", "build", "dist"}

ReadFile = Callable[[str], bytes | None]


class ProjectMetadata(msgspec.Struct, frozen=True):
    """What the project files say.

    `declared` holds every script, plugin, served app and run module, sorted by path and line. `kind` is how the project
    is judged and `why` says so in one sentence. `distribution` is the packaged name, `""` if nothing is packaged.
    `test_names` is what pytest is told.
    """

    kind: Literal["application", "library"]
    why: str
    distribution: str = ""
    declared: tuple[Declared, ...] = ()
    problems: tuple[Problem, ...] = ()
    test_names: TestNames = TestNames()

    @property
    def scripts(self) -> tuple[Declared, ...]:
        """Console and GUI scripts."""
        return tuple(one for one in self.declared if one.group in ("console_scripts", "gui_scripts"))

    @property
    def served(self) -> tuple[Declared, ...]:
        """Application objects that a Procfile, Dockerfile or the like serves."""
        return tuple(one for one in self.declared if one.group == SERVED_GROUP)


def read(root: Path, config: AuditConfig) -> ProjectMetadata:
    """Read the project files below `root`."""

    def read_file(path: str) -> bytes | None:
        try:
            return (root / path).read_bytes()
        except OSError:
            return None

    return read_from(read_file, _walk(root), config)


def read_from(read_file: ReadFile, paths: Iterable[str], config: AuditConfig) -> ProjectMetadata:
    """Read the project files among `paths` (relative to the root, with `/`) through `read_file`."""
    known = sorted(set(paths))
    facts = [_read_one(read_file, path) for path in known if _is_project_file(path)]
    modules = _Modules(known)
    declared = sorted(
        {
            one
            for fact in facts
            for one in fact.declared
            if one.group not in (SERVED_GROUP, RUN_GROUP) or modules.has(one)
        },
        key=lambda one: (one.path, one.line, one.group, one.name, one.target),
    )
    distribution = next((fact.distribution for fact in facts if fact.distribution), "")
    kind, why = _kind(read_file, known, config, facts, declared, distribution)
    problems = tuple(problem for fact in facts for problem in fact.problems)
    return ProjectMetadata(kind, why, distribution, tuple(declared), problems, pytest_settings.read(read_file, known))


def _is_project_file(path: str) -> bool:
    return path in _READERS or (bool(_OPERATIONS.search(path)) and path.count("/") <= 2 and not _ASIDE.search(path))


def _read_one(read_file: ReadFile, path: str) -> FileFacts:
    content = read_file(path)
    if content is None:
        return FileFacts(problems=(Problem(path, 0, "cannot be read"),))
    reader = _READERS.get(path, read_operations_file)
    return reader(path, content.decode("utf-8-sig", "replace"))


class _Modules:
    """Which modules the tree has, wherever its import roots lie."""

    def __init__(self, paths: list[str]) -> None:
        self.stems = {path.removesuffix(".py").removesuffix("/__init__") for path in paths if path.endswith(".py")}
        self.files = set(paths)
        self.tails: set[str] = set()
        for stem in self.stems:
            parts = stem.split("/")
            self.tails.update(".".join(parts[index:]) for index in range(len(parts)))

    def has(self, declared: Declared) -> bool:
        if declared.target.endswith(".py"):
            return declared.target in self.files
        return declared.target.partition(":")[0] in self.tails


def _kind(
    read_file: ReadFile,
    paths: list[str],
    config: AuditConfig,
    facts: list[FileFacts],
    declared: list[Declared],
    distribution: str,
) -> tuple[Literal["application", "library"], str]:
    """Judge the project; the first rule that holds decides."""
    if config.project != "auto":
        return config.project, f"the configuration says project = {config.project!r}"
    served = next((one for one in declared if one.group == SERVED_GROUP), None)
    if served is not None:
        return "application", f"{served.path}:{served.line} runs {served.target}"
    scripts = [one for one in declared if one.group in ("console_scripts", "gui_scripts")]
    if any(fact.buildable for fact in facts) and distribution:
        classifier = next((c for fact in facts for c in fact.classifiers if c.startswith(_LIBRARY_CLASSIFIERS)), None)
        if classifier is not None:
            return "library", f"the distribution {distribution} is classified {classifier!r}"
        exporting = _exporting_package(read_file, paths, distribution)
        if exporting:
            return "library", f"{exporting} of the distribution {distribution} exports names in __all__"
    manage = next((path for path in paths if PurePosixPath(path).name == "manage.py" and path.count("/") <= 1), None)
    if manage is not None and not _ASIDE.search(manage):
        return "application", f"{manage} runs a Django project"
    app = _app_file(read_file, paths)
    if app is not None:
        return "application", f"{app} builds an application object"
    if scripts:
        return "application", f"{scripts[0].path} declares the script {scripts[0].name!r}"
    if distribution:
        return "library", f"the distribution {distribution} has neither a script nor an application object"
    return "application", "nothing here is packaged for others to import"


def _exporting_package(read_file: ReadFile, paths: list[str], distribution: str) -> str | None:
    """Return the `__init__.py` of the distribution's own package if its `__all__` offers a public name."""
    name = re.sub(r"[-.]+", "_", distribution).lower()
    for path in paths:
        parts = PurePosixPath(path).parts
        own = parts[-1:] == ("__init__.py",) and len(parts) in (2, 3) and parts[-2].lower() == name
        if own and (len(parts) == 2 or parts[0] in ("src", "lib")) and _PUBLIC.search(read_file(path) or b""):
            return path
    return None


def _app_file(read_file: ReadFile, paths: list[str]) -> str | None:
    """Return the first likely file that assigns an application object at module level."""
    likely = [path for path in paths if _APP_FILES.search(path) and not _ASIDE.search(path)]
    likely.sort(key=lambda path: (path.count("/"), path))
    return next((path for path in likely[:_MAX_APP_FILES] if _APP.search(read_file(path) or b"")), None)


def _walk(root: Path) -> Iterable[str]:
    """Yield files below `root`, a few levels deep; hidden directories (but .github) and environments are left out."""
    for directory, names, files in os.walk(root):
        here = Path(directory).relative_to(root)
        names[:] = sorted(
            name
            for name in names
            if (not name.startswith(".") or name == ".github") and name not in _SKIPPED and len(here.parts) < _MAX_DEPTH
        )
        yield from ((here / file).as_posix() for file in files)
