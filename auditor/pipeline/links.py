"""What a change does to submodules and symbolic links, whose code is not analysed, and to what lies uncommitted.

In: a repository and two commits. Out: sentences: what makes the answer unknown, and what is only to be said. Never
reads a submodule.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from auditor.git import Repository


def unseen(repository: Repository, prefix: str, base: str, head: str) -> Iterator[str]:
    """Yield what the change takes away of submodules and symbolic links, or by way of them.

    And files whose names cannot be printed: nobody reads them.
    """
    before, after = repository.files_at(base), repository.files_at(head)
    for path in before:
        if not path.isprintable() and path.endswith(".py") and after.get(path) != before[path]:
            yield f"what the change takes from {path!r} cannot be known: its name is no printable text"
    old, new = repository.links_at(base), repository.links_at(head)
    if not old and not new:
        return
    targets = _targets(repository, old)
    for path, (kind, blob) in old.items():
        name = path.removeprefix(prefix)
        if not path.startswith(prefix) or not _may_be_code(path, kind) or new.get(path) == (kind, blob):
            continue
        bumped = kind == "submodule" and path in new
        leads_to = targets.get(path, "")
        if not bumped and not _has(after, path) and not (leads_to in before and not _may_be_code(leads_to, "file")):
            yield f"whether anything uses {name} cannot be known: it is a {kind}, and is not read"
    for path, (kind, _) in new.items():
        name = path.removeprefix(prefix)
        if kind == "submodule" and path not in old and path.startswith(prefix) and _has(before, path):
            yield f"what became of {name} cannot be known: it is a submodule now, and is not read"
    for path, target in _targets(repository, new).items():
        if _has(before, target) and not _has(after, target) and _may_be_code(target, "file"):
            name, gone = path.removeprefix(prefix), target.removeprefix(prefix)
            yield f"{name} is a symbolic link to {gone}, which goes: what uses it cannot be known"


def said(repository: Repository, prefix: str, base: str, head: str, head_name: str) -> Iterator[str]:
    """Yield what whoever reads the answer should know besides."""
    after = repository.links_at(head)
    for path, (kind, commit) in repository.links_at(base).items():
        if kind == "submodule" and path.startswith(prefix) and after.get(path, (kind, commit)) != (kind, commit):
            yield f"{path.removeprefix(prefix)} is a submodule at another commit now: its code is not read or judged"
    if head_name == "HEAD" and (changed := repository.modified()):
        files = f"{len(changed)} files have" if len(changed) > 1 else f"{changed[0]} has"
        yield f"{files} uncommitted changes, which are not judged: the commit is"


def _may_be_code(path: str, kind: str) -> bool:
    """Return whether Python may lie behind a path; a plain file without a suffix is code only where it is a script."""
    name = path.rpartition("/")[2]
    return kind == "submodule" or path.endswith(".py") or ("." not in name and kind != "file")


def _has(files: Mapping[str, str], path: str) -> bool:
    """Return whether there is a file at a path, or below it."""
    return path in files or any(one.startswith(f"{path}/") for one in files)


def _targets(repository: Repository, links: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return where symbolic links lead to: path -> path from the repository's top."""
    blobs = {path: blob for path, (kind, blob) in links.items() if kind != "submodule"}
    texts = dict(repository.blobs(dict.fromkeys(blobs.values())))
    return {
        path: posixpath.normpath(posixpath.join(posixpath.dirname(path), texts[blob].decode("utf-8", "replace")))
        for path, blob in blobs.items()
        if blob in texts
    }
