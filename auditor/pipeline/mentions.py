"""What head still names outside Python code, and links to by a route's name, that base had and head has not.

In: the static sides of both commits. Out: `Mention`s for the gate. Files that the change leaves alone say what they
said at base; only those that it touches are read again, as if nothing had been deleted. Documentation is no use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import msgspec

from auditor.analysis.outside import project_metadata
from auditor.analysis.outside.files import kind_of
from auditor.analysis.outside.names import Tree
from auditor.analysis.outside.project_files import DOCUMENTED_GROUP, Declared
from auditor.analysis.routing import link_names, links
from auditor.config import AuditConfig
from auditor.gate import Mention
from auditor.git import Repository
from auditor.model.code import DefinitionId
from auditor.pipeline.command_lines import lost_commands
from auditor.pipeline.names import TreeNames
from auditor.pipeline.rendered import lost_templates
from auditor.pipeline.static import Static

_OTHERS = ("admin:",)
"""Namespaces of links whose routes a framework brings."""
_ABSOLUTE = re.compile(r"(?<![\w.$}/-])(/(?:[\w.-]+/)*[\w.-]+\.py)(?!\w)")
_LINKING = (".LOGIN_URL", ".LOGIN_REDIRECT_URL", ".LOGOUT_REDIRECT_URL")


class Named(msgspec.Struct, frozen=True):
    """One side: what was analysed, and what its names mean."""

    static: Static
    names: TreeNames


def lost_mentions(
    repository: Repository, prefix: str, config: AuditConfig, commits: tuple[str, str], sides: tuple[Named, Named]
) -> Iterator[Mention]:
    """Yield what head still names and has no more; `commits` and `sides` are base's and head's."""
    before, after = sides
    if before.static.files != after.static.files:
        declared = _declared(repository, prefix, config, commits, sides)
        meant, means = before.names.named(declared), after.names.named(declared)
        lost = [one for one in declared if one in meant and one not in means]
        there = _OnMachine(repository, prefix, commits[1]) if lost else None
        for one in lost:
            if there is None or not there.has(one):
                yield Mention(one.path, one.line, _text(one), meant[one])
    yield from lost_commands(repository, prefix, commits[1], (before.static, after.static), before.names)
    yield from lost_templates(repository, prefix, commits[1], before.static, after.static)
    yield from _links(before.static, after.static)


class _OnMachine:
    """Whether a path of the machine that the program runs on (`/app/load.py`) means another file of head."""

    def __init__(self, repository: Repository, prefix: str, head: str) -> None:
        self._repository, self._prefix, self._head = repository, prefix, head

    @cached_property
    def _tree(self) -> Tree:
        paths = self._repository.files_at(self._head)
        return Tree(path.removeprefix(self._prefix) for path in paths if path.startswith(self._prefix))

    def has(self, one: Declared) -> bool:
        """Return whether all such paths that the line writes, to a file of that name, lead to one of head."""
        if not one.target.endswith(".py") or not one.line:
            return False
        lines = (self._repository.content(self._head, self._prefix + one.path) or b"").splitlines()
        line = lines[one.line - 1].decode("utf-8", "replace") if one.line <= len(lines) else ""
        name, folder = one.target.rpartition("/")[2], one.path.rpartition("/")[0]
        written = [path for path in _ABSOLUTE.findall(line) if path.endswith(f"/{name}")]
        return bool(written) and all(self._tree.file(path, folder) for path in written)


def _text(one: Declared) -> str:
    return one.target.rstrip(":") + (f":{one.name}" if one.target.endswith(".py") and one.name else "")


def _declared(
    repository: Repository, prefix: str, config: AuditConfig, commits: tuple[str, str], sides: tuple[Named, Named]
) -> list[Declared]:
    """Return what head's files declare, read with the names of both sides in mind."""
    old, new = (repository.files_at(commit) for commit in commits)
    same = [one for one in sides[0].static.declared if old.get(prefix + one.path) == new.get(prefix + one.path)]
    touched = {
        path.removeprefix(prefix): blob
        for path, blob in new.items()
        if path.startswith(prefix) and blob != old.get(path) and _may_name(path)
    }
    contents = dict(repository.blobs(dict.fromkeys(touched.values())))
    known = {path.removeprefix(prefix) for path in (*old, *new) if path.startswith(prefix) and path.endswith(".py")}
    read = project_metadata.declared_in(lambda path: contents.get(touched.get(path, "")), touched, config, known)
    return [one for one in (*same, *read) if _counts(one)]


def _may_name(path: str) -> bool:
    return bool(kind_of(path)) or path.rpartition("/")[2] in ("setup.py", "pyproject.toml", "setup.cfg")


def _counts(one: Declared) -> bool:
    return not one.in_tests and one.group != DOCUMENTED_GROUP and kind_of(one.path) != "docs"


def _links(before: Static, after: Static) -> Iterator[Mention]:
    """Yield links by the name of a route that base had and head has not."""
    meant, means = (link_names.naming(one.facts, one.analysis.routes) for one in (before, after))
    if meant == means:
        return
    for path, line, source, text in (*_made(after), *_settings(after)):
        lost = meant.lost(text, means) if not text.startswith(_OTHERS) else None
        if lost is not None:
            yield Mention(path, line, text, lost, link=True, source=source)


def _made(static: Static) -> Iterator[tuple[str, int, DefinitionId, str]]:
    """Yield the links that code and templates make: path, line, source, name."""
    return ((path, call.line, call.source, text) for call, text, path in links.made(static.facts))


def _settings(static: Static) -> Iterator[tuple[str, int, DefinitionId, str]]:
    """Yield the settings of Django that name a route."""
    for module in static.facts:
        for one in module.assignments:
            if one.target.endswith(_LINKING) and one.value.kind == "text" and not module.in_tests:
                name = one.target.removeprefix(f"{module.module}.")
                yield module.path, one.line, f"{module.module}:{name}", one.value.text
