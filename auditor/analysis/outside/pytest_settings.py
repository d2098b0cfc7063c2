"""How the project tells pytest what its tests are called.

In: the text of pytest.ini, pyproject.toml, tox.ini, setup.cfg. Out: `TestNames`. The first file that has pytest's
section decides, in pytest's own order; what cannot be read says nothing.
"""

import configparser
import tomllib
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

import msgspec

_FILES = (
    ("pytest.ini", "pytest"), (".pytest.ini", "pytest"), ("pyproject.toml", ""), ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)  # fmt: skip


class TestNames(msgspec.Struct, frozen=True):
    """Prefixes or globs of the names of test classes and functions, as pytest takes them; fixtures of all tests.

    `files` are globs of the names of test files, `folders` where they are looked for; empty where nothing is said.
    """

    classes: tuple[str, ...] = ("Test",)
    functions: tuple[str, ...] = ("test",)
    fixtures: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


def read(read_file: Callable[[str], bytes | None], paths: Sequence[str]) -> TestNames:
    """Return the names that the project's own files set, else pytest's defaults."""
    known = set(paths)
    for path, section in _FILES:
        if path in known:
            options = _options((read_file(path) or b"").decode("utf-8-sig", "replace"), section)
            if options is not None:
                default = TestNames()
                return TestNames(
                    _words(options.get("python_classes")) or default.classes,
                    _words(options.get("python_functions")) or default.functions,
                    _words(options.get("usefixtures")),
                    _words(options.get("python_files")),
                    _words(options.get("testpaths")),
                )
    return TestNames()


def _options(text: str, section: str) -> dict[str, object] | None:
    if section:
        parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
        try:
            parser.read_string(text)
        except configparser.Error:
            return None
        return dict(parser.items(section)) if parser.has_section(section) else None
    try:
        table: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
    for key in ("tool", "pytest", "ini_options"):
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else None


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.split())
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def named_like(given: tuple[str, ...]) -> Callable[[str], bool]:
    """Return what tells whether a name starts like one of those given, or matches it as a glob."""
    globs = [one for one in given if not set("*?[").isdisjoint(one)]
    if not globs:
        return lambda name: name.startswith(given)
    return lambda name: name.startswith(given) or any(fnmatchcase(name, one) for one in globs)
