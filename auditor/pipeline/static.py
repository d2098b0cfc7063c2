"""Discover, extract, resolve, enter, reach: `scan`, `why`, `routes`.

In: a loaded configuration. Out: the static side of the working tree or of a commit. Never prints, never writes but the
facts cache. The present comes in as a date: with it, keep entries whose time is over hold nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor import __version__
from auditor.config import LoadedConfig, OpinionSource
from auditor.errors import ConfigError
from auditor.files import keep_out_of_git
from auditor.git import Repository
from auditor.model.code import ModuleFacts, Problem, SourceFile
from auditor.model.graph import Analysis, Route
from auditor.model.progress import Progress, unheard
from auditor.pipeline.places import prefix_in

if TYPE_CHECKING:
    from auditor.analysis.discover import Discovery
    from auditor.analysis.outside.project_metadata import ProjectMetadata
    from auditor.model.report import Explanation, ScanResult


STATE_DIRECTORY = ".auditor"


class Static(msgspec.Struct, frozen=True):
    """The static side of one tree: what later stages receive, the facts it was joined from, the import roots."""

    analysis: Analysis
    facts: tuple[ModuleFacts, ...]
    roots: tuple[str, ...]


def analyse(
    loaded: LoadedConfig,
    *,
    today: date | None = None,
    jobs: int | None = None,
    cache: bool = True,
    opinions: bool | None = None,
    progress: Progress | None = None,
) -> Static:
    """Analyse the working tree. `today` (UTC) tells which keep entries still hold; without it all do.

    `progress` is told what is being done.
    """
    from auditor.analysis import discover
    from auditor.analysis.outside import project_metadata

    tell = progress or unheard
    tell("listing files", 0, 0)
    found = discover.discover(loaded.root, loaded.config)
    metadata = project_metadata.read(loaded.root, loaded.config, found.listed)
    sources = discover.read_sources(loaded.root, found.files)
    return _join(loaded, found, sources, metadata, today=today, jobs=jobs, cache=cache, opinions=opinions, tell=tell)


def analyse_commit(
    loaded: LoadedConfig,
    repository: Repository,
    commit: str,
    *,
    today: date | None = None,
    progress: Progress | None = None,
) -> Static:
    """Analyse a commit without checking it out; opinions of other tools are left out. The rest as for `analyse`."""
    from auditor.analysis import discover
    from auditor.analysis.outside import project_metadata

    tell = progress or unheard
    tell("listing files", 0, 0)
    prefix = prefix_in(loaded, repository)
    found = discover.discover_commit(repository, commit, prefix, loaded.config)
    metadata = project_metadata.read_commit(repository, commit, prefix, loaded.config, found.listed)
    sources = discover.read_commit(repository, commit, found.files, prefix)
    return _join(loaded, found, sources, metadata, today=today, jobs=None, cache=True, opinions=False, tell=tell)


def _join(
    loaded: LoadedConfig,
    found: Discovery,
    sources: Iterable[tuple[SourceFile, bytes]],
    metadata: ProjectMetadata,
    *,
    today: date | None,
    jobs: int | None,
    cache: bool,
    opinions: bool | None,
    tell: Progress,
) -> Static:
    from auditor.analysis import reachability
    from auditor.analysis.collecting import paused
    from auditor.analysis.entries import entry_points, startable
    from auditor.analysis.extraction import extract_all, facts_cache
    from auditor.analysis.outside import outside_entries
    from auditor.analysis.resolution import resolve, symbols
    from auditor.analysis.routing import routes
    from auditor.frameworks import RULES

    rules = (*RULES, *(one.rule for one in loaded.config.frameworks))
    scan_config = loaded.config.scan
    tell("reading code", 0, len(found.files))
    facts = extract_all.extract_all(
        sources,
        frozenset(name for rule in rules for name in rule.calls),
        jobs=scan_config.jobs if jobs is None else jobs,
        cache=facts_cache.FactsCache(loaded.root / STATE_DIRECTORY / "cache" if cache else None),
        opinions=scan_config.opinions if opinions is None else opinions,
        told=functools.partial(tell, "reading code"),
    )
    if cache:
        keep_out_of_git(loaded.root / STATE_DIRECTORY)
    with paused():
        tell("finding routes", 0, 0)
        table = symbols.SymbolTable(facts)
        route_table = routes.find(facts, table, rules)
        tell("resolving names", 0, 0)
        graph = routes.detach(resolve.resolve(facts, table, rules), facts, route_table)
        graph = startable.attach(outside_entries.attach(graph, table, metadata), facts, table, rules)
        tell("finding entry points", 0, 0)
        entries = entry_points.find(facts, table, rules, metadata, loaded.config, route_table, today=today)
        tell("following references", 0, 0)
        analysis = Analysis(
            graph=graph,
            entry_points=entries,
            routes=route_table,
            reachability=reachability.reach(graph, entries),
            files=len(found.files),
            lines=sum(module.lines for module in facts),
            project_kind=metadata.kind,
            problems=tuple(sorted({*found.problems, *metadata.problems, *graph.problems})),
            exports_only=loaded.config.scan.public_api == "exports",
        )
    return Static(analysis, facts, found.roots)


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
    from auditor.analysis.findings import findings_held, islands
    from auditor.model.report import ScanResult, Tool
    from auditor.pipeline.opinions import judge

    within = _within(loaded, paths)
    static = analyse(loaded, today=today, jobs=jobs, cache=cache, opinions=opinions, progress=progress)
    (progress or unheard)("judging what is found", 0, 0)
    judged = judge(loaded, static, reports, today=today)
    suppressed = tuple(one for one in judged.suppressed if within(one.path))
    repository = Repository.containing(loaded.root)
    found, grouped = islands.find(static.analysis, judged.findings)
    return ScanResult(
        tool=Tool("auditor", __version__),
        root=loaded.root.name,
        commit=repository.head() if repository else None,
        files=static.analysis.files,
        lines=static.analysis.lines,
        definitions=len(static.analysis.graph.definitions),
        routes=len(static.analysis.routes),
        findings=tuple(one for one in found if within(one.path)),
        problems=(*_unread(loaded, paths, static), *static.analysis.problems, *judged.problems),
        project=static.analysis.project_kind,
        suppressed=len(suppressed),
        suppressions=suppressed if suppressions else (),
        opinions=judged.others if differing else (),
        islands=tuple(one for one in grouped if any(within(path) for path in one.paths)),
        held_back=tuple(one for one in findings_held.held_back(static.analysis, found) if within(one.path)),
    )


def why(loaded: LoadedConfig, target: str, *, directory: Path | None = None, today: date | None = None) -> Explanation:
    """Explain why a definition is alive, or what is missing for it.

    Args:
        loaded: The configuration.
        target: A definition's id, a dotted name, or `PATH:LINE`.
        directory: What a relative PATH starts from where it is not the audited root.
        today: As for `analyse`.

    Raises:
        ConfigError: `target` names no definition.
    """
    from auditor.analysis import reachability
    from auditor.pipeline.opinions import opinions_on

    static = analyse(loaded, today=today)
    analysis = static.analysis
    found = reachability.locate(analysis, _rooted(loaded, target, directory)) if target.strip() else None
    if found is None:
        _refuse_ambiguity(analysis, target)
        raise ConfigError(f"{target!r} names no definition; give an id as in pkg.mod:Class.method, or path.py:LINE")
    explained = reachability.explain(analysis, found)
    return msgspec.structs.replace(explained, opinions=opinions_on(loaded, static, found))


def _refuse_ambiguity(analysis: Analysis, target: str) -> None:
    """Raise ConfigError that lists the candidates where several definitions end in the name given."""
    ends = (f".{target}", f":{target}")
    meant = sorted(
        key for key, one in analysis.graph.definitions.items() if one.kind != "import" and key.endswith(ends)
    )
    if len(meant) > 1:
        more = f" and {len(meant) - 5} more" if len(meant) > 5 else ""
        raise ConfigError(f"{target!r} may mean {', '.join(meant[:5])}{more}; give one of these")


def _rooted(loaded: LoadedConfig, target: str, directory: Path | None) -> str:
    """Return `PATH:LINE` with the path relative to the audited root; anything else as it is."""
    path, colon, line = target.rpartition(":")
    if not (colon and line.isdigit()):
        return target
    candidate = (directory or loaded.root) / path
    if not candidate.exists():
        return target
    resolved, root = candidate.resolve(), loaded.root.resolve()
    return f"{resolved.relative_to(root).as_posix()}:{line}" if resolved.is_relative_to(root) else target


def routes(loaded: LoadedConfig, paths: Sequence[Path] = (), *, today: date | None = None) -> tuple[Route, ...]:
    """Return the static route table, in the order of registration; `paths` and errors as for `scan`."""
    within = _within(loaded, paths)
    found = analyse(loaded, today=today, opinions=False).analysis.routes
    return tuple(route for route in found if within(route.path))


def _within(loaded: LoadedConfig, paths: Sequence[Path]) -> Callable[[str], bool]:
    """Return whether a path lies in one of `paths`; all do when there are none.

    Raises:
        ConfigError: One of them does not exist, or lies outside the audited root.
    """
    root = loaded.root.resolve()
    wanted = []
    for path in paths:
        if not path.exists():
            raise ConfigError(f"{path}: no such file or directory")
        wanted.append(path.resolve())
        if not wanted[-1].is_relative_to(root):
            raise ConfigError(f"{path}: outside the audited root {root}; run auditor there, or name its --config")
    return lambda path: not wanted or any((root / path).is_relative_to(one) for one in wanted)


def _unread(loaded: LoadedConfig, paths: Sequence[Path], static: Static) -> Iterable[Problem]:
    """Return a problem for each of `paths` in which no audited file lies: nothing found there means nothing."""
    root = loaded.root.resolve()
    read = [root / module.path for module in static.facts]
    for path in paths:
        one = path.resolve()
        if not any(file.is_relative_to(one) for file in read):
            where = one.relative_to(root).as_posix()
            yield Problem(where, 0, "no audited file lies here: it holds no Python, is excluded, or git ignores it")
