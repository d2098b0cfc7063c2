"""`auditor baseline`, and what `auditor gate --no-new` adds: unused code of commits against the committed baseline.

In: a loaded configuration, commits. Out: the baseline's file; what is new and what is mended. Needs no usage, and never
takes what could not be read for mended.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.errors import ConfigError, EvidenceError
from auditor.files import write_atomically
from auditor.git import Repository
from auditor.model.baseline import BASELINE_FILE, Baseline, BaselineWritten
from auditor.model.gate import GateResult, concluded
from auditor.model.progress import Progress, unheard
from auditor.pipeline import compared
from auditor.pipeline.commits import Commits, commits_of
from auditor.pipeline.static import Joined, Static, analyse, joined_commit

if TYPE_CHECKING:
    from auditor.gate.ratchet import Ratcheted, UnreadFile, Unused
    from auditor.model.code import DefinitionId


def baseline(loaded: LoadedConfig, *, today: date, progress: Progress | None = None) -> BaselineWritten:
    """Write the unused code of the working tree into the baseline's file; entries of what cannot be read stay.

    Raises:
        ConfigError: The file cannot be read or written.
        EvidenceError: No Python is audited here, so nothing is known.
    """
    from auditor.gate.ratchet import module_of
    from auditor.report import json_text

    path = loaded.root / BASELINE_FILE
    before = frozenset(json_text.read_baseline(path.read_bytes(), name=str(path)).findings) if path.exists() else ()
    static = analyse(loaded, today=today, opinions=False, progress=progress)
    if not static.facts:
        raise EvidenceError(
            f"{loaded.root}: no Python file is audited here, so nothing is known; see roots and exclude"
        )
    found = _unused(static, loaded.root)
    unread = sorted(module for module in found.unread if any(module_of(key) == module for key in before))
    listed = {*found.outer, *(key for key in before if module_of(key) in unread)}
    write_atomically(path, json_text.baseline(Baseline(tuple(sorted(listed)))))
    return BaselineWritten(
        BASELINE_FILE, len(listed), len(listed.difference(before)), len(set(before) - listed), tuple(unread)
    )


def gate_new(
    loaded: LoadedConfig,
    base: str,
    head: str,
    *,
    now: datetime,
    environment: Mapping[str, str],
    progress: Progress | None = None,
) -> GateResult:
    """Judge only what a change adds of unused code; nothing is asked of usage. Errors as of `gate`."""
    change = commits_of(loaded, base, head, environment)
    unknowns = tuple(compared.emptiness(*change.named, change.base, change.head))
    result = GateResult(
        change.ancestors[0], change.head, False, 0, 0, (), change.rules.notes, root=change.prefix, unknowns=unknowns,
        judged_deletions=False,
    )  # fmt: skip
    if unknowns:
        return concluded(result)
    return with_ratchet(result, ratcheted(change, today=now.date(), progress=progress))


def ratcheted(change: Commits, *, today: date, progress: Progress | None = None) -> Ratcheted:
    """Return what is unused at a change's head and was not at its base, and what its baseline still lists.

    Raises:
        ConfigError: Head has no baseline, or one that cannot be read.
    """
    from auditor.gate import ratchet
    from auditor.gate.fates import Fates
    from auditor.gate.sides import Side
    from auditor.pipeline.names import TreeNames
    from auditor.report import json_text

    repository, prefix, rules, base, head = change.repository, change.prefix, change.rules, change.base, change.head
    place = f"{prefix}{BASELINE_FILE}"
    content = repository.content(head, place)
    if content is None:
        raise ConfigError(f"{place}: head has no such file; run 'auditor baseline' and commit what it writes")
    listed = json_text.read_baseline(content, name=f"{place} at head").findings
    tell = progress or unheard
    before = joined_commit(rules.base, repository, base, today=today, progress=lambda p, *n: tell(f"base: {p}", *n))
    after = joined_commit(
        rules.head, repository, head, today=today, like=before.static, progress=lambda p, *n: tell(f"head: {p}", *n)
    )
    old, new = (_at(repository, prefix, commit, one.static) for commit, one in ((base, before), (head, after)))
    if old.findings and not after.static.facts:
        return ratchet.Ratcheted(unknowns=("head has no Python that is audited, so nothing is known of it",))
    fates = Fates(
        *(Side(commit, one.static.analysis, one.static.facts, TreeNames(one.symbols))
          for commit, one in ((base, before), (head, after)))
    )  # fmt: skip
    moved = {
        **_renamed(repository, prefix, base, head, before, after), **{now: was for was, now in fates.moved.items()},
    }  # fmt: skip
    found = ratchet.ratchet(old, new, _listed_at(repository, base, place), listed, moved)
    return ratchet.placed(found, content.decode("utf-8", "replace"))


def with_ratchet(result: GateResult, found: Ratcheted) -> GateResult:
    """Return the gate's result with what the ratchet found."""
    return concluded(
        msgspec.structs.replace(
            result,
            breaches=(*result.breaches, *found.breaches),
            notes=(*result.notes, *found.notes),
            unknowns=(*result.unknowns, *found.unknowns),
        )
    )


def _listed_at(repository: Repository, commit: str, place: str) -> tuple[str, ...] | None:
    """Return what base's baseline lists; None where it has none that can be read: then base's findings count alone."""
    from auditor.report import json_text

    content = repository.content(commit, place)
    try:
        return json_text.read_baseline(content, name=place).findings if content is not None else None
    except ConfigError:
        return None


def _at(repository: Repository, prefix: str, commit: str, static: Static) -> Unused:
    """Return the unused code of a commit; names that vulture is told to ignore come from the commit as well."""
    with tempfile.TemporaryDirectory(prefix="auditor-baseline-") as scratch:
        content = repository.content(commit, f"{prefix}pyproject.toml")
        if content is not None:
            (Path(scratch) / "pyproject.toml").write_bytes(content)
        return _unused(static, Path(scratch))


def _unused(static: Static, root: Path) -> Unused:
    from auditor.analysis.findings import findings, name_lists, suppressions
    from auditor.gate.ratchet import unused

    lists = name_lists.read_name_lists(root, static.facts)
    own = findings.scan_findings(static.analysis, static.facts)
    definitions = static.analysis.graph.definitions
    kept = suppressions.suppress(own, static.facts, definitions, lists.entries).findings
    return unused(kept, dict(_unread(static)))


def _unread(static: Static) -> Iterator[tuple[str, UnreadFile]]:
    """Yield each module that could not be read, tests included."""
    from auditor.gate.ratchet import UnreadFile

    read = {one.path: one for one in static.facts}
    for file in static.files:
        facts = read.get(file.path)
        if facts is None or not facts.parsed:
            yield file.module, UnreadFile(file.path, file.digest)
    for problem in static.analysis.problems:
        if problem.path.endswith(".py") and problem.path not in read:
            yield problem.path, UnreadFile(problem.path, problem.message)


def _renamed(
    repository: Repository, prefix: str, base: str, head: str, before: Joined, after: Joined
) -> Mapping[DefinitionId, DefinitionId]:
    """Return the ids of modules of head whose files git takes for renamed ones of base, with the ids there."""
    was = {file.path: file.module for file in before.static.files}
    now = {file.path: file.module for file in after.static.files}
    pairs = (
        (one.old_path.removeprefix(prefix), one.path.removeprefix(prefix))
        for one in repository.changes(base, head)
        if one.status == "R" and one.old_path
    )
    return {f"{now[path]}:": f"{was[old]}:" for old, path in pairs if old in was and path in now}
