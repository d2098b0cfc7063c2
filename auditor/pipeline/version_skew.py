"""Whether production ran the code that a change is compared with, as far as one definition goes.

In: a repository, the commit called base, the versions that trackers saw in the window. Out: a sentence that says why
what was observed says nothing of a definition, or None. Asks git only where a deletion rests on absence.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from auditor.analysis.extraction.extract import extract
from auditor.errors import GitError
from auditor.git import Repository
from auditor.model.code import Definition, DefinitionId, SourceFile
from auditor.model.usage import Observations
from auditor.pipeline.past import commit_of


class VersionSkew:
    """Answers for the definitions of one base.

    Trackers publish since when a route is there. Where none watched, it must have stood in the code when the window
    began.
    """

    def __init__(self, repository: Repository, prefix: str, base: str, observations: Observations) -> None:
        self._repository, self._prefix, self._base, self._observations = repository, prefix, base, observations
        self._defined: dict[str, frozenset[DefinitionId]] = {}

    def __call__(self, definition: Definition, end: bool) -> str | None:
        """Return why the window says nothing of `definition`; an end must have been there since it began."""
        try:
            return self._said(definition, end=end)
        except GitError as error:
            return f"which code production ran in the window cannot be told: {error}"

    def _said(self, definition: Definition, *, end: bool) -> str | None:
        ran = {commit: said for commit, said in self._versions if commit != self._base}
        if not self._observations.versions and end and (start := self._start) is not None:
            ran[start] = ""
        if not ran:
            return None
        place = self._prefix + definition.path
        told = self._repository.run(
            "cat-file", "--batch-check=%(objectname)",
            stdin="".join(f"{commit}:{place}\n" for commit in (self._base, *ran)).encode("utf-8", "surrogateescape"),
        ).splitlines()  # fmt: skip
        for (commit, said), blob in zip(ran.items(), told[1:], strict=True):
            if blob != told[0] and not self._has(blob, definition):
                return said or (
                    f"it did not exist under this name when the window began, at {commit[:12]}, so that nobody called "
                    "it says little"
                )
        return None

    def _has(self, blob: str, definition: Definition) -> bool:
        if blob not in self._defined:
            file = SourceFile(
                definition.path, definition.module, definition.path.endswith("__init__.py"), definition.in_tests, ""
            )
            found: set[DefinitionId] = set()
            for _, content in self._repository.blobs([blob]) if " " not in blob else ():
                found.update(one.id for one in extract(content, file, frozenset(), opinions=False).definitions)
            self._defined[blob] = frozenset(found)
        return definition.id in self._defined[blob]

    @functools.cached_property
    def _versions(self) -> list[tuple[str, str]]:
        """The commits that versions of the window name, newest first, each with what to say where code is missing."""
        return list(self._seen())

    def _seen(self) -> Iterator[tuple[str, str]]:
        for seen in sorted(self._observations.versions, key=lambda one: (one.last, one.version), reverse=True):
            commit = commit_of(self._repository, seen.version)
            if commit is not None:
                yield (
                    commit,
                    (
                        f"version {seen.version}, which production ran until {seen.last:%Y-%m-%d}, did not have it, so "
                        "what was observed is not of this code (version skew)"
                    ),
                )

    @functools.cached_property
    def _start(self) -> str | None:
        """The commit that stood when the window began; None where history does not reach back so far."""
        return self._repository.commit_before(self._observations.window.start, self._base)
