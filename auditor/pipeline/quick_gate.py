"""The gate's quick answer: what the files that a change touches tell for sure, from their facts.

In: the configuration, two commits, what is kept of base. Out: what the whole judgement would give, or nothing. Reads no
file that the change leaves alone; git looks for the names of what went in all of head.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.git import Repository
from auditor.git.reading import Difference
from auditor.model.code import ModuleFacts, SourceFile
from auditor.model.usage import Observations
from auditor.pipeline.grounds import Grounds, digest_of
from auditor.pipeline.places import prefix_in
from auditor.pipeline.policy import Policies
from auditor.pipeline.script_change import script_change
from auditor.pipeline.static import Static, facts_cache, recorded_calls, survey_commit

if TYPE_CHECKING:
    from auditor.gate.ground import Ground
    from auditor.model.gate import GateResult

_MOST_FILES = 300
_PLAIN = frozenset({"000000", "100644", "100755"})
_ROOTS = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "manage.py"})


def quick_answer(
    rules: Policies,
    repository: Repository,
    commits: tuple[str, str],
    grounds: Grounds,
    observe: Callable[[Static], Observations],
    nothing: Observations,
) -> GateResult | None:
    """Return what `judge_change` would of base and head (`commits`), where their differences tell; None elsewhere.

    `observe` gives the observations of a tree; `nothing` are those of which nothing is known.
    """
    from auditor.gate.registered import Unsure

    try:
        return _answer(rules, repository, commits, grounds, observe, nothing)
    except Unsure as reason:
        logging.getLogger("auditor").info("auditor: no quick answer: %s", reason)
        return None


def _answer(
    rules: Policies,
    repository: Repository,
    commits: tuple[str, str],
    grounds: Grounds,
    observe: Callable[[Static], Observations],
    nothing: Observations,
) -> GateResult:
    from auditor.analysis.collecting import paused
    from auditor.gate.edited import edited
    from auditor.gate.quick import quick_result
    from auditor.gate.registered import Unsure
    from auditor.pipeline.survivors import Survivors
    from auditor.pipeline.version_skew import VersionSkew

    base, head = commits
    prefix = prefix_in(rules.base, repository)
    if base == head or rules.notes or rules.base.config != rules.head.config:
        raise Unsure("the configuration is not the same, or nothing changed")
    changes = repository.differences(base, head)
    if not changes or len(changes) > _MOST_FILES:
        raise Unsure("nothing changed, or very much")
    ground = grounds.recall()
    if ground is None or not ground.files:
        raise Unsure("nothing is known of base")
    touches_scripts = script_change(rules.base, repository, base, head, frozenset()) is not None
    with paused():
        modules = _modules(ground.files)
        pairs = _changed(rules.base, repository, head, ground, changes)
        facts = _facts(rules.base, repository, changes, pairs)
        _same_start(ground, facts)
        edits = [edit for old, new in facts for edit in edited(old, new)]

        @functools.cache
        def observed() -> Observations:
            known = grounds.observable()
            if known is None:
                raise Unsure("what uses are bound to is not known")
            return observe(known)

        result = quick_result(
            commits,
            ground,
            edits,
            modules,
            lambda words, parts: repository.has_text(head, words, parts),
            observed,
            nothing,
            lambda old, new, seen: (
                Survivors(repository, prefix, old, new),
                VersionSkew(repository, prefix, base, seen),
            ),
        )
        return _with_scripts(rules, repository, commits, result, observed()) if touches_scripts else result


def _with_scripts(
    rules: Policies, repository: Repository, commits: tuple[str, str], result: GateResult, observations: Observations
) -> GateResult:
    """Return a result with what the change takes away of scripts: that is judged from them alone."""
    from auditor.gate import with_scripts

    scripts = script_change(rules.base, repository, *commits, observations.components.counts.keys())
    if scripts is None:
        return result
    return with_scripts(result, scripts, observations, allow_dormant=rules.base.config.gate.allow_dormant)


def _modules(files: Iterable[SourceFile]) -> frozenset[str]:
    """Return the names of all modules and of the packages that they lie in."""
    found: set[str] = set()
    for file in files:
        name = file.module
        while name and name not in found:
            found.add(name)
            name = name.rpartition(".")[0] if "/" not in name else ""
    return frozenset(found)


def _changed(
    loaded: LoadedConfig, repository: Repository, head: str, ground: Ground, changes: Sequence[Difference]
) -> list[tuple[SourceFile | None, SourceFile | None]]:
    """Return the audited files that the change touches, as they were and as they are, these without their digest.

    Raises:
        Unsure: The change touches what decides how the tree is read.
    """
    from auditor.gate.registered import Unsure

    prefix = prefix_in(loaded, repository)
    before = {file.path: file for file in ground.files}
    inside = [one for one in changes if one.path.startswith(prefix)]
    for one in changes:
        if not {one.old_mode, one.mode} <= _PLAIN or (one.old_mode != one.mode and one.status == "M"):
            raise Unsure(f"{one.path} is no plain file, or becomes another kind of file")
    paths = [one.path[len(prefix) :] for one in inside]
    listing = any(one.status != "M" or "." not in one.path.rpartition("/")[2] for one in inside)
    if listing or not ground.read.isdisjoint(paths) or any(path.rpartition("/")[2] in _ROOTS for path in paths):
        tree = survey_commit(loaded, repository, head)
        after = {file.path: file for file in tree.found.files}
        others = before.keys() - set(paths)
        kept = all(before[path] == after.get(path) for path in others) and not after.keys() - before.keys() - set(paths)
        if not kept or tree.found.problems or digest_of(tree.metadata) != ground.declared:
            raise Unsure("the change decides how the tree is read")
    else:
        after = {path: before[path] for path in paths if path in before}
    gone = [before[path] for path in paths if path in before and path not in after]
    homes = {one.module.rpartition(".")[0] for one in after.values()}
    if alone := [one.path for one in gone if one.module.rpartition(".")[0] not in homes]:
        raise Unsure(f"{alone[0]} went, and its package has no other module")
    there = [path for path in paths if path in after]
    return [
        *((one, None) for one in gone),
        *((before.get(path), msgspec.structs.replace(after[path], digest="")) for path in there),
    ]


def _facts(
    loaded: LoadedConfig, repository: Repository, changes: Sequence[Difference],
    pairs: Sequence[tuple[SourceFile | None, SourceFile | None]],
) -> list[tuple[ModuleFacts | None, ModuleFacts | None]]:  # fmt: skip
    """Return the facts of changed files, from the cache where they are known; what is extracted is kept there."""
    from auditor.analysis.discover import digest_of_content
    from auditor.analysis.extraction import extract_all, running
    from auditor.gate.registered import Unsure

    prefix = prefix_in(loaded, repository)
    blobs = {one.path[len(prefix) :]: (one.old_blob, one.blob) for one in changes}
    files = [(one, blobs[one.path][side]) for pair in pairs for side, one in enumerate(pair) if one is not None]
    contents = dict(repository.blobs({blob for _, blob in files}))
    if missing := [one.path for one, blob in files if blob not in contents]:
        raise Unsure(f"the content of {missing[0]} is missing")
    sources = [
        (one if one.digest else msgspec.structs.replace(one, digest=digest_of_content(contents[blob])), contents[blob])
        for one, blob in files
    ]
    read = extract_all.extract_all(
        sources, recorded_calls(loaded), jobs=1, cache=facts_cache(loaded, shared=False), opinions=False
    )
    found = iter(running.only_running(read))
    return [(next(found) if old is not None else None, next(found) if new is not None else None) for old, new in pairs]


def _same_start(ground: Ground, facts: Iterable[tuple[ModuleFacts | None, ModuleFacts | None]]) -> None:
    """Refuse where following start-up code could give other routes."""
    from auditor.gate.registered import Unsure

    if ground.followed is None:
        return
    from auditor.analysis.routing.startup.outline import Startup, same_start

    startup = Startup(ground.followed, ground.starting)
    for old, new in facts:
        known = new or old
        before, after = (one.registering if one is not None else "" for one in (old, new))
        same = before == after or ((before or old is None) and after)
        if known and not (same and same_start(known.module, known.is_package, before, after, startup)):
            raise Unsure(f"{known.path} may register routes in another way")
