"""Discover, extract, resolve, enter, reach: what `scan` joins, `why`, `routes`.

In: a loaded configuration. Out: the static side of the working tree or of a commit. Never prints, never writes but the
facts cache. The present comes in as a date: with it, keep entries whose time is over hold nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.errors import ConfigError, GitError
from auditor.files import keep_out_of_git
from auditor.git import Repository
from auditor.model.code import ModuleFacts, SourceFile
from auditor.model.graph import Analysis, Route
from auditor.model.listing import listed
from auditor.model.progress import Progress, unheard
from auditor.pipeline.places import prefix_in, within

if TYPE_CHECKING:
    from auditor.analysis.discover import Discovery
    from auditor.analysis.extraction.facts_cache import FactsCache
    from auditor.analysis.outside.project_files import Declared
    from auditor.analysis.outside.project_metadata import ProjectMetadata
    from auditor.analysis.resolution.symbols import SymbolTable
    from auditor.analysis.routing.route_tree import RouteTable
    from auditor.model.report import Explanation


STATE_DIRECTORY = ".auditor"
Running = Callable[[Sequence[ModuleFacts]], tuple[ModuleFacts, ...]]


def cache_directory(loaded: LoadedConfig) -> Path | None:
    """Return where answers are kept between runs, and facts if nothing else is said; None where nothing may be kept."""
    own = loaded.root / STATE_DIRECTORY / "cache"
    return None if loaded.config.scan.cache is False or _is_committed(own) else own


def facts_cache(loaded: LoadedConfig, *, shared: bool = True) -> FactsCache:
    """Return the cache of facts that the configuration names; without `shared`, only what is on this machine."""
    from auditor.analysis.extraction.facts_cache import FactsCache
    from auditor.analysis.extraction.shared_facts import SharedFacts, is_redis

    place = loaded.config.scan.cache
    if not isinstance(place, str):
        return FactsCache(cache_directory(loaded))
    if is_redis(place):
        return FactsCache(cache_directory(loaded), SharedFacts(place) if shared else None)
    directory = loaded.root / Path(place).expanduser()
    return FactsCache(None if _is_committed(directory) else directory)


@functools.lru_cache(maxsize=8)
def _is_committed(directory: Path) -> bool:
    """Return whether git tracks anything there: who writes a change must not also write what is known of its code."""
    repository = Repository.containing(directory) if directory.is_dir() else None
    try:
        return repository is not None and bool(repository.run("ls-files", "-z", "--", str(directory.resolve())))
    except GitError:
        return False


def recorded_calls(loaded: LoadedConfig) -> frozenset[str]:
    """Return the last name parts of the calls that rules ask for: extraction records them."""
    from auditor.frameworks import RULES

    rules = (*RULES, *(one.rule for one in loaded.config.frameworks))
    return frozenset(name for rule in rules for name in rule.calls)


class Static(msgspec.Struct, frozen=True):
    """The static side of one tree: what later stages receive, the facts it was joined from, the import roots.

    `files` are the audited files as they were when their content was read; `declared` is what the project's other
    files name.
    """

    analysis: Analysis
    facts: tuple[ModuleFacts, ...]
    roots: tuple[str, ...]
    files: tuple[SourceFile, ...] = ()
    declared: tuple[Declared, ...] = ()


class Tree(msgspec.Struct, frozen=True):
    """What there is to analyse: the audited files with their digests, and what the project's other files declare."""

    found: Discovery
    metadata: ProjectMetadata


class Joined(msgspec.Struct, frozen=True):
    """How one tree was joined: what there was, what its names mean, where its routes come from."""

    static: Static
    tree: Tree
    symbols: SymbolTable
    routing: RouteTable


def survey(loaded: LoadedConfig, progress: Progress | None = None) -> Tree:
    """Return what there is to analyse in the working tree. `progress` is told that files are listed."""
    from auditor.analysis import discover
    from auditor.analysis.outside import project_metadata

    (progress or unheard)("listing files", 0, 0)
    found = discover.discover(loaded.root, loaded.config)
    metadata = project_metadata.read(loaded.root, loaded.config, found.listed)
    return Tree(discover.with_tests(found, metadata.tests), metadata)


def analyse(
    loaded: LoadedConfig,
    *,
    today: date | None = None,
    jobs: int | None = None,
    cache: bool = True,
    opinions: bool | None = None,
    progress: Progress | None = None,
    tree: Tree | None = None,
) -> Static:
    """Analyse the working tree. `today` (UTC) tells which keep entries still hold; without it all do.

    `progress` is told what is being done. `tree` is what `survey` returned, where that was asked already.
    """
    from auditor.analysis import discover

    tree = tree or survey(loaded, progress)
    sources = discover.read_sources(loaded.root, tree.found.files)
    return _join(
        loaded, tree, sources, today=today, jobs=jobs, cache=cache, opinions=opinions, tell=progress or unheard
    ).static


def analyse_commit(
    loaded: LoadedConfig,
    repository: Repository,
    commit: str,
    *,
    today: date | None = None,
    progress: Progress | None = None,
    running: Running | None = None,
) -> Static:
    """Analyse a commit without checking it out; opinions of other tools are left out. The rest as for `analyse`.

    `running` is given all facts, and returns those that count.
    """
    return joined_commit(loaded, repository, commit, today=today, progress=progress, running=running).static


def joined_commit(
    loaded: LoadedConfig,
    repository: Repository,
    commit: str,
    *,
    today: date | None = None,
    progress: Progress | None = None,
    running: Running | None = None,
    like: Static | None = None,
    reads: set[str] | None = None,
) -> Joined:
    """Return what `analyse_commit` does, with how it was joined; `reads` as for `survey_commit`.

    `like` is another commit's, read under the same configuration: the facts of files that are the same are shared.
    """
    from auditor.analysis import discover

    tell = progress or unheard
    tree = survey_commit(loaded, repository, commit, tell, reads)
    sources = discover.read_commit(repository, commit, tree.found.files, prefix_in(loaded, repository))
    return _join(
        loaded, tree, sources, today=today, jobs=None, cache=True, opinions=False, tell=tell, running=running,
        known=dict(zip(like.files, like.facts, strict=True)) if like is not None else {},
    )  # fmt: skip


def survey_commit(
    loaded: LoadedConfig, repository: Repository, commit: str, tell: Progress = unheard, reads: set[str] | None = None
) -> Tree:
    """Return what there is to analyse in a commit; what is read for that besides code is added to `reads`, by path."""
    from auditor.analysis import discover
    from auditor.analysis.outside import project_metadata

    tell("listing files", 0, 0)
    prefix = prefix_in(loaded, repository)
    found = discover.discover_commit(repository, commit, prefix, loaded.config)
    metadata = project_metadata.read_commit(repository, commit, prefix, loaded.config, found.listed, reads)
    return Tree(discover.with_tests(found, metadata.tests), metadata)


def _join(
    loaded: LoadedConfig,
    tree: Tree,
    sources: Iterable[tuple[SourceFile, bytes]],
    *,
    today: date | None,
    jobs: int | None,
    cache: bool,
    opinions: bool | None,
    tell: Progress,
    running: Running | None = None,
    known: Mapping[SourceFile, ModuleFacts] = {},
) -> Joined:
    from auditor.analysis import reachability
    from auditor.analysis.collecting import paused
    from auditor.analysis.entries import entry_points, startable, timetabled, unread_schedules
    from auditor.analysis.extraction import extract_all
    from auditor.analysis.outside import outside_entries
    from auditor.analysis.resolution import resolve, symbols
    from auditor.analysis.routing import links, routes
    from auditor.frameworks import RULES

    found, metadata = tree.found, tree.metadata
    rules = (*RULES, *(one.rule for one in loaded.config.frameworks))
    scan_config = loaded.config.scan
    tell("reading code", 0, len(found.files))
    files: list[SourceFile] = []
    read = extract_all.extract_all(
        (one for one in _noted(sources, files) if one[0] not in known),
        recorded_calls(loaded),
        jobs=scan_config.jobs if jobs is None else jobs,
        cache=facts_cache(loaded) if cache else None,
        opinions=scan_config.opinions if opinions is None else opinions,
        told=functools.partial(tell, "reading code"),
    )
    rest = iter(read)
    facts = tuple([known[file] if file in known else next(rest) for file in files]) if known else read
    facts = running(facts) if running is not None else facts
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
            links=links.find(facts, route_table),
            schedules=(
                *timetabled.find(metadata, facts, table, entries, route_table),
                *unread_schedules.find(facts, entries),
            ),
        )
    static = Static(analysis, facts, found.roots, tuple(files), metadata.declared)
    return Joined(static, tree, table, routes.read(facts, table, rules))


def _noted(sources: Iterable[tuple[SourceFile, bytes]], files: list[SourceFile]) -> Iterator[tuple[SourceFile, bytes]]:
    """Yield sources as they come, and note their files."""
    for file, content in sources:
        files.append(file)
        yield file, content


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
        raise ConfigError(f"{target!r} may mean {listed(meant, 5)}; give one of these")


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
    lies_within = within(loaded, paths)
    found = analyse(loaded, today=today, opinions=False).analysis.routes
    return tuple(route for route in found if lies_within(route.path))
