"""What the code was that production ran in the window: bodies at its start and in the versions that were seen to run.

In: a repository, today's facts, a window, the versions that trackers told. Out: body hashes by definition, and who
referred to what at the start and does so no longer. A version counts where it names a commit: by a hash, as `git
describe` writes it, or as a tag's name. Never checks anything out; a file of one content is read once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

import msgspec

from auditor.analysis.extraction.extract import extract
from auditor.errors import GitError
from auditor.git import Repository
from auditor.model.code import DefinitionId, ModuleFacts, Reference, SourceFile, dotted
from auditor.model.graph import Edge
from auditor.model.usage import SeenVersion
from auditor.model.verdict import EarlierBodies
from auditor.model.window import Window
from auditor.pipeline.static import Static

_HASH = re.compile(r"(?:.*-g)?([0-9a-f]{7,40})")
_NAME = re.compile(r"[\w.+-]{1,100}")
_SKEW = timedelta(hours=1)
"""By how much clocks may differ. A commit that was made later than its version was first seen did not run then."""


class Past(msgspec.Struct, frozen=True):
    """The code before today's.

    `bodies` are those at the window's start, None where history does not reach back so far; `start` is the commit that
    ran then. `versions` are those of each version that ran in the window. `left` maps a definition that nothing refers
    to today to the functions that did when the window began.
    """

    bodies: Mapping[DefinitionId, str] | None
    versions: tuple[EarlierBodies, ...] = ()
    left: Mapping[DefinitionId, tuple[Edge, ...]] = {}
    start: str | None = None


def look_back(
    repository: Repository,
    prefix: str,
    static: Static,
    window: Window,
    versions: Iterable[SeenVersion],
    uncommitted: frozenset[str],
) -> Past:
    """Return what is known of the code that ran in the window; `uncommitted` are paths relative to the audited root.

    The commit that a version names counts at the window's start where all that ran then name one that was made by then;
    else the last commit before it does as well.
    """
    named = [(seen, commit_of(repository, seen.version)) for seen in versions]
    at_start = [
        commit if commit is not None and repository.committed_at(commit) <= seen.first + _SKEW else None
        for seen, commit in named
        if seen.first <= window.start <= seen.last
    ]
    read = _Reader(repository, prefix, static, uncommitted)
    ran = tuple(
        EarlierBodies(seen.version, seen.first, seen.last, read.bodies(commit)) for seen, commit in named if commit
    )
    known = at_start[0] if at_start and None not in at_start else repository.commit_before(window.start)
    if known is None:
        return Past(None, ran)
    return Past(read.bodies(known), ran, read.left(known), known)


def commit_of(repository: Repository, version: str) -> str | None:
    """Return the commit that a version names; None where it names none, as a branch's name does not for ever."""
    found = _HASH.fullmatch(version)
    names = [found[1]] if found else []
    if _NAME.fullmatch(version):
        names += [f"refs/tags/{version}", f"refs/tags/v{version}"]
    for name in names:
        try:
            return repository.resolve(name)
        except GitError:
            continue
    return None


class _Reader:
    """Facts of former contents of today's files."""

    def __init__(self, repository: Repository, prefix: str, static: Static, uncommitted: frozenset[str]) -> None:
        self.repository = repository
        self.prefix = prefix
        self.facts = static.facts
        head = repository.files_at("HEAD")
        self._known = {
            (module.path, head[prefix + module.path]): module
            for module in static.facts
            if prefix + module.path in head and module.path not in uncommitted
        }

    def of(self, commit: str) -> list[ModuleFacts]:
        """Return what today's files said at a commit; those that were not there are left out."""
        blobs = self.repository.files_at(commit)
        wanted = [(module, blob) for module in self.facts if (blob := blobs.get(self.prefix + module.path))]
        missing = [(module, blob) for module, blob in wanted if (module.path, blob) not in self._known]
        contents = dict(self.repository.blobs(dict.fromkeys(blob for _, blob in missing)))
        for module, blob in missing:
            file = SourceFile(module.path, module.module, module.is_package, module.in_tests, "")
            self._known[module.path, blob] = extract(contents[blob], file, frozenset(), opinions=False)
        return [self._known[module.path, blob] for module, blob in wanted]

    def bodies(self, commit: str) -> dict[DefinitionId, str]:
        """Return the body hash of every definition at a commit."""
        return {one.id: one.body_hash for facts in self.of(commit) for one in facts.definitions}

    def left(self, commit: str) -> dict[DefinitionId, tuple[Edge, ...]]:
        """Return what functions of production referred to at a commit, and nothing refers to today, with these uses."""
        now = [module for module in self.facts if not module.in_tests]
        still = {target for facts in now for target, _ in _uses(facts)}
        ids = {dotted(one.id): one.id for facts in now for one in facts.definitions if one.kind != "import"}
        gone = ids.keys() - still
        found: dict[DefinitionId, list[Edge]] = {}
        for facts in self.of(commit):
            for target, use in _uses(facts) if not facts.in_tests else ():
                if target in gone and not use.source.endswith(":"):
                    found.setdefault(ids[target], []).append(Edge(use.source, ids[target], "name", use.line))
        return {identity: tuple(edges) for identity, edges in sorted(found.items())}


def _uses(facts: ModuleFacts) -> Iterator[tuple[str, Reference]]:
    """Yield what a file refers to by dotted names, but for what a definition says of itself."""
    for one in facts.references:
        target = one.target.replace("()", "")
        if not target.startswith(".") and not f"{dotted(one.source)}.".startswith(f"{target}."):
            yield target, one
