"""`scan`: the static findings of the working tree, joined anew only where the last answer does not hold any more.

In: a loaded configuration and what to list. Out: a `ScanResult`. Never prints; writes nothing but what is kept between
runs, and that only where it is allowed to.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor import __version__
from auditor.config import LoadedConfig, OpinionSource
from auditor.git import Repository
from auditor.model.progress import Progress, unheard
from auditor.pipeline.answers import KeptAnswers, context_of
from auditor.pipeline.hosted import hosted_scan
from auditor.pipeline.places import unread, within
from auditor.pipeline.static import Static, Tree, analyse, cache_directory, facts_cache, recorded_calls, survey

if TYPE_CHECKING:
    from auditor.analysis.extraction.facts_cache import FactsCache
    from auditor.model.code import SourceFile
    from auditor.model.report import ScanResult


def scan(
    loaded: LoadedConfig,
    paths: Sequence[Path] = (),
    *,
    today: date | None = None,
    jobs: int | None = None,
    cache: bool = True,
    opinions: bool | None = None,
    reports: Sequence[OpinionSource] = (),
    suppressions: bool = False,
    differing: bool = False,
    progress: Progress | None = None,
) -> ScanResult:
    """Return the static findings.

    Args:
        loaded: The configuration.
        paths: Limit what is listed, never what is resolved.
        today: As for `analyse`; so are `jobs`, `cache` and `opinions`.
        jobs: See `today`.
        cache: See `today`.
        opinions: See `today`.
        reports: Reports of other tools besides the configured ones.
        suppressions: List what is suppressed, not only how much.
        differing: List what other tools call unused and we do not.
        progress: As for `analyse`.

    Raises:
        ConfigError: One of `paths` does not exist or lies outside the audited root, or a report cannot be used.
    """
    from auditor.analysis.collecting import paused

    lies_within = within(loaded, paths)
    tree = survey(loaded, progress)
    asked = loaded.config.scan.opinions if opinions is None else opinions
    kept = _answers(loaded, tree, reports, today, opinions=asked) if cache else KeptAnswers()
    edits = _Edits(loaded, opinions=asked)
    recalled = kept.recall(tree.found.files, edits)
    if recalled is None:
        static = analyse(loaded, today=today, jobs=jobs, cache=cache, opinions=opinions, progress=progress, tree=tree)
        (progress or unheard)("judging what is found", 0, 0)
        with paused():
            whole = _whole(loaded, static, reports, today)
        if static.files == tree.found.files:
            kept.keep(tree.found.files, whole)
    else:
        whole = recalled.result
        if recalled.is_new:
            edits.save()
            kept.keep(tree.found.files, whole)
    repository = Repository.containing(loaded.root)
    suppressed = tuple(one for one in whole.suppressions if lies_within(one.path))
    listed = msgspec.structs.replace(
        whole,
        root=loaded.root.name,
        commit=repository.head() if repository else None,
        findings=tuple(one for one in whole.findings if lies_within(one.path)),
        problems=(*unread(loaded, paths, tree.found.files), *whole.problems),
        suppressed=len(suppressed),
        suppressions=suppressed if suppressions else (),
        opinions=whole.opinions if differing else (),
        islands=tuple(one for one in whole.islands if any(lies_within(path) for path in one.paths)),
        held_back=tuple(one for one in whole.held_back if lies_within(one.path)),
    )
    return hosted_scan(loaded, repository, listed) if repository else listed


def _whole(loaded: LoadedConfig, static: Static, reports: Sequence[OpinionSource], today: date | None) -> ScanResult:
    """Return everything that a scan of the whole project can say."""
    from auditor.analysis.findings import findings_held, islands
    from auditor.model.report import ScanResult, Tool
    from auditor.pipeline.opinions import judge

    judged = judge(loaded, static, reports, today=today)
    found, grouped = islands.find(static.analysis, judged.findings)
    return ScanResult(
        tool=Tool("auditor", __version__),
        root="",
        commit=None,
        files=static.analysis.files,
        lines=static.analysis.lines,
        definitions=len(static.analysis.graph.definitions),
        routes=len(static.analysis.routes),
        findings=found,
        problems=(*static.analysis.problems, *judged.problems),
        project=static.analysis.project_kind,
        suppressed=len(judged.suppressed),
        suppressions=judged.suppressed,
        opinions=judged.others,
        islands=grouped,
        held_back=findings_held.held_back(static.analysis, found),
    )


def _answers(
    loaded: LoadedConfig, tree: Tree, reports: Sequence[OpinionSource], today: date | None, *, opinions: bool
) -> KeptAnswers:
    """Return the answers kept for just these circumstances; none where other tools' reports take part in the answer."""
    from auditor.analysis.findings.name_lists import read_name_lists

    scan_config = loaded.config.scan
    directory = cache_directory(loaded)
    if directory is None or reports or scan_config.reports or scan_config.knip:
        return KeptAnswers()
    found = tree.found
    settings = msgspec.structs.replace(scan_config, jobs=0, opinions=opinions, cache=True)
    config = msgspec.structs.replace(loaded.config, scan=settings)
    place = (str(loaded.root), loaded.path.name if loaded.path is not None else "")
    day = today if config.keep else None
    names = read_name_lists(loaded.root, ())
    context = context_of(config, place, day, tree.metadata, found.roots, found.problems, names)
    return KeptAnswers(directory / f"scan{'-opinions' if opinions else ''}.answer", context)


class _Edits:
    """Tells which lines an edit moved, from the facts of a file before and after; the latter are kept in their turn."""

    def __init__(self, loaded: LoadedConfig, *, opinions: bool) -> None:
        self._loaded = loaded
        self._opinions = opinions
        self._calls = recorded_calls(loaded)

    @functools.cached_property
    def _cache(self) -> FactsCache:
        return facts_cache(self._loaded, shared=False)

    def __call__(self, old: SourceFile, new: SourceFile) -> Mapping[int, int] | None:
        from auditor.analysis import discover
        from auditor.analysis.extraction import facts_bytes
        from auditor.analysis.extraction.extract import extract
        from auditor.analysis.extraction.line_shift import shifted_lines

        before = self._cache.get(old, self._calls, opinions=self._opinions)
        found = next(discover.read_sources(self._loaded.root, [new]), None) if before is not None else None
        if before is None or found is None or found[0] != new:  # it changed again meanwhile
            return None
        after = extract(found[1], new, self._calls, opinions=self._opinions)
        self._cache.put(self._cache.key(new, self._calls, opinions=self._opinions), facts_bytes.encode(after))
        return shifted_lines(before, after)

    def save(self) -> None:
        """Keep the facts of what was edited."""
        self._cache.save()
