"""Find the Python files and templates of a project, and their import names.

In: a directory or a commit, and the configuration. Out: SourceFiles sorted by path, import roots, problems.
Follows no symbolic link out of the project, enters no virtual environment, and never parses a file.
"""

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path, PurePosixPath

import msgspec
import pathspec

from auditor.analysis.entries.scripts import runs_python, scripts_at
from auditor.analysis.extraction.templates import is_template
from auditor.config import AuditConfig
from auditor.errors import ConfigError
from auditor.git import Repository
from auditor.model.code import Problem, SourceFile

_SKIPPED = frozenset({
    ".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".nox", ".eggs", "site-packages",
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".auditor", "__pypackages__", ".ipynb_checkpoints",
})  # fmt: skip
_BUILT = frozenset({"build", "dist", "_build", "htmlcov"})
_PROJECT_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "manage.py"})


class Discovery(msgspec.Struct, frozen=True):
    """What was found. `roots` are import roots relative to the audited root, `""` for the root itself.

    `listed` is every file there, Python or not, sorted.
    """

    files: tuple[SourceFile, ...]
    roots: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    listed: tuple[str, ...] = ()


def discover(root: Path, config: AuditConfig) -> Discovery:
    """Return the Python files under `root`: those git knows or does not ignore, else those a walk finds."""
    root = root.resolve()
    problems: list[Problem] = []
    listed = _list_repository(root)
    if listed is None:
        listed = _walk(root, problems)
    paths = [path for path in listed if _is_python(root, path)]
    present = [path for path in paths if _usable(root, path, problems)]
    extra = [path for path in listed if PurePosixPath(path).name in _PROJECT_FILES]
    declared = config.roots or _declared_roots((root / "pyproject.toml").read_bytes if _is_file(root) else None)
    files, roots = classify(present, config, declared=declared, project_files=extra, prefix=_package_prefix(root))
    digested: list[SourceFile] = []
    for file in files:
        try:
            digested.append(msgspec.structs.replace(file, digest=_digest((root / file.path).read_bytes())))
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(
                Problem(file.path, 0, f"cannot be read: {error.strerror or error}; what it uses is not seen", True)
            )
    return Discovery(tuple(digested), roots, tuple(sorted(set(problems))), tuple(sorted(listed)))


def discover_commit(repository: Repository, commit: str, prefix: str, config: AuditConfig) -> Discovery:
    """Return the Python files of a commit without checking it out.

    `prefix` is the audited root relative to the repository's top, `""` for the top; paths are relative to it.
    """
    inside = f"{prefix.rstrip('/')}/" if prefix.strip("./") else ""
    blobs = {path[len(inside) :]: blob for path, blob in repository.files_at(commit).items() if path.startswith(inside)}
    unnamable = [path for path in blobs if not path.isprintable()]
    paths = [path for path in blobs if path.isprintable() and (path.endswith(".py") or is_template(path))]
    paths += [path for path in scripts_at(repository, commit, inside) if path.isprintable()]
    extra = [path for path in blobs if PurePosixPath(path).name in _PROJECT_FILES]
    project = blobs.get("pyproject.toml")
    text = dict(repository.blobs([project])).get(project, b"") if project else b""
    declared = config.roots or _declared_roots((lambda: text) if text else None)
    name = PurePosixPath(prefix).name if prefix.strip("./") else repository.root.name
    whole = name if "__init__.py" in blobs else ""
    files, roots = classify(paths, config, declared=declared, project_files=extra, prefix=whole)
    contents = dict(repository.blobs([blobs[file.path] for file in files]))
    digested = tuple(
        msgspec.structs.replace(file, digest=_digest(contents[blobs[file.path]]))
        for file in files
        if blobs[file.path] in contents
    )
    problems = [Problem(file.path, 0, "its content is missing from the repository; fetch it", True) for file in files
                if blobs[file.path] not in contents]  # fmt: skip
    problems += [_unnamable(path) for path in sorted(unnamable) if path.endswith(".py") or is_template(path)]
    return Discovery(digested, roots, tuple(problems), tuple(sorted(blobs)))


def read_sources(root: Path, files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, bytes]]:
    """Yield each file with its bytes and their digest; one that has vanished since is left out."""
    for file in files:
        try:
            content = (root / file.path).read_bytes()
        except OSError:
            continue
        digest = _digest(content)
        yield file if digest == file.digest else msgspec.structs.replace(file, digest=digest), content


def read_commit(
    repository: Repository, commit: str, files: Sequence[SourceFile], prefix: str = ""
) -> Iterator[tuple[SourceFile, bytes]]:
    """Yield each file with its bytes at a commit. `prefix` as for `discover_commit`."""
    inside = f"{prefix.rstrip('/')}/" if prefix.strip("./") else ""
    blobs = repository.files_at(commit)
    wanted = [(file, blobs[inside + file.path]) for file in files if inside + file.path in blobs]
    contents = dict(repository.blobs([blob for _, blob in wanted]))
    for file, blob in wanted:
        if blob in contents:
            yield file, contents[blob]


def classify(
    paths: Iterable[str],
    config: AuditConfig,
    *,
    declared: Sequence[str] = (),
    project_files: Iterable[str] = (),
    prefix: str = "",
) -> tuple[tuple[SourceFile, ...], tuple[str, ...]]:
    """Return SourceFiles (digest empty, sorted by path) and import roots for paths relative to the audited root.

    `declared` are the roots that the configuration or the packaging names, `project_files` the paths of pyproject.toml,
    setup.py and the like, `prefix` the audited directory's own dotted name where it is itself a package.
    """
    excluded = _patterns("exclude", config.exclude)
    tests = _patterns("tests", config.tests)
    every = sorted(set(paths))
    packages = {path.rpartition("/")[0] for path in every if PurePosixPath(path).name == "__init__.py"}
    kept = [path for path in every if not _skipped(path, packages) and not excluded.match_file(path)]
    roots = _roots(kept, packages, declared, project_files)
    taken: dict[str, str] = {}
    files: list[SourceFile] = []
    used: dict[str, None] = {}
    for path in kept:
        if is_template(path):
            files.append(SourceFile(path, f"/{path}", False, tests.match_file(path), ""))
            continue
        root = _root_of(path, roots, packages)
        module = _module(path[len(root) + 1 :] if root else path)
        if prefix:
            module = f"{prefix}.{module}" if module else prefix
        if not module or taken.setdefault(module, path) != path:
            module = _module(path) or "__init__"
            taken.setdefault(module, path)
        used[root] = None
        is_package = PurePosixPath(path).name == "__init__.py"
        files.append(SourceFile(path, module, is_package, tests.match_file(path), ""))
    return tuple(files), tuple(sorted(used))


def _patterns(key: str, lines: Sequence[str]) -> pathspec.GitIgnoreSpec:
    """Return patterns of the configuration, matched as git does; raise ConfigError for one that is none."""
    for line in lines:
        if not _is_pattern(line):
            raise ConfigError(f"{key} = {line!r} is impossible: write a pattern as in .gitignore, such as 'tests/**'")
    return pathspec.GitIgnoreSpec.from_lines(lines)


def _is_pattern(line: str) -> bool:
    """Return whether a line of a .gitignore means anything; git passes over those that do not."""
    try:
        pathspec.GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _module(path: str) -> str:
    parts = path.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _skipped(path: str, packages: set[str]) -> bool:
    folders = path.split("/")[:-1]
    if any(folder in _SKIPPED or folder.endswith(".egg-info") for folder in folders):
        return True
    return any(
        folder in _BUILT and "/".join(folders[: position + 1]) not in packages
        for position, folder in enumerate(folders[:1])
    )


def _roots(
    paths: Sequence[str], packages: set[str], declared: Sequence[str], project_files: Iterable[str]
) -> tuple[str, ...]:
    """Return the directories whose children are top-level modules, the deepest first."""
    roots = {root.strip("/").removeprefix("./").removesuffix(".") for root in declared}
    folders = {path.rpartition("/")[0] for path in paths}
    for folder in {"", *(one.rpartition("/")[0] for one in project_files)}:
        source = f"{folder}/src" if folder else "src"
        if source not in packages and any(one == source or one.startswith(f"{source}/") for one in folders):
            roots.add(source)
        if folder not in packages:
            roots.add(folder)
    return tuple(sorted(roots | {""}, key=lambda root: (-root.count("/") - bool(root), root)))


def _root_of(path: str, roots: Sequence[str], packages: set[str]) -> str:
    """Return a file's import root: the deepest root around it, or the folder above its outermost package."""
    root = next(one for one in roots if not one or path.startswith(f"{one}/"))
    folder = path.rpartition("/")[0]
    if folder not in packages or root.rpartition("/")[2] == "src":
        return root
    while folder in packages and folder != root:
        folder = folder.rpartition("/")[0]
    return folder if len(folder) > len(root) else root


def _declared_roots(read: object) -> tuple[str, ...]:
    """Return the import roots a pyproject.toml names for setuptools, hatch or poetry; none where it cannot be read."""
    if not callable(read):
        return ()
    try:
        tool = tomllib.loads(read().decode("utf-8")).get("tool", {})
    except (OSError, ValueError):
        return ()
    found: list[object] = []
    setuptools = _table(tool, "setuptools")
    found += _table(setuptools, "package-dir").values()
    where = _table(_table(setuptools, "packages"), "find").get("where", [])
    found += where if isinstance(where, list) else [where]
    wheel = _table(_table(_table(_table(tool, "hatch"), "build"), "targets"), "wheel").get("packages", [])
    found += [one.rpartition("/")[0] for one in wheel if isinstance(one, str)] if isinstance(wheel, list) else []
    poetry = _table(tool, "poetry").get("packages", [])
    found += [one.get("from", "") for one in poetry if isinstance(one, dict)] if isinstance(poetry, list) else []
    return tuple(one for one in found if isinstance(one, str) and ".." not in one)


def _table(table: object, key: str) -> Mapping[str, object]:
    inner = table.get(key) if isinstance(table, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _is_file(root: Path) -> bool:
    return (root / "pyproject.toml").is_file()


def _package_prefix(root: Path) -> str:
    """Return the dotted name of the audited directory where it is itself a package, else `""`."""
    parts: list[str] = []
    while (root / "__init__.py").is_file() and root.name:
        parts.insert(0, root.name)
        root = root.parent
    return ".".join(parts)


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


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


def _is_python(root: Path, path: str) -> bool:
    """Return whether a file is Python (by suffix, or an executable whose first line says so) or a template."""
    if path.endswith(".py") or is_template(path):
        return True
    name = path.rpartition("/")[2]
    if "." in name or not os.access(root / path, os.X_OK):
        return False
    try:
        with (root / path).open("rb") as stream:
            first = stream.readline(80)
    except OSError:
        return False
    return runs_python(first)


def _usable(root: Path, path: str, problems: list[Problem]) -> bool:
    """Return whether a path is a real file of the project; a link to somewhere outside is a problem."""
    full = root / path
    if not path.isprintable():
        problems.append(_unnamable(path))
        return False
    if not full.is_symlink():
        return full.is_file()
    try:
        outside = not full.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        problems.append(Problem(path, 0, "a symbolic link that leads nowhere; not read"))
        return False
    if outside:
        problems.append(Problem(path, 0, "a symbolic link out of the audited root; not followed"))
    return False


def _unnamable(path: str) -> Problem:
    return Problem(
        ascii(path), 0, "a file name that is not printable text; rename it; it is not read", path.endswith(".py")
    )


def _walk(root: Path, problems: list[Problem]) -> list[str]:
    """Return every file under `root` that no .gitignore names, links not followed."""
    found: list[str] = []
    ignores: dict[str, pathspec.GitIgnoreSpec] = {}

    def failed(error: OSError) -> None:
        where = Path(error.filename).relative_to(root).as_posix() if error.filename else ""
        problems.append(Problem(where, 0, f"cannot be listed: {error.strerror}; what is in it is not seen", True))

    for folder, folders, names in os.walk(root, onerror=failed, followlinks=False):
        here = Path(folder).relative_to(root).as_posix()
        here = "" if here == "." else f"{here}/"
        if ".gitignore" in names:
            text = _ignore_file(Path(folder) / ".gitignore")
            ignores[here] = pathspec.GitIgnoreSpec.from_lines(filter(_is_pattern, text.splitlines()))
        folders[:] = sorted(
            one for one in folders
            if one not in _SKIPPED and not _ignored(f"{here}{one}/", ignores)
            and not os.path.isfile(Path(folder) / one / "pyvenv.cfg")  # noqa: PTH113 -- Path.is_file raises where it may not look
        )  # fmt: skip
        found += [f"{here}{name}" for name in sorted(names) if not _ignored(f"{here}{name}", ignores)]
    return found


def _ignore_file(path: Path) -> str:
    """Return what a .gitignore says; nothing where it is no file or may not be read."""
    try:
        return path.read_text("utf-8", "replace") if path.is_file() else ""
    except OSError:
        return ""


def _ignored(path: str, ignores: Mapping[str, pathspec.GitIgnoreSpec]) -> bool:
    return any(spec.match_file(path[len(base) :]) for base, spec in ignores.items() if path.startswith(base))
