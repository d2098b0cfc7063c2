"""Which files of a project there are, and which of them are Python or templates.

In: a directory. Out: paths relative to it, with `/`, and problems. Follows no symbolic link out of the project, enters
no virtual environment, and reads nothing but what git ignores and the first line of programs.
"""

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pathspec

from auditor.analysis.entries.scripts import runs_python
from auditor.analysis.extraction.templates import is_template
from auditor.git import Repository
from auditor.model.code import Problem

SKIPPED = frozenset({
    ".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".nox", ".eggs", "site-packages",
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".auditor", "__pypackages__", ".ipynb_checkpoints",
})  # fmt: skip
"""Directories that hold nothing of the project's own."""


def list_files(root: Path, problems: list[Problem]) -> Sequence[str]:
    """Return the files that git knows or does not ignore, else those a walk finds. `root` is resolved."""
    listed = _list_repository(root)
    return _walk(root, problems) if listed is None else listed


def python_files(root: Path, listed: Iterable[str], problems: list[Problem]) -> list[str]:
    """Return those of the files that are Python or templates, and really there."""
    base = prefix_of(root)
    return [path for path in listed if _is_python(base, path) and _usable(root, base, path, problems)]


def prefix_of(root: Path) -> str:
    """Return what stands before a relative path in the name of a file; joining Paths costs more than to open one."""
    return str(root).rstrip(os.sep) + os.sep


def is_pattern(line: str) -> bool:
    """Return whether a line of a .gitignore means anything; git passes over those that do not."""
    try:
        pathspec.GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def unnamable(path: str) -> Problem:
    """Return the problem of a file whose name cannot be printed."""
    return Problem(
        ascii(path), 0, "a file name that is not printable text; rename it; it is not read", path.endswith(".py")
    )


def _list_repository(root: Path) -> list[str] | None:
    """Return git's paths under `root`, None outside a repository or where git ignores `root` as a whole."""
    repository = Repository.containing(root)
    if repository is None:
        return None
    try:
        inside = root.relative_to(repository.root.resolve()).as_posix()
    except ValueError:
        return None
    prefix = "" if inside == "." else f"{inside}/"
    found = [path[len(prefix) :] for path in repository.tracked_and_untracked() if path.startswith(prefix)]
    return found or None


def _is_python(base: str, path: str) -> bool:
    """Return whether a file is Python (by suffix, or an executable whose first line says so) or a template.

    `base` is the root, with a separator behind it.
    """
    if path.endswith(".py") or is_template(path):
        return True
    if "." in path.rpartition("/")[2] or not os.access(base + path, os.X_OK):
        return False
    try:
        with Path(base + path).open("rb") as stream:
            first = stream.readline(80)
    except OSError:
        return False
    return runs_python(first)


def _usable(root: Path, base: str, path: str, problems: list[Problem]) -> bool:
    """Return whether a path is a real file of the project; a link to somewhere outside is a problem."""
    if not path.isprintable():
        problems.append(unnamable(path))
        return False
    try:
        mode = os.lstat(base + path).st_mode
    except (OSError, ValueError):
        return False
    if not stat.S_ISLNK(mode):
        return stat.S_ISREG(mode)
    try:
        outside = not (root / path).resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        problems.append(Problem(path, 0, "a symbolic link that leads nowhere; not read"))
        return False
    if outside:
        problems.append(Problem(path, 0, "a symbolic link out of the audited root; not followed"))
    return False


def _walk(root: Path, problems: list[Problem]) -> list[str]:
    """Return every file under `root` that no .gitignore names, links not followed."""
    found: list[str] = []
    ignores: dict[str, pathspec.GitIgnoreSpec] = {}
    base, waiting = prefix_of(root), [""]
    while waiting:
        here = waiting.pop()
        try:
            folders, names = _children(base + here)
        except OSError as error:
            if not _is_environment(base + here):
                why = f"cannot be listed: {error.strerror}; what is in it is not seen"
                problems.append(Problem(here.rstrip("/") or ".", 0, why, True))
            continue
        if here and "pyvenv.cfg" in names and _is_environment(base + here):
            continue
        if ".gitignore" in names:
            text = _ignore_file(Path(f"{base}{here}.gitignore"))
            ignores[here] = pathspec.GitIgnoreSpec.from_lines(filter(is_pattern, text.splitlines()))
        waiting += [
            f"{here}{one}/" for one in folders
            if one not in SKIPPED and not (ignores and _ignored(f"{here}{one}/", ignores))
        ]  # fmt: skip
        found += [f"{here}{name}" for name in names if not (ignores and _ignored(f"{here}{name}", ignores))]
    return found


def _children(directory: str) -> tuple[list[str], list[str]]:
    """Return the names of the directories in a directory, and of what is none; links to directories are neither."""
    folders: list[str] = []
    names: list[str] = []
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif not (entry.is_symlink() and _is_link_to_directory(entry)):
                names.append(entry.name)
    return folders, names


def _is_link_to_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_environment(directory: str) -> bool:
    return os.path.isfile(f"{directory}pyvenv.cfg")  # noqa: PTH113 -- Path.is_file raises where it may not look


def _ignore_file(path: Path) -> str:
    """Return what a .gitignore says; nothing where it is no file or may not be read."""
    try:
        return path.read_text("utf-8", "replace") if path.is_file() else ""
    except OSError:
        return ""


def _ignored(path: str, ignores: Mapping[str, pathspec.GitIgnoreSpec]) -> bool:
    return any(spec.match_file(path[len(base) :]) for base, spec in ignores.items() if path.startswith(base))
