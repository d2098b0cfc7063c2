"""What each change of a repository's history took away, and what came back soon.

In: a repository. Out: `Change`s, oldest first. A change is a step of the first-parent history: a commit, or a merged
branch as a whole. Only the changed files are read, with `ast`; nothing of auditor's analysis is asked.
"""

import ast
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from auditor.git import Repository

NOT_PRODUCTION = ("test", "tests", "testing", "docs", "doc", "examples", "migrations", "versions", "node_modules")
TEST_FILES = ("test_*.py", "*_test.py", "conftest.py", "tests.py")
MOST_FILES = 150
"""Changes that touch more files are releases, vendored code or reformatting: nobody would ask a gate about them."""
_BATCH = 2000
_COMMIT = re.compile(r"\x01([0-9a-f]+) ([0-9a-f]*)(?: [0-9a-f ]*)?\x02(\d+)\x02([^\0]*)\0")
_NOTHING = "0" * 40

Outline = Mapping[str, str]


class Change(NamedTuple):
    """A step of history. `deleted` and `added` are (path, qualified name, digest of the text) in production code.

    `when` is its commit's time in epoch seconds, `parent` its first parent.
    """

    commit: str
    parent: str
    when: int
    subject: str
    deleted: frozenset[tuple[str, str, str]]
    added: frozenset[tuple[str, str, str]]

    @property
    def lost(self) -> frozenset[tuple[str, str, str]]:
        """Return what it deletes and does not add again, with the same name and text, in another file."""
        there = {(name, text) for _, name, text in self.added}
        return frozenset(one for one in self.deleted if (one[1], one[2]) not in there)


def changes(repository: Repository) -> tuple[Change, ...]:
    """Return the changes of the first-parent history that delete or add definitions of production code."""
    rows = list(_rows(repository))
    outlines: dict[str, Outline | None] = {}
    found = []
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        wanted = {blob for *_, files in part for pair in files.values() for blob in pair} - outlines.keys() - {_NOTHING}
        for blob, content in repository.blobs(sorted(wanted)):
            outlines[blob] = outline(content)
        for commit, parent, when, subject, files in part:
            deleted, added = _difference(files, outlines)
            if deleted or added:
                found.append(Change(commit, parent, when, subject, deleted, added))
    return tuple(found)


def kept_changes(repository: Repository, place: Path) -> tuple[Change, ...]:
    """Return `changes`, from a file that was written for the same commit, else anew and written there."""
    mark = f"{repository.resolve('HEAD')} {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}"
    if place.is_file() and (known := json.loads(place.read_text("utf-8")))["mark"] == mark:
        return tuple(Change(*row[:4], *(frozenset(map(tuple, sets)) for sets in row[4:])) for row in known["changes"])
    found = changes(repository)
    rows = [(*one[:4], sorted(one.deleted), sorted(one.added)) for one in found]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps({"mark": mark, "changes": rows}), "utf-8")
    return found


def restored(history: Iterable[Change], days: float) -> dict[str, frozenset[str]]:
    """Return commit -> names of definitions that it took away and that came back within days.

    One comes back where it stood, or letter by letter anywhere.
    """
    taken: dict[tuple[str, str], list[Change]] = {}
    found: dict[str, set[str]] = {}
    for change in history:
        for path, name, text in change.added:
            for earlier in (*taken.get((name, text), ()), *taken.get((name, path), ())):
                if 0 <= change.when - earlier.when <= days * 86400:
                    found.setdefault(earlier.commit, set()).add(name)
        for path, name, text in change.lost:
            taken.setdefault((name, text), []).append(change)
            taken.setdefault((name, path), []).append(change)
    return {commit: frozenset(names) for commit, names in found.items()}


def outline(source: bytes) -> Outline | None:
    """Return the qualified names of a file's functions, classes and methods with a digest; None if it has no meaning.

    Indentation and blank ends do not count, so that a definition keeps its digest where it moves.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    lines = [line.strip() for line in source.split(b"\n")]
    found: dict[str, str] = {}
    pending: list[tuple[str, ast.AST]] = [("", tree)]
    while pending:
        prefix, node = pending.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}{child.name}"
                first = min((one.lineno for one in child.decorator_list), default=child.lineno)
                text = b"\n".join(lines[first - 1 : child.end_lineno])
                found[name] = hashlib.blake2b(text, digest_size=8).hexdigest()
                if isinstance(child, ast.ClassDef):
                    pending.append((f"{name}.", child))
            elif isinstance(child, ast.If | ast.Try | ast.With):
                pending.append((prefix, child))
    return found


def _difference(
    files: Mapping[str, tuple[str, str]], outlines: Mapping[str, Outline | None]
) -> tuple[frozenset[tuple[str, str, str]], frozenset[tuple[str, str, str]]]:
    """Return what was deleted and added; nothing where a file of the change is written for another Python."""
    deleted, added = set(), set()
    for path, (old, new) in files.items():
        before, after = outlines.get(old, {}), outlines.get(new, {})
        if before is None or after is None:
            return frozenset(), frozenset()
        deleted |= {(path, name, text) for name, text in before.items() if name not in after}
        added |= {(path, name, text) for name, text in after.items() if name not in before}
    return frozenset(deleted), frozenset(added)


def is_production(path: str) -> bool:
    """Return whether a path is that of Python code that production could run."""
    *folders, name = path.split("/")
    return (
        name.endswith(".py")
        and not any(folder in NOT_PRODUCTION for folder in folders)
        and not any(fnmatch(name, one) for one in TEST_FILES)
    )


def _rows(repository: Repository) -> Iterator[tuple[str, str, int, str, dict[str, tuple[str, str]]]]:
    """Yield commit, parent, time, subject and the changed files of production, path -> (old blob, new blob)."""
    text = repository.run(
        "log", "--first-parent", "--diff-merges=first-parent", "--raw", "--no-abbrev", "--no-renames", "-z",
        "--reverse", "--format=%x01%H %P%x02%ct%x02%s", "HEAD",
    )  # fmt: skip
    starts = list(_COMMIT.finditer(text))
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        commit, parents, when, subject = start.groups()
        body = text[start.end() : following.start() if following else len(text)]
        fields = body.strip("\n").split("\0")
        files: dict[str, tuple[str, str]] = {}
        for info, path in zip(fields[::2], fields[1::2], strict=False):
            modes = info.strip("\n").split(" ")
            if len(modes) == 5 and is_production(path):
                files[path] = (modes[2], modes[3])
        if parents and files and len(fields) // 2 <= MOST_FILES:
            yield commit, parents.split(" ")[0], int(when), subject, files
