"""JavaScript and TypeScript in the plan: Knip's findings, with what git, the files' text and browsers say of them.

In: a loaded configuration, the repository, observations. Out: `ScriptsSide`. Reads the commit that the plan is made on,
not the working tree. Without Knip in the configuration nothing is read. Never plans anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.git import Repository
from auditor.model.code import Problem
from auditor.model.script_paths import is_script
from auditor.model.usage import Observations
from auditor.model.verdict import Finding
from auditor.pipeline.commit_files import CommitFiles

if TYPE_CHECKING:
    from auditor.analysis.scripts.read import Script
    from auditor.cross_reference.scripts import ScriptFile
    from auditor.model.report import ScanFinding

_PROSE = (".md", ".rst", ".txt", ".lock", ".map", ".svg")
_MANIFESTS = ("package-lock.json", "pnpm-lock.yaml", "knip.json")


class ScriptsSide(msgspec.Struct, frozen=True):
    """`findings` of scripts, and `problems` of Knip's.

    `imports` are (who imports, what) among files of findings; `observations` lack the use that scripts explain.
    """

    findings: tuple[Finding, ...]
    imports: tuple[tuple[str, str], ...]
    observations: Observations
    problems: tuple[Problem, ...] = ()


def scripts_side(
    loaded: LoadedConfig,
    repository: Repository,
    commit: str,
    observations: Observations,
    uncommitted: frozenset[str],
    start: str | None,
) -> ScriptsSide:
    """Return what is known of the project's JavaScript and TypeScript; nothing where no Knip is configured.

    Args:
        loaded: The configuration.
        repository: Where the project lies.
        commit: The one that the plan is made on.
        observations: Of production, for one window.
        uncommitted: Paths relative to the audited root.
        start: The commit that ran when the window began; None where history does not reach back so far.

    Raises:
        ConfigError: A report of Knip's cannot be read.
    """
    from auditor.cross_reference.scripts import script_findings
    from auditor.pipeline import opinions

    if not loaded.config.scan.knip and not any(one.tool == "knip" for one in loaded.config.scan.reports):
        return ScriptsSide((), (), observations)
    found, problems = opinions.of_knip(loaded)
    tree = _Tree(CommitFiles(loaded, repository, commit))
    owners = _Owners(tree.scripts)
    known = frozenset(name for name in observations.components.counts if owners.of(name))
    before = CommitFiles(loaded, repository, start).own if start is not None and found else {}
    files = _files(tree, found, None if start is None else before, owners, known)
    of_browsers = msgspec.structs.replace(observations, components=observations.components.only(known))
    findings = script_findings(found, files, of_browsers, keep=loaded.config.keep, uncommitted=uncommitted)
    going = {one.definition.path for one in findings if one.definition.kind == "file"}
    imports = [(importer, path) for path in sorted(going) for importer, _ in files[path].importers if importer in going]
    return ScriptsSide(findings, tuple(imports), _explained(observations, known), tuple(problems))


class _Tree:
    """The audited part of a commit, and its scripts, read."""

    def __init__(self, files: CommitFiles) -> None:
        from auditor.analysis.scripts import read

        self.blobs, self.read = files.own, files.texts
        paths = [path for path in files.own if is_script(path)]
        self.texts = files.texts(paths)
        self.scripts = [read.read(path, self.texts.get(path, "")) for path in paths]


class _Owners:
    """Which scripts a component's name may mean: those that declare or track it, and those called so."""

    def __init__(self, scripts: Iterable[Script]) -> None:
        from auditor.analysis.scripts import read

        self.folded = read.folded
        self.exact: dict[str, set[str]] = {}
        self.stems: dict[str, set[str]] = {}
        for script in scripts:
            for name in script.components:
                self.exact.setdefault(name, set()).add(script.path)
            self.stems.setdefault(read.folded(read.stem(script.path)), set()).add(script.path)

    def of(self, name: str) -> set[str]:
        """Return the paths of the scripts that a name may mean."""
        return self.exact.get(name, set()) | self.stems.get(self.folded(name), set())


def _files(
    tree: _Tree,
    found: Sequence[ScanFinding],
    before: Mapping[str, str] | None,
    owners: _Owners,
    counted: frozenset[str],
) -> dict[str, ScriptFile]:
    """Return what is known of each file that Knip speaks of; of files that the commit does not have, nothing."""
    from auditor.analysis.scripts import read
    from auditor.cross_reference.scripts import ScriptFile

    spoken = sorted({one.path for one in found} & tree.blobs.keys())
    targets = [one.path for one in found if one.kind == "file" and one.path in tree.blobs]
    importers, mentions = read.importers(tree.scripts, targets), _mentions(tree, targets)
    by_path = {script.path: script for script in tree.scripts}
    files = {}
    for path in spoken:
        names = by_path.get(path, read.Script(path)).components | {read.stem(path)}
        names |= {name for name in counted if path in owners.of(name)}
        files[path] = ScriptFile(
            path, len(tree.texts.get(path, "").splitlines()), tree.blobs[path],
            before.get(path, "") if before is not None else None, names,
            frozenset(name for name in names if owners.of(name) - {path}),
            importers.get(path, ()), mentions.get(path, ()),
        )  # fmt: skip
    return files


def _mentions(tree: _Tree, targets: Sequence[str]) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return for each target the places in files other than scripts that name its file: a page loads it by itself."""
    if not targets:
        return {}
    names: dict[str, list[str]] = {}
    for target in targets:
        names.setdefault(PurePosixPath(target).name, []).append(target)
    pattern = re.compile(r"""(?<=[/'"`(])(?:%s)(?=['"`)?\s])""" % "|".join(map(re.escape, sorted(names))))  # noqa: UP031
    found: dict[str, list[tuple[str, int]]] = {}
    for path, text in sorted(tree.read(_others(tree)).items()):
        for match in pattern.finditer(text):
            for target in names[match.group()]:
                found.setdefault(target, []).append((path, text.count("\n", 0, match.start()) + 1))
    return {target: tuple(places) for target, places in found.items()}


def _others(tree: _Tree) -> list[str]:
    return [
        path
        for path in tree.blobs
        if not is_script(path) and not path.endswith(_PROSE) and PurePosixPath(path).name not in _MANIFESTS
    ]


def _explained(observations: Observations, known: frozenset[str]) -> Observations:
    """Return observations in which components that a script answers to are no longer listed as leading nowhere."""
    left = tuple(row for row in observations.unattributed if row[0] not in known)
    return msgspec.structs.replace(observations, unattributed=left)


def named(findings: Iterable[Finding]) -> frozenset[str]:
    """Return the ids and the paths of findings: what a keep-list may name of them."""
    return frozenset(name for one in findings for name in (one.definition.id, one.definition.path))
