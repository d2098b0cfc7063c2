"""The text of a configuration file without what cannot use code: comments, settings of checkers, lists of paths.

In: a file's text and path. Out: text of the same number of lines. Reads by line and indentation, so that YAML, TOML,
INI and JSON (and templates that make them) need no parser, and a broken file none either.
"""

import re
from collections.abc import Iterator

from auditor.analysis.outside.files import FileKind, is_checkers

_KEY = re.compile(r"""(?:-\s+)?["']?([\w.@/$<>*-]+)["']?\s*(?::(?=\s|$|\[|")|=|\+=)""")
_SECTION = re.compile(r"\[{1,2}\s*([^\]\[]+?)\s*\]{1,2}\s*$")
_CHECKERS = re.compile(
    r"(?:tool[.:])?[\"']?(?:mypy|ruff|coverage|isort|black|pyright|basedpyright|pylint|pycodestyle|pydocstyle|flake8|"
    r"importlinter|vulture|deptry|bandit|interrogate|tach|auditor|deadcode|skylos|semgrep|ty|pyre|refurb|codespell|"
    r"pytype|docformatter|yapf|autopep8|fixit|slipcover|creosote|django-stubs|pytest-env-ignored)\b",
    re.IGNORECASE,
)
_LOADS = frozenset({
    "plugins", "load-plugins", "load_plugins", "local-plugins", "flake8:local-plugins", "django_settings_module",
    "init-hook", "entry", "args",
})  # fmt: skip
"""Settings of checkers that load code."""
_WORDS = frozenset({
    "paths", "paths-ignore", "exclude", "omit", "loggers", "qualname", "logger", "changes", "description", "summary",
    "help", "title", "keywords", "comment", "image", "container_name", "hostname", "host", "url", "repository",
    "homepage", "domain", "domains", "email", "authors", "maintainers", "license", "exclude_modules",
})  # fmt: skip
"""Keys whose values are words, paths to look at, or names of other things (loggers are named as modules are)."""
_PACKAGING_WORDS = _WORDS | frozenset({
    "packages", "py_modules", "py-modules", "package_data", "package-data", "package_dir", "package-dir", "files",
    "extend-exclude", "ignore", "per-file-ignores", "source", "source_pkgs", "source-include", "testpaths",
    "namespace_packages", "norecursedirs", "include", "sources", "only-include", "deps", "dependencies", "requires",
    "filterwarnings",
})  # fmt: skip
"""The same in files that package and check a project."""
_PACKAGING = (
    "pyproject.toml",
    "setup.cfg",
    "tox.ini",
    "pytest.ini",
    ".pre-commit-config.yaml",
    ".pre-commit-hooks.yaml",
)
_ASKED = re.compile(
    r"--(?:cov|ignore|exclude|source|omit|deselect|ignore-glob|cov-config|package)[= ]\S+|\s-p[ =]?no:\S+|"
    r"(?:\[\[?|\btest)\s+(?:!\s+)?-[a-zA-Z]\s+\S+|(?<![\w.-])rm\s[^;&|\n]*|"
    r"(?<![\w.-])(?:echo|printf)\s(?:\"[^\"$`]*\"|'[^'$`]*'|[^;&|>\"'$`])*(?=$|;|&&|\|\|)"
)
"""What asks whether a file is there, deletes it, or only says its name."""

_LONGEST = 8000
"""Longer lines are data: no comment is looked for in them."""


_REPORTED = re.compile(
    r'"(?:unused_functions|dead_code_classification|agreed_by|base_commit|body_hash|collected_since|executed_lines|'
    r'partialFingerprints|shadowed_by)"\s*:|"check_name"\s*:\s*"AUD\d'
)


def is_report(text: str) -> bool:
    """Return whether JSON is a report of a tool, ours included, that lists code: to be listed is not to be used."""
    return _REPORTED.search(text) is not None


def meant(path: str, text: str, kind: FileKind) -> list[str]:
    """Return the lines of a file, those that cannot use code made empty."""
    lines = [_uncommented(line, kind) for line in text.splitlines()]
    if kind in ("shell", "python"):
        return [_ASKED.sub(" ", line) for line in lines]
    return [_ASKED.sub(" ", line) if used else "" for line, used in zip(lines, _used(path, lines), strict=True)]


def logical(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield commands with the line they start on (1-based).

    Joined are lines that end in a backslash, the items of a list (`- python`, `- -m`, `- shop.worker`), and what
    together makes one command: `ENTRYPOINT` and `CMD`, `command` and `args`.
    """
    start, parts = 0, list[str]()
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if not stripped:
            continue
        joined = bool(parts) and (parts[-1].endswith("\\") or _continues(parts[-1], stripped))
        if parts and not joined:
            yield start, _command(parts)
            parts = []
        if not parts:
            start = number
        parts.append(stripped)
        if len(parts) > 200:
            yield start, _command(parts)
            parts = []
    if parts:
        yield start, _command(parts)


def _continues(before: str, line: str) -> bool:
    if re.match(r"CMD\b|args:", line):
        return re.match(r"ENTRYPOINT\b|(?:- )?(?:command|entrypoint|args):|- ", before) is not None
    item = line.startswith(("- ", '"', "'")) and not re.match(r"""(?:- )?["']?[\w.-]+["']?:(?:\s|$)""", line)
    opened = before.endswith(("[", ":", ",")) or before.startswith("- ")
    return item and opened and ": " not in before.removeprefix("- ").rstrip(":")


def _command(parts: list[str]) -> str:
    return " ".join(part.removesuffix("\\").removeprefix("- ") for part in parts)


def _uncommented(line: str, kind: FileKind) -> str:
    stripped = line.lstrip()
    if kind == "json":
        return "" if stripped.startswith("//") else line
    if stripped.startswith(("#", "REM ", ";")):
        return ""
    if len(line) > _LONGEST:
        return line
    start = line.find(" #")
    while start >= 0:
        before = line[:start]
        if before.count('"') % 2 == 0 and before.count("'") % 2 == 0:
            return before
        start = line.find(" #", start + 1)
    return line


def _used(path: str, lines: list[str]) -> Iterator[bool]:
    """Yield for each line whether what it names is used: not a checker's, not under a key of words."""
    words = _PACKAGING_WORDS if path.endswith(_PACKAGING) else _WORDS
    whole = is_checkers(path)
    checking = whole
    above: list[tuple[int, str]] = []
    for line in lines:
        stripped = line.strip()
        section = _SECTION.match(stripped) if stripped.startswith("[") and line[:1] == "[" else None
        if section is not None:
            above, checking = [], whole or _CHECKERS.match(section[1]) is not None
            yield False
            continue
        indent = len(line) - len(line.lstrip()) + stripped.startswith("- ")
        while above and stripped and above[-1][0] >= indent:
            above.pop()
        key = _KEY.match(stripped)
        keys = [name for _, name in above]
        if key is not None:
            keys.append(key[1].lower())
            above.append((indent, key[1].lower()))
        if not stripped or not words.isdisjoint(keys):
            yield False
        else:
            yield not checking or not _LOADS.isdisjoint(keys)
