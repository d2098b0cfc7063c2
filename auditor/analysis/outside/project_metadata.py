"""What the project's own files declare, and whether it is an application or a library.

In: a directory (or a function that reads a path, so that a commit can be analysed without a checkout) and the
configuration. Out: `ProjectMetadata`. Never runs or imports anything of the audited project.

An application ends at its entry points. A library's users are not in the tree, so its public API is one as well; where
it is not certain which of the two a project is, it counts as a library, because that can only keep code alive.
"""

import os
import re
import stat
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

import msgspec
import pathspec

from auditor.analysis.outside import pytest_runs, pytest_settings
from auditor.analysis.outside.docs import read_docs
from auditor.analysis.outside.files import MAX_BYTES, MAX_FILES, FileKind, is_aside, is_test, kind_of
from auditor.analysis.outside.names import Tree, read_names
from auditor.analysis.outside.project_files import (
    NAMED_GROUP,
    SERVED_GROUP,
    Declared,
    FileFacts,
    read_pyproject,
    read_setup_cfg,
    read_setup_py,
)
from auditor.analysis.outside.pytest_runs import TestRun
from auditor.analysis.outside.pytest_settings import TestNames
from auditor.analysis.outside.python_text import read_python
from auditor.analysis.outside.text import is_report
from auditor.analysis.outside.timetables import Timetable, followed, read_timetables
from auditor.analysis.outside.wsgi_callables import read_callables
from auditor.config import AuditConfig
from auditor.git import Repository
from auditor.model.code import Problem

_READERS: dict[str, Callable[[str, str], FileFacts]] = {
    "pyproject.toml": read_pyproject,
    "setup.cfg": read_setup_cfg,
    "setup.py": read_setup_py,
}
_APP_FILES = re.compile(r"(?:^|/)(?:main|app|api|server|wsgi|asgi|application|celery|celery_app|factory|__main__)\.py$")
_APP = re.compile(
    rb"^\w+\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(?:FastAPI|Flask|Starlette|Celery|Litestar|get_[wa]sgi_application)\(", re.M
)
_LIBRARY_CLASSIFIERS = ("Topic :: Software Development :: Libraries", "Framework :: ")
_PUBLIC = re.compile(rb"^__all__\s*(?::[^=\n]+)?\+?=\s*[\[(]\s*(?:#[^\n]*\s*)*[\"'](?!_)", re.M)
_MAX_APP_FILES = 60
_MAX_DEPTH = 6
_DEPLOYED_DEPTH = 2
"""Deeper down lie samples and templates of projects, not what deploys this one."""
_SKIPPED = {"node_modules", "__pycache__", "site-packages", "venv", "env", "build", "dist"}

ReadFile = Callable[[str], bytes | None]


class ProjectMetadata(msgspec.Struct, frozen=True):
    """What the project files say.

    `declared` holds every script, plugin, served app and run module, sorted by path and line. `kind` is how the project
    is judged and `why` says so in one sentence. `distribution` is the packaged name, `""` if nothing is packaged.
    `test_names` is what pytest is told of names, `tests` are the Python files that it is told to run, sorted.
    `timetables` say what is run on a schedule.
    """

    kind: Literal["application", "library"]
    why: str
    distribution: str = ""
    declared: tuple[Declared, ...] = ()
    problems: tuple[Problem, ...] = ()
    test_names: TestNames = TestNames()
    timetables: tuple[Timetable, ...] = ()
    tests: tuple[str, ...] = ()

    @property
    def scripts(self) -> tuple[Declared, ...]:
        """Console and GUI scripts."""
        return tuple(one for one in self.declared if one.group in ("console_scripts", "gui_scripts"))

    @property
    def served(self) -> tuple[Declared, ...]:
        """Application objects that a Procfile, Dockerfile or the like serves."""
        return tuple(one for one in self.declared if one.group == SERVED_GROUP)


def read(root: Path, config: AuditConfig, paths: Iterable[str] | None = None) -> ProjectMetadata:
    """Read the project files below `root`; `paths` are the files there (with `/`), else they are looked for."""

    def read_file(path: str) -> bytes | None:
        full = root / path
        try:
            status = full.lstat()
            if not stat.S_ISREG(status.st_mode) or (status.st_size > MAX_BYTES and path not in _READERS):
                return b""
            return full.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError:
            return None

    return read_from(read_file, _walk(root) if paths is None else paths, config)


def read_commit(
    repository: Repository,
    commit: str,
    prefix: str,
    config: AuditConfig,
    paths: Iterable[str],
    reads: set[str] | None = None,
) -> ProjectMetadata:
    """Read the project files of a commit: `paths` are its files, relative to `prefix` (empty, or ending in a slash).

    The paths of those whose content was looked at are added to `reads`.
    """
    blobs = repository.files_at(commit)
    likely = [path for path in paths if _name(path) in _READERS or kind_of(path) or _APP_FILES.search(path)]
    wanted = {path: blobs[prefix + path] for path in likely if prefix + path in blobs}
    found = dict(repository.blobs(dict.fromkeys(wanted.values())))

    def read_file(path: str) -> bytes | None:
        if reads is not None:
            reads.add(path)
        return found.get(wanted[path]) if path in wanted else repository.content(commit, prefix + path)

    return read_from(read_file, paths, config)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def read_from(read_file: ReadFile, paths: Iterable[str], config: AuditConfig) -> ProjectMetadata:
    """Read the project files among `paths` (relative to the root, with `/`) through `read_file`."""
    known = sorted({path for path in paths if path.isprintable()})
    facts = [_read_one(read_file, path) for path in known if _name(path) in _READERS and not is_aside(path)]
    declared = [one for fact in facts for one in fact.declared]
    outside = _read_outside(read_file, known, config, Tree(known))
    declared = sorted(
        _without_repetitions([*declared, *outside.declared]),
        key=lambda one: (one.path, one.line, one.group, one.name, one.target),
    )
    distribution = next((fact.distribution for fact in facts if fact.distribution), "")
    kind, why = _kind(read_file, known, config, facts, declared, distribution)
    problems = (*outside.problems, *(problem for fact in facts for problem in fact.problems))
    names = pytest_settings.read(read_file, known)
    tests = pytest_runs.tests(outside.runs, names, known, read_file)
    return ProjectMetadata(
        kind, why, distribution, tuple(declared), problems, names, outside.timetables, tests
    )  # fmt: skip


def declared_in(
    read_file: ReadFile, paths: Iterable[str], config: AuditConfig, known: Iterable[str]
) -> tuple[Declared, ...]:
    """Return what the project files among `paths` name, as for a tree that holds `known`."""
    shown = sorted({path for path in paths if path.isprintable()})
    own = [_read_one(read_file, path) for path in shown if _name(path) in _READERS and not is_aside(path)]
    outside = _read_outside(read_file, shown, config, Tree(known))
    return tuple(_without_repetitions([*(one for fact in own for one in fact.declared), *outside.declared]))


class _Outside(NamedTuple):
    """What files that are not Python name, schedule and have pytest run, and what could not be read of them."""

    declared: tuple[Declared, ...]
    problems: tuple[Problem, ...]
    timetables: tuple[Timetable, ...]
    runs: tuple[TestRun, ...]


def _read_outside(read_file: ReadFile, known: list[str], config: AuditConfig, tree: Tree) -> _Outside:
    tests = pathspec.GitIgnoreSpec.from_lines(config.tests)
    excluded = pathspec.GitIgnoreSpec.from_lines(config.exclude)
    files = [(path, kind) for path in known if (kind := kind_of(path)) and not excluded.match_file(path)]
    problems = []
    if len(files) > MAX_FILES:
        files = sorted(files, key=lambda one: (one[0].count("/"), one[0]))[:MAX_FILES]
        problems.append(
            Problem("", 0, f"only {MAX_FILES:,} of the configuration files are read; what others name is not seen")
        )
    found: list[Declared] = []
    timetables: list[Timetable] = []
    scripts: dict[str, str] = {}
    runs: list[TestRun] = []
    for path, kind in files:
        content = read_file(path)
        if content is None:
            if path not in _READERS:
                problems.append(Problem(path, 0, "cannot be read"))
            continue
        if len(content) > MAX_BYTES or b"\0" in content[:1024]:
            continue
        text = content.decode("utf-8-sig", "replace")
        if kind == "json" and is_report(text):
            continue
        in_tests = is_test(path) or tests.match_file(path)
        timetables += read_timetables(path, text, kind)
        if kind == "shell":
            scripts[path] = text
        named = _names_in(path, text, kind, tree)
        found += [msgspec.structs.replace(one, in_tests=True) if in_tests else one for one in named]
        runs += pytest_runs.runs(path, text, kind) if kind in ("shell", "text") else ()
    return _Outside(tuple(found), tuple(problems), (*timetables, *followed(timetables, scripts)), tuple(runs))


def _names_in(path: str, text: str, kind: FileKind, tree: Tree) -> Iterable[Declared]:
    if kind == "docs":
        return read_docs(path, text, tree)
    if kind == "python":
        return read_python(path, text, tree)
    return chain(read_names(path, text, kind, tree), read_callables(path, text, kind, tree))


def _without_repetitions(declared: list[Declared]) -> list[Declared]:
    """Return each name once a file, its first; what something stronger is said of is not a mere name as well."""
    stronger = {(one.path, one.target.rstrip(":")) for one in declared if one.group != NAMED_GROUP}
    named: dict[tuple[str, str], Declared] = {}
    for one in declared:
        if one.group == NAMED_GROUP and (one.path, one.target.rstrip(":")) not in stronger:
            named.setdefault((one.path, one.target), one)
    return [*{one for one in declared if one.group != NAMED_GROUP}, *named.values()]


def _read_one(read_file: ReadFile, path: str) -> FileFacts:
    """Return what a packaging file says; below the root only what it declares."""
    content = read_file(path)
    if content is None:
        return FileFacts(problems=(Problem(path, 0, "cannot be read"),))
    facts = _READERS[_name(path)](path, content.decode("utf-8-sig", "replace"))
    return facts if path in _READERS else FileFacts(declared=facts.declared)


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
    served = _deployed(declared, paths)
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
    if manage is not None and not is_aside(manage):
        of_django = b"django" in (read_file(manage) or b"").lower()
        return "application", f"{manage} runs a Django project" if of_django else f"{manage} manages an application"
    app = _app_file(read_file, paths)
    if app is not None:
        return "application", f"{app} builds an application object"
    if scripts:
        return "application", f"{scripts[0].path} declares the script {scripts[0].name!r}"
    if distribution:
        return "library", f"the distribution {distribution} has neither a script nor an application object"
    return "application", "nothing here is packaged for others to import"


def _deployed(declared: list[Declared], paths: list[str]) -> Declared | None:
    """Return the first application that the project's own files serve; samples and templates say nothing."""
    own: Tree | None = None
    for one in declared:
        if one.group != SERVED_GROUP or one.path.count("/") > _DEPLOYED_DEPTH or is_aside(one.path):
            continue
        own = own or Tree(path for path in paths if not is_aside(path) and "template" not in path)
        if "template" not in one.path and own.holds(one.target.partition(":")[0]):
            return one
    return None


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
    likely = [path for path in paths if _APP_FILES.search(path) and not is_aside(path)]
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
