"""Requirements taken out of the files that declare them: `requirements*.txt` by line, `pyproject.toml` by entry.

In: a file's bytes, its path, names. Out: what it declares and may lose; its bytes without some. Everything else stays
byte for byte. A name that is declared twice, with extras, or over several lines of TOML is not offered. Lock files are
never touched: whoever deploys locks anew.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

import msgspec

from auditor.errors import EditError

_NAMED = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?=[=<>!~;@,\\#(]|$)")
_FILE = re.compile(r"(?:requirements[\w.-]*\.txt|(?:.*/)?requirements/[^/]+\.txt|(?:.*/)requirements[\w.-]*\.txt)$")


class Entry(msgspec.Struct, frozen=True):
    """A declared requirement: lines `first` to `last` (1-based) and the hash of its text.

    `start` and `end` are where it stands in the file's text, with what separates it from its neighbours.
    """

    first: int
    last: int
    digest: str
    start: int
    end: int


def declares(path: str) -> bool:
    """Return whether a path (relative, with `/`) is that of a file of requirements that can be edited."""
    return PurePosixPath(path).name == "pyproject.toml" or _FILE.match(path) is not None


def normalized(name: str) -> str:
    """Return a distribution's name as indexes compare it: `Ruamel.YAML` -> `ruamel-yaml`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(text: str, path: str) -> dict[str, Entry]:
    """Return what a file declares and may lose, by normalized name; nothing of a file that cannot be read."""
    found: dict[str, list[Entry]] = {}
    rows = _in_toml(text) if path.endswith(".toml") else _in_lines(text)
    for name, start, end in rows:
        first, last = text.count("\n", 0, start) + 1, text.count("\n", 0, end - 1) + 1
        digest = hashlib.blake2b(text[start:end].strip(" \t\r\n,").encode(), digest_size=16).hexdigest()
        found.setdefault(normalized(name), []).append(Entry(first, last, digest, start, end))
    return {name: entries[0] for name, entries in found.items() if len(entries) == 1}


def remove(content: bytes, path: str, names: Iterable[str]) -> bytes:
    """Return a file without the requirements of some normalized names.

    Raises:
        EditError: It is not text, a name is not declared in a way that can be edited, or more than it would change.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EditError(f"{path}: it is not UTF-8; remove the requirement by hand") from error
    for name in names:
        entry = declared(text, path).get(name)
        if entry is None:
            raise EditError(f"{path}: `{name}` is not declared there once and in plain form; remove it by hand")
        without = text[: entry.start] + text[entry.end :]
        if path.endswith(".toml"):
            _check(text, without, path, name)
        text = without
    return text.encode("utf-8")


def _in_lines(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield name, start and end of each plain requirement, with its continuation lines and the comments below it."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    place = n = 0
    while n < len(lines):
        start, first = place, n
        place, n = place + len(lines[n]), n + 1
        while n < len(lines) and lines[n - 1].rstrip().endswith("\\") and not lines[n - 1].lstrip().startswith("#"):
            place, n = place + len(lines[n]), n + 1
        match = _NAMED.match(lines[first].rstrip())
        if match is None:
            continue
        while n < len(lines) and re.match(r"[ \t]+#", lines[n]):
            place, n = place + len(lines[n]), n + 1
        yield match[1], start, place


def _in_toml(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield name, start and end of each requirement whose text stands in the file once."""
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    for array in _arrays(document):
        for one in array:
            match = _NAMED.match(one) if isinstance(one, str) else None
            span = _element(text, one) if match else None
            if match and span:
                yield match[1], *span
            elif match:
                yield from ((match[1], 0, 1), (match[1], 0, 1))  # declared, but not offered
    for table in _tables(document):
        for key in table:
            found = [*re.finditer(rf"^{re.escape(key)}[ \t]*=[^\n]*(?:\n|$)", text, re.MULTILINE)]
            for match in found if len(found) == 1 else ():
                yield key, match.start(), match.end()


def _element(text: str, value: str) -> tuple[int, int] | None:
    """Return where an element of an array stands: its line, or it with one comma where others are beside it."""
    quoted = rf"(?:\"{re.escape(value)}\"|'{re.escape(value)}')"
    found = [*re.finditer(quoted, text)]
    if len(found) != 1:
        return None
    own = re.compile(rf"^[ \t]*{quoted}[ \t]*,?[ \t]*(?:#[^\n]*)?\r?\n", re.MULTILINE).search(text)
    beside = own or re.search(rf"{quoted}[ \t]*,[ \t]*", text) or re.search(rf",[ \t]*{quoted}|{quoted}", text)
    return beside.span() if beside else None


def _arrays(document: dict[str, Any]) -> Iterator[list[Any]]:
    project = _table(document, "project")
    groups = [*_table(project, "optional-dependencies").values(), *_table(document, "dependency-groups").values()]
    yield from (one for one in (project.get("dependencies"), *groups) if isinstance(one, list))


def _tables(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    poetry = _table(_table(document, "tool"), "poetry")
    groups = [one for one in _table(poetry, "group").values() if isinstance(one, dict)]
    yield from (_table(one, "dependencies") for one in (poetry, *groups))


def _table(inside: dict[str, Any], key: str) -> dict[str, Any]:
    found = inside.get(key)
    return found if isinstance(found, dict) else {}


def _check(before: str, after: str, path: str, name: str) -> None:
    """Raise EditError unless the two documents differ in that one requirement alone."""
    try:
        old, new = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError as error:
        raise EditError(f"{path}: without `{name}` it could not be read ({error}); remove it by hand") from error
    taken = 0
    for array in _arrays(old):
        kept = [one for one in array if not (isinstance(one, str) and _is(one, name))]
        taken += len(array) - len(kept)
        array[:] = kept
    for table in _tables(old):
        for key in [key for key in table if normalized(key) == name]:
            del table[key]
            taken += 1
    if taken != 1 or old != new:
        raise EditError(f"{path}: `{name}` cannot be taken out of it alone; remove it by hand")


def _is(requirement: str, name: str) -> bool:
    match = _NAMED.match(requirement)
    return match is not None and normalized(match[1]) == name
