"""Name the Python files and templates of a project, and what they are imported as.

In: a directory or a commit, and the configuration. Out: SourceFiles sorted by path, import roots, problems.
Never parses a file.
"""

import functools
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path, PurePosixPath

import msgspec
import pathspec

from auditor.analysis.entries.scripts import scripts_at
from auditor.analysis.extraction.templates import is_template
from auditor.analysis.file_listing import SKIPPED, is_pattern, list_files, prefix_of, python_files, unnamable
from auditor.config import AuditConfig
from auditor.errors import ConfigError
from auditor.git import Repository
from auditor.model.code import Problem, SourceFile

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
    listed = list_files(root, problems)
    present = python_files(root, listed, problems)
    extra = [path for path in listed if path.rpartition("/")[2] in _PROJECT_FILES]
    declared = config.roots or _declared_roots((root / "pyproject.toml").read_bytes if _is_file(root) else None)
    files, roots = classify(present, config, declared=declared, project_files=extra, prefix=_package_prefix(root))
    base = prefix_of(root)
    digested: list[SourceFile] = []
    for file in files:
        try:
            content = read_content(f"{base}{file.path}")
            digested.append(msgspec.structs.replace(file, digest=digest_of_content(content)))
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
    unprintable = [path for path in blobs if not path.isprintable()]
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
        msgspec.structs.replace(file, digest=digest_of_content(contents[blobs[file.path]]))
        for file in files
        if blobs[file.path] in contents
    )
    problems = [Problem(file.path, 0, "its content is missing from the repository; fetch it", True) for file in files
                if blobs[file.path] not in contents]  # fmt: skip
    problems += [unnamable(path) for path in sorted(unprintable) if path.endswith(".py") or is_template(path)]
    return Discovery(digested, roots, tuple(problems), tuple(sorted(blobs)))


def with_tests(found: Discovery, tests: Iterable[str]) -> Discovery:
    """Return what was found with the files `tests` as tests, besides those that the configuration's globs match."""
    known = set(tests)
    files = (msgspec.structs.replace(file, in_tests=True) if file.path in known else file for file in found.files)
    return msgspec.structs.replace(found, files=tuple(files)) if known else found


def read_sources(root: Path, files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, bytes]]:
    """Yield each file with its bytes and their digest; one that has vanished since is left out."""
    base = prefix_of(root)
    for file in files:
        try:
            content = read_content(f"{base}{file.path}")
        except OSError:
            continue
        digest = digest_of_content(content)
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
    packages = {path.rpartition("/")[0] for path in every if path.rpartition("/")[2] == "__init__.py"}
    skipped = functools.cache(lambda folder: _skipped(folder, packages))
    kept = [path for path in every if not skipped(path.rpartition("/")[0]) and not excluded.match_file(path)]
    roots = _roots(kept, packages, declared, project_files)
    root_of = functools.cache(lambda folder: _root_of(folder, roots, packages))
    taken: dict[str, str] = {}
    files: list[SourceFile] = []
    used: dict[str, None] = {}
    for path in kept:
        if is_template(path):
            files.append(SourceFile(path, f"/{path}", False, tests.match_file(path), ""))
            continue
        folder, _, name = path.rpartition("/")
        root = root_of(folder)
        module = _module(path[len(root) + 1 :] if root else path)
        if prefix:
            module = f"{prefix}.{module}" if module else prefix
        if not module or taken.setdefault(module, path) != path:
            module = _module(path) or "__init__"
            taken.setdefault(module, path)
        used[root] = None
        files.append(SourceFile(path, module, name == "__init__.py", tests.match_file(path), ""))
    return tuple(files), tuple(sorted(used))


def _patterns(key: str, lines: Sequence[str]) -> pathspec.GitIgnoreSpec:
    """Return patterns of the configuration, matched as git does; raise ConfigError for one that is none."""
    for line in lines:
        if not is_pattern(line):
            raise ConfigError(f"{key} = {line!r} is impossible: write a pattern as in .gitignore, such as 'tests/**'")
    return pathspec.GitIgnoreSpec.from_lines(lines)


def _module(path: str) -> str:
    parts = path.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _skipped(folder: str, packages: set[str]) -> bool:
    """Return whether nothing in a folder (relative, empty for the top) is the project's own source."""
    folders = folder.split("/") if folder else []
    if any(folder in SKIPPED or folder.endswith(".egg-info") for folder in folders):
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


def _root_of(folder: str, roots: Sequence[str], packages: set[str]) -> str:
    """Return the import root of a folder's files: the deepest one around, or the folder above its outermost package."""
    root = next(one for one in roots if not one or f"{folder}/".startswith(f"{one}/"))
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


def read_content(path: str) -> bytes:
    """Return the bytes of a file; unbuffered, since all of it is read at once."""
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 -- a Path for each of very many files costs more than reading it
        return stream.read()


def digest_of_content(content: bytes) -> str:
    """Return the digest of a file's bytes, as in `SourceFile.digest`."""
    return blake2b(content, digest_size=16).hexdigest()
