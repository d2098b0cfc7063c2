"""Lists of names that count as used: vulture's whitelists and what `[tool.vulture]` ignores.

In: facts, the audited root. Out: `NameEntry`s in a stable order, and problems. Reads pyproject.toml and the whitelists
that it names outside of the audited files; a table that vulture itself would refuse is a Problem.
"""

import ast
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from auditor.analysis.extraction.inner import whitelist_names
from auditor.analysis.findings.suppressions import NameEntry
from auditor.model.code import ModuleFacts, Problem

_FILE = "pyproject.toml"


class NameLists(NamedTuple):
    """All entries, and what could not be read."""

    entries: tuple[NameEntry, ...]
    problems: tuple[Problem, ...]


def read_name_lists(root: Path, facts: Sequence[ModuleFacts]) -> NameLists:
    """Return the names of whitelists among the audited files, and those of `[tool.vulture]`."""
    problems: list[Problem] = []
    table, text = _table(root, problems)
    entries = [NameEntry("whitelist", name, one.path, line) for one in facts for name, line in one.whitelist]
    known = {one.path for one in facts}
    entries += _outside(root, known, _texts(table, "paths", problems), problems)
    for key in ("ignore_names", "ignore_decorators"):
        entries += [_entry(key, pattern, text) for pattern in _texts(table, key, problems)]
    return NameLists(tuple(dict.fromkeys(entries)), tuple(problems))


def _table(root: Path, problems: list[Problem]) -> tuple[dict[str, Any], str]:
    try:
        text = (root / _FILE).read_text("utf-8-sig")
        table = tomllib.loads(text).get("tool", {}).get("vulture", {})
    except (FileNotFoundError, NotADirectoryError):
        return {}, ""
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        problems.append(Problem(_FILE, 0, f"[tool.vulture] cannot be read: {error}"))
        return {}, ""
    if isinstance(table, dict):
        return table, text
    problems.append(Problem(_FILE, 0, "tool.vulture is not a table; what it ignores is not known"))
    return {}, text


def _texts(table: dict[str, Any], key: str, problems: list[Problem]) -> list[str]:
    value = table.get(key, [])
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    problems.append(Problem(_FILE, 0, f"tool.vulture.{key} is not a list of texts; it silences nothing"))
    return []


def _entry(key: Literal["ignore_names", "ignore_decorators"], pattern: str, text: str) -> NameEntry:
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if line.strip().startswith(key)), 0)
    quoted = (f'"{pattern}"', f"'{pattern}'")
    line = next((n for n, one in enumerate(lines) if n >= start and any(q in one for q in quoted)), start)
    return NameEntry(key, pattern, _FILE, line + 1)


def _outside(root: Path, known: set[str], paths: Sequence[str], problems: list[Problem]) -> Iterator[NameEntry]:
    """Yield names of whitelists that `[tool.vulture] paths` names and that are no audited files."""
    for path in paths:
        plain = path.removeprefix("./")
        if plain in known or not (root / plain).is_file():
            continue
        try:
            names = whitelist_names(ast.parse((root / plain).read_text("utf-8-sig")))
        except (OSError, ValueError, SyntaxError) as error:
            problems.append(Problem(plain, 0, f"a whitelist of tool.vulture.paths that cannot be read: {error}"))
            continue
        for name, line in names:
            yield NameEntry("whitelist", name, plain, line)
