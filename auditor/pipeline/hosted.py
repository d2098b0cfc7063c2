"""Findings with what their repository's host knows of them: who owns their files, and where they are read.

In: a configuration, a repository, a plan or a scan. Out: the same with owners and addresses. Never changes a verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.errors import GitError
from auditor.git import Repository
from auditor.pipeline.hosting import repository_web
from auditor.pipeline.owners import MOST_BYTES, CodeOwners, Dialect, has_sections
from auditor.pipeline.places import prefix_in

if TYPE_CHECKING:
    from auditor.model.plan import Plan, PlanFinding
    from auditor.model.report import ScanFinding, ScanResult
    from auditor.model.repository import HostKind

_GITHUB = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_GITLAB = ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")

OwnersOf = Callable[[str], tuple[str, ...]]


def hosted_plan(loaded: LoadedConfig, repository: Repository, made: Plan) -> Plan:
    """Return a plan whose findings name the owners of their files, with where the repository is read."""
    web = repository_web(loaded, repository)
    owners = _owners_of(loaded, repository, made.base_commit, web.kind if web else None)

    if owners is None:
        return msgspec.structs.replace(made, repository=web)

    def owned(findings: tuple[PlanFinding, ...]) -> tuple[PlanFinding, ...]:
        return tuple(msgspec.structs.replace(one, owners=owners(one.path)) for one in findings)

    return msgspec.structs.replace(
        made, repository=web, findings=owned(made.findings), contradictions=owned(made.contradictions)
    )


def hosted_scan(loaded: LoadedConfig, repository: Repository, found: ScanResult) -> ScanResult:
    """Return a scan whose findings name the owners of their files, with where the repository is read."""
    web = repository_web(loaded, repository)
    owners = _owners_of(loaded, repository, found.commit, web.kind if web else None) if found.commit else None

    if owners is None:
        return msgspec.structs.replace(found, repository=web)

    def owned(one: ScanFinding) -> ScanFinding:
        return msgspec.structs.replace(one, owners=owners(one.path))

    return msgspec.structs.replace(found, repository=web, findings=tuple(map(owned, found.findings)))


def _owners_of(loaded: LoadedConfig, repository: Repository, commit: str, kind: HostKind | None) -> OwnersOf | None:
    """Return what tells the owners of a path of the audited root; None where no file does.

    Gitea's files hold regular expressions, which read as patterns would name the wrong people.
    """
    if kind == "gitea":
        return None
    places = _GITLAB if kind == "gitlab" else (*_GITHUB, _GITLAB[-1])
    try:
        there = repository.entries(commit, places)
        place = next((one for one in places if there.get(one, ("",))[0].startswith("100")), None)
        content = repository.content(commit, place) if place else None
    except GitError:
        return None
    if place is None or content is None or len(content) > MOST_BYTES:
        return None
    text = content.decode("utf-8", "replace")
    as_gitlab = kind == "gitlab" or place == _GITLAB[-1] or (kind != "github" and has_sections(text))
    dialect: Dialect = "gitlab" if as_gitlab else "github"
    rules, prefix = CodeOwners(text, dialect), prefix_in(loaded, repository)
    known: dict[str, tuple[str, ...]] = {}

    def owners(path: str) -> tuple[str, ...]:
        if path not in known:
            known[path] = rules.of(prefix + path)
        return known[path]

    return owners
