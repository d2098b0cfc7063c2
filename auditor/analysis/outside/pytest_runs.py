"""Which files pytest is told to take for tests, by commands and by its settings.

In: the commands of Makefiles, CI and the like, pytest's settings, the project's files. Out: paths of Python files.
Production code that passed for a test would make all that it uses look unused. So a directory counts as a whole only
where its name says that it holds tests; elsewhere only files whose own names pytest is given, and that have tests.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

import msgspec

from auditor.analysis.outside.files import FileKind
from auditor.analysis.outside.pytest_settings import TestNames, named_like
from auditor.analysis.outside.text import logical, meant

_PYTEST = re.compile(r"(?<![\w./-])py\.?test(?=[\s\"',\]]|$)([^;&|]*)")
_CHANGED = re.compile(r"\bcd\s+[\"']?([^\s\"';&|]+)[\"']?\s*(?:&&|;)")
_FILES_OPTION = re.compile(r"([\"'])python_files\s*=(.*?)\1|python_files\s*=\s*(?:([\"'])(.*?)\3|([^\s\"']+))")
_PART = re.compile(r"[\s\"'`,()\[\]{}]+|posargs:")
_WITH_VALUE = frozenset({
    "-c", "-k", "-m", "-n", "-o", "-p", "-r", "-W", "--basetemp", "--confcutdir", "--cov", "--deselect", "--ignore",
    "--ignore-glob", "--junitxml", "--override-ini", "--rootdir",
})  # fmt: skip
"""Options of pytest whose value may look like a directory."""
_TEST_FOLDER = re.compile(r"(?:^|[_.-])(?:tests?|e2e|specs?)(?:$|[_.-])", re.IGNORECASE)
_DEFINED = re.compile(r"^\s*(?:async\s+)?def\s+(\w+)", re.MULTILINE)


class TestRun(msgspec.Struct, frozen=True):
    """What pytest is to run: files and directories, globs of file names; `beside` is where the command's file lies."""

    places: tuple[str, ...]
    files: tuple[str, ...] = ()
    beside: str = ""


def runs(path: str, text: str, kind: FileKind) -> Iterator[TestRun]:
    """Yield what the commands in a file's text have pytest run; nothing where they only install it."""
    if "pytest" not in text and "py.test" not in text:
        return
    for _, command in logical(meant(path, text, kind)):
        found = _PYTEST.search(command)
        if found is not None and " install" not in command[: found.start()]:
            given = found[1].replace('\\"', '"')
            options = [one[2] or one[4] or one[5] or "" for one in _FILES_OPTION.finditer(given)]
            here = "/".join(_CHANGED.findall(command[: found.start()]))
            places = tuple(f"{here}/{place}" for place in _places(_FILES_OPTION.sub(" ", given)))
            if places or here or options:
                yield TestRun(places or (here,), tuple(" ".join(options).split()), path.rpartition("/")[0])


def _places(given: str) -> Iterator[str]:
    """Yield the files and directories among the arguments of pytest."""
    parts = iter(part for part in _PART.split(given) if part)
    for part in parts:
        if part in _WITH_VALUE:
            next(parts, None)
        elif not part.startswith("-"):
            yield part.partition("::")[0]


def tests(
    every: Iterable[TestRun], names: TestNames, paths: Sequence[str], read_file: Callable[[str], bytes | None]
) -> tuple[str, ...]:
    """Return the files that are tests by what pytest runs, sorted.

    Args:
        every: What commands have it run.
        names: What its settings say.
        paths: The project's files.
        read_file: Gives a file's bytes.
    """
    python = [path for path in paths if path.endswith(".py")]
    folders = {path[: slash.start()] for path in python for slash in re.finditer("/", path)}
    known = folders | set(python)
    found: set[str] = set()
    for run in dict.fromkeys((*every, TestRun(names.folders or ("",)))):
        globs = tuple(one for one in (*run.files, *names.files) if one.removesuffix(".py").strip("*?"))
        for start in [start for place in run.places if (start := _meant(place, run.beside, known)) is not None]:
            inside = [path for path in python if path == start or not start or path.startswith(f"{start}/")]
            if start in folders and any(map(_TEST_FOLDER.search, start.split("/"))):
                found.update(inside)
            else:
                named = (path for path in inside if path == start or _is_named(path, globs))
                found.update(path for path in named if path not in found and _has_tests(path, names, read_file))
    return tuple(sorted(found))


def _meant(place: str, beside: str, known: set[str]) -> str | None:
    """Return the file or directory that a place is, `""` for the project's root; None where it is none of these."""
    parts = [part for part in place.split("/") if part not in ("", ".", "..") and "$" not in part]
    written = "/".join(parts)
    if not written:
        return None if "$" in place else ""
    return next((one for one in (f"{beside}/{written}", written) if one in known), None)


def _is_named(path: str, globs: tuple[str, ...]) -> bool:
    name = path.rpartition("/")[2]
    return any(fnmatchcase(name, one) or ("/" in one and fnmatchcase(path, f"*{one}")) for one in globs)


def _has_tests(path: str, names: TestNames, read_file: Callable[[str], bytes | None]) -> bool:
    """Return whether a file has a function or method that pytest takes for a test; a class may only be called so."""
    text = (read_file(path) or b"").decode("utf-8", "replace")
    return any(map(named_like(names.functions), _DEFINED.findall(text)))
