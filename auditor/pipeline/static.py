"""Discover, extract, resolve, enter, reach: `scan`, `why`, `routes`.

In: a loaded configuration. Out: the static side of the working tree or of a commit. Never prints, never writes but the
facts cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor import __version__
from auditor.config import LoadedConfig
from auditor.errors import ConfigError
from auditor.git import Repository
from auditor.model.code import ModuleFacts, SourceFile
from auditor.model.graph import Analysis, Route
from auditor.pipeline.places import prefix_in

if TYPE_CHECKING:
    from auditor.analysis.discover import Discovery
    from auditor.analysis.project_metadata import ProjectMetadata
    from auditor.model.report import Explanation, ScanResult


STATE_DIRECTORY = ".auditor"


class Static(msgspec.Struct, frozen=True):
    """The static side of one tree: what later stages receive, the facts it was joined from, the import roots."""

    analysis: Analysis
    facts: tuple[ModuleFacts, ...]
    roots: tuple[str, ...]


def analyse(
    loaded: LoadedConfig, *, jobs: int | None = None, cache: bool = True, opinions: bool | None = None
) -> Static:
    """Analyse the working tree."""
    from auditor.analysis import discover, project_metadata

    found = discover.discover(loaded.root, loaded.config)
    metadata = project_metadata.read(loaded.root, loaded.config)
    sources = discover.read_sources(loaded.root, found.files)
    return _join(loaded, found, sources, metadata, jobs=jobs, cache=cache, opinions=opinions)


def analyse_commit(loaded: LoadedConfig, repository: Repository, commit: str) -> Static:
    """Analyse a commit without checking it out; opinions of other tools are left out."""
    from auditor.analysis import discover, project_metadata

    prefix = prefix_in(loaded, repository)
    found = discover.discover_commit(repository, commit, prefix, loaded.config)
    paths = [path.removeprefix(prefix) for path in repository.files_at(commit) if path.startswith(prefix)]
    metadata = project_metadata.read_from(
        lambda path: repository.content(commit, prefix + path), paths, loaded.config
    )  # fmt: skip
    sources = discover.read_commit(repository, commit, found.files, prefix)
    return _join(loaded, found, sources, metadata, jobs=None, cache=True, opinions=False)


def _join(
    loaded: LoadedConfig,
    found: Discovery,
    sources: Iterable[tuple[SourceFile, bytes]],
    metadata: ProjectMetadata,
    *,
    jobs: int | None,
    cache: bool,
    opinions: bool | None,
) -> Static:
    from auditor.analysis import entry_points, extract_all, facts_cache, reachability, resolve, routes, symbols
    from auditor.frameworks import RULES

    scan_config = loaded.config.scan
    facts = extract_all.extract_all(
        sources,
        frozenset(name for rule in RULES for name in rule.calls),
        jobs=scan_config.jobs if jobs is None else jobs,
        cache=facts_cache.FactsCache(loaded.root / STATE_DIRECTORY / "cache" if cache else None),
        opinions=scan_config.opinions if opinions is None else opinions,
    )
    table = symbols.SymbolTable(facts)
    route_table = routes.find(facts, table, RULES)
    graph = routes.detach(resolve.resolve(facts, table, RULES), facts, route_table)
    entries = entry_points.find(facts, table, RULES, metadata, loaded.config, route_table)
    analysis = Analysis(
        graph=graph,
        entry_points=entries,
        routes=route_table,
        reachability=reachability.reach(graph, entries),
        files=len(found.files),
        lines=sum(module.lines for module in facts),
        project_kind=metadata.kind,
        problems=tuple(sorted({*found.problems, *metadata.problems, *graph.problems})),
    )
    return Static(analysis, facts, found.roots)


def scan(
    loaded: LoadedConfig,
    paths: Sequence[Path] = (),
    *,
    jobs: int | None = None,
    cache: bool = True,
    opinions: bool | None = None,
) -> ScanResult:
    """Return the static findings; `paths` limit what is listed, never what is resolved."""
    from auditor.analysis import findings
    from auditor.model.report import ScanResult, Tool

    static = analyse(loaded, jobs=jobs, cache=cache, opinions=opinions)
    repository = Repository.containing(loaded.root)
    within = _within(loaded, paths)
    return ScanResult(
        tool=Tool("auditor", __version__),
        root=loaded.root.name,
        commit=repository.head() if repository else None,
        files=static.analysis.files,
        lines=static.analysis.lines,
        definitions=len(static.analysis.graph.definitions),
        routes=len(static.analysis.routes),
        findings=tuple(f for f in findings.scan_findings(static.analysis, static.facts) if within(f.path)),
        problems=static.analysis.problems,
        project=static.analysis.project_kind,
    )


def why(loaded: LoadedConfig, target: str) -> Explanation:
    """Explain why a definition is alive, or what is missing for it; raise ConfigError where `target` names none."""
    from auditor.analysis import reachability

    analysis = analyse(loaded, opinions=False).analysis
    found = reachability.locate(analysis, target)
    if found is None:
        raise ConfigError(f"{target!r} names no definition; give an id as in pkg.mod:Class.method, or path.py:LINE")
    return reachability.explain(analysis, found)


def routes(loaded: LoadedConfig, paths: Sequence[Path] = ()) -> tuple[Route, ...]:
    """Return the static route table, in the order of registration."""
    within = _within(loaded, paths)
    return tuple(route for route in analyse(loaded, opinions=False).analysis.routes if within(route.path))


def _within(loaded: LoadedConfig, paths: Sequence[Path]) -> Callable[[str], bool]:
    """Return whether a path lies in one of `paths`; all do when there are none. Raise ConfigError for a missing one."""
    wanted: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ConfigError(f"{path}: no such file or directory")
        wanted.append(path.resolve())
    root = loaded.root.resolve()
    return lambda path: not wanted or any((root / path).is_relative_to(one) for one in wanted)
