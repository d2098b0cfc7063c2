"""The scripts of one commit, read as far as they are asked for.

In: a loaded configuration, the repository, a commit. Out: paths, facts by path, texts, who names a word. Reads blobs,
never the working tree; keeps what it read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import PurePosixPath

import pathspec

from auditor.analysis.file_listing import SKIPPED
from auditor.analysis.scripts.bindings import bindings
from auditor.analysis.scripts.resolving import Project
from auditor.analysis.scripts.syntax import Import, ScriptFacts, code_of, read_script, unreadable
from auditor.config import LoadedConfig
from auditor.git import Repository
from auditor.model.script_paths import SCRIPT_SUFFIXES, is_script
from auditor.pipeline.commit_files import CommitFiles
from auditor.pipeline.places import prefix_in

_ELSEWHERE = SKIPPED | frozenset((
    "dist", "vendor", "vendored", "vendors", "third_party", "bower_components", ".next", ".nuxt", ".output",
    ".svelte-kit", ".yarn", "storybook-static",
))  # fmt: skip
"""Folders that hold other people's scripts, or what is built."""
_BUILT = frozenset(("build", "out", "coverage"))
"""The same where they lie at the top, or beside a `package.json`."""


class Sources:
    """Which paths are scripts of the project, by its configuration."""

    def __init__(self, loaded: LoadedConfig) -> None:
        self._excluded = pathspec.GitIgnoreSpec.from_lines(loaded.config.exclude)

    def has(self, path: str) -> bool:
        """Return whether a path is a script of the project: no declaration, nothing built, nobody else's."""
        if not is_script(path) or path.startswith("/") or path.endswith((".d.ts", ".min.js", ".min.mjs")):
            return False
        return not self.elsewhere(path)

    def elsewhere(self, path: str) -> bool:
        """Return whether a path is left out of the audit."""
        folders = path.split("/")[:-1]
        if any(folder in _ELSEWHERE for folder in folders) or (folders and folders[0] in _BUILT):
            return True
        return self._excluded.match_file(path)


class ScriptView:
    """One commit. Paths are relative to the audited root; scripts of others are not among `scripts`."""

    def __init__(
        self,
        loaded: LoadedConfig,
        repository: Repository,
        commit: str,
        sources: Sources,
        other: ScriptView | None = None,
    ) -> None:
        self._files = CommitFiles(loaded, repository, commit)
        self._repository, self._prefix, self.commit = repository, prefix_in(loaded, repository), commit
        inside = [path for path in self._files.own if not sources.elsewhere(path)]
        roots = {path.removesuffix("package.json") for path in inside if PurePosixPath(path).name == "package.json"}
        built = tuple(f"{root}{folder}/" for root in roots for folder in _BUILT)
        self.paths = frozenset(path for path in inside if not path.startswith(built))
        self.scripts = frozenset(path for path in self.paths if sources.has(path))
        self._facts: dict[str, ScriptFacts] = {}
        self._exported: dict[str, tuple[frozenset[str], bool]] = {}
        self._other = other
        self.unread: dict[str, str] = {}

    @cached_property
    def project(self) -> Project:
        """How imports of this tree are resolved."""
        names = ("package.json", "jsconfig.json")
        settings = [
            path
            for path in self.paths
            if (name := PurePosixPath(path).name) in names or (name.startswith("tsconfig") and name.endswith(".json"))
        ]
        return Project(self.paths, self._files.texts(settings))

    def blob(self, path: str) -> str | None:
        """Return the hash of a file's content."""
        return self._files.own.get(path)

    def texts(self, paths: Iterable[str]) -> dict[str, str]:
        """Return texts by path; what is very large or binary is left out."""
        return self._files.texts(path for path in paths if path in self.paths)

    def load(self, paths: Iterable[str]) -> None:
        """Read scripts at once that will be asked for."""
        missing = sorted({path for path in paths if path in self.scripts} - self._facts.keys())
        blobs = {path: self._files.own[path] for path in missing if not self._is_known(path)}
        contents = dict(self._repository.blobs(dict.fromkeys(blobs.values())))
        for path, blob in blobs.items():
            content = contents.get(blob, b"\0")
            reason = unreadable(content)
            if reason:
                self.unread[path] = reason
                self._facts[path] = ScriptFacts(path, open=True)
            else:
                self._facts[path] = read_script(path, content.decode("utf-8", "replace"))

    def _is_known(self, path: str) -> bool:
        """Take over what the other commit's view read of the same content; return whether there was such."""
        other = self._other
        if other is None or path not in other._facts or other._files.own[path] != self._files.own[path]:
            return False
        self._facts[path] = other._facts[path]
        if path in other.unread:
            self.unread[path] = other.unread[path]
        return True

    def facts(self, path: str) -> ScriptFacts:
        """Return what one of the tree's scripts says; of one that cannot be read, that it may export anything."""
        if path not in self._facts:
            self.load([path])
        return self._facts[path]

    def uses(self, path: str, one: Import) -> bool:
        """Return whether a script uses what it imports by a name, or asks for it without one."""
        used = self.used_names(path, one)
        return used is None or bool(used)

    def used_names(self, path: str, one: Import) -> frozenset[str] | None:
        """Return what a script uses of what an import takes by names; None where it asks for a file without a name."""
        code = code_of(path, self.texts([path]).get(path, ""))
        found = [(here, there) for here, (specifier, there) in bindings(code) if specifier == one.specifier]
        code = code.replace(one.specifier, "")
        used = (there for here, there in found if len(re.findall(rf"(?<![\w$]){re.escape(here)}(?![\w$])", code)) > 1)
        return frozenset(used) if found else None

    def naming(self, words: Iterable[str], suffixes: Iterable[str] = SCRIPT_SUFFIXES) -> tuple[str, ...]:
        """Return the files, scripts by default, in which a word stands."""
        found = self._repository.naming(self.commit, words, (f"*{suffix}" for suffix in suffixes))
        cut = len(self._prefix)
        return tuple(path[cut:] for path in found if path.startswith(self._prefix) and path[cut:] in self.paths)

    def exported(self, path: str, seen: tuple[str, ...] = ()) -> tuple[frozenset[str], bool]:
        """Return the names that a script exports, stars followed, and whether it may export others."""
        if path in self._exported:
            return self._exported[path]
        facts = self.facts(path)
        names, is_open = set(facts.exports), facts.open
        stars = tuple(self.stars(path))
        self.load(target for target, _ in stars if target is not None)
        for target, specifier in stars:
            if target in self.scripts and target not in seen:
                more, also = self.exported(target, (*seen, path))
                names |= more - {"default"}
                is_open |= also
            else:
                is_open |= target not in seen and (target is not None or not specifier.startswith("."))
        found = frozenset(names), is_open
        if not seen:  # a part of a circle would know too little
            self._exported[path] = found
        return found

    def origin(self, path: str, name: str, seen: tuple[str, ...] = ()) -> tuple[str, str]:
        """Return the script and the name by which it exports what another one passes on, itself where it is its own."""
        for one in self.facts(path).imports:
            inner = one.given.get(name) or ("" if name == "default" else one.given.get("*", ""))
            target = self.project.resolve(path, one.specifier) if inner else None
            if target is None or target not in self.scripts or target in seen:
                continue
            there = name if inner == "*" else inner
            if there in self.exported(target)[0]:
                return self.origin(target, there, (*seen, path))
        return path, name

    def stars(self, path: str) -> Iterator[tuple[str | None, str]]:
        """Yield where a script's `export *` lead, and what they say."""
        for one in self.facts(path).imports:
            if "*" in one.given:
                yield self.project.resolve(path, one.specifier), one.specifier
