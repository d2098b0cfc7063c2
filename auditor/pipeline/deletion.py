"""Join and plan: `plan`, `report`.

In: a loaded configuration, the present. Out: the plan, in every form. Never plans on insufficient evidence, and never
changes a tree: see `removing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.errors import ConfigError, EditError, EvidenceError
from auditor.files import write_atomically
from auditor.model.code import DefinitionId
from auditor.model.progress import Progress, unheard
from auditor.model.window import Window
from auditor.pipeline import revisions
from auditor.pipeline.daily_use import with_daily_use
from auditor.pipeline.evidence import collect, no_source, observe, settled_digest
from auditor.pipeline.excerpts import excerpts
from auditor.pipeline.generated import generated_files
from auditor.pipeline.holding import with_holds
from auditor.pipeline.hosted import hosted_plan
from auditor.pipeline.leftovers import leftovers
from auditor.pipeline.places import prefix_in, repository_of
from auditor.pipeline.revisions import Wish
from auditor.pipeline.scripts import named, scripts_side
from auditor.pipeline.static import Static, analyse
from auditor.pipeline.tables import declared_tables

if TYPE_CHECKING:
    from auditor.model.plan import Plan
    from auditor.model.verdict import Finding


Note = Callable[[str], None]
_GO_ON = Wish()


def plan(
    loaded: LoadedConfig,
    *,
    days: int,
    now: datetime,
    environment: Mapping[str, str],
    collect_first: bool = True,
    include: frozenset[str] = frozenset(),
    max_files: int | None = None,
    per_week: int | None = None,
    wish: Wish = _GO_ON,
    on_note: Note = lambda _: None,
    progress: Progress | None = None,
) -> Plan:
    """Join the static side with the last `days` days of production and pack what is dead into batches.

    The plan goes on from the one that was made before (see `revisions`): numbers stay, what changed is void. It is
    refused (no batches, `refusal` set) where the evidence does not suffice.

    Raises:
        EvidenceError: There is no evidence at all: no source is configured, or nothing was ever collected.
    """
    from auditor.cross_reference import cross_reference, with_dates
    from auditor.pipeline.past import look_back
    from auditor.pipeline.since import unchanged_since
    from auditor.plan.impact import with_impact
    from auditor.plan.make import make_plan
    from auditor.plan.tables_left import with_tables
    from auditor.plan.timeline import scheduled

    repository = repository_of(loaded)
    commit = repository.resolve("HEAD")
    if not loaded.config.usage.sources:
        raise EvidenceError(no_source(loaded))
    static = analyse(loaded, today=now.date(), progress=progress)
    tell = progress or unheard
    if collect_first:
        tell("reading production's usage", 0, 0)
        for one in collect(loaded, days=days, source=None, now=now, environment=environment, static=static):
            if one.problem:
                on_note(f"source {one.source}: {one.problem}")
    _refuse_blindness(static)
    tell("planning", 0, 0)
    window = Window.last_days(days, now)
    observations, digest = observe(loaded, static, window, now, loaded.config.usage.max_age, ever=True)
    prefix = prefix_in(loaded, repository)
    before = revisions.earlier(loaded, repository, prefix, wish)
    uncommitted = frozenset(p.removeprefix(prefix) for p in repository.uncommitted() if p.startswith(prefix))
    past = look_back(repository, prefix, static, window, observations.versions, uncommitted)
    scripts = scripts_side(loaded, repository, commit, observations, uncommitted, past.start)
    for problem in scripts.problems:
        on_note(f"{problem.path}: {problem.message}; nothing of JavaScript and TypeScript is planned on it")
    joined = cross_reference(
        static.analysis,
        observations,
        bodies_at_start=past.bodies,
        versions=past.versions,
        left=past.left,
        keep=loaded.config.keep,
        today=now.date(),
        uncommitted=uncommitted,
        others=named(scripts.findings),
        generated=generated_files(loaded.root, (module.path for module in static.facts if not module.in_tests)),
    )
    free = [one.definition for one in joined.findings if one.plannable and one.inside is None]
    findings = with_dates(joined.findings, unchanged_since(repository, prefix, free, now))
    config = loaded.config.plan
    made = make_plan(
        with_holds(loaded, (*findings, *scripts.findings)),
        static.analysis,
        static.facts,
        scripts.observations,
        base_commit=commit,
        evidence_digest=digest,
        now=now,
        days=days,
        config=config if max_files is None else msgspec.structs.replace(config, max_files=max_files),
        include=include,
        earlier=before,
        counts=_counts(joined.counts, scripts.findings),
        imports=scripts.imports,
        leftovers=leftovers(loaded, repository, commit, static) if free else (),
        try_edit=_editor(loaded, static),
    )
    evidence = msgspec.structs.replace(
        made.evidence, settled=settled_digest(loaded, window), min_watched=loaded.config.usage.min_watched
    )
    made = msgspec.structs.replace(made, evidence=evidence)
    tables = declared_tables(loaded, static)
    places = static.analysis.graph.definitions
    handlers = {places[route.handler].path for route in static.analysis.routes if route.handler in places}
    lengths = {module.path: module.lines for module in static.facts}
    made = with_tables(made, tables, before.data_steps)
    made = with_impact(made, lengths, handlers, {table.path for table in tables})
    made = hosted_plan(loaded, repository, with_daily_use(loaded, made, observations))
    return revisions.settled(loaded, wish, scheduled(made, now.date(), per_week or config.per_week))


def _counts(counts: Mapping[str, int], more: Sequence[Finding]) -> dict[str, int]:
    return {verdict: count + sum(one.verdict.value == verdict for one in more) for verdict, count in counts.items()}


def _editor(loaded: LoadedConfig, static: Static) -> Callable[[str, tuple[DefinitionId, ...]], str | None]:
    """Return what says why definitions cannot be taken out of a file, None where they can."""
    from auditor.removal import edit_requirements
    from auditor.removal.edit import remove

    modules = {module.path: module.module for module in static.facts}

    def try_edit(path: str, definitions: tuple[DefinitionId, ...]) -> str | None:
        if path not in modules and not edit_requirements.declares(path):
            return None  # a script's exports: Knip takes them out when the batch is applied
        try:
            if path not in modules:
                names = [one.removeprefix(f"{path}:") for one in definitions]
                edit_requirements.remove((loaded.root / path).read_bytes(), path, names)
                return None
            remove((loaded.root / path).read_bytes(), modules[path], definitions)
        except (EditError, OSError) as error:
            return str(error)
        return None

    return try_edit


def _refuse_blindness(static: Static) -> None:
    """Raise EvidenceError where Python was not looked into: what it uses may look unused."""
    unseen = [problem for problem in static.analysis.problems if problem.unseen]
    if unseen:
        more = f" (and {len(unseen) - 1} more)" if len(unseen) > 1 else ""
        raise EvidenceError(f"nothing can be planned: {unseen[0].path}: {unseen[0].message}{more}")


def write_plan(loaded: LoadedConfig, made: Plan, directory: Path, *, external: bool = False) -> tuple[Path, ...]:
    """Write plan.json, plan.md and plan.html into `directory` and return their paths.

    The plan is kept in the state directory as well, so that the next one goes on from it. `external`: the page's style
    and script are written beside it.
    """
    from auditor.report import assets

    written = []
    for name, format_name in (("plan.json", "json"), ("plan.md", "markdown"), ("plan.html", "html")):
        content = render_plan(loaded, made, format_name, external=external)
        write_atomically(directory / name, content)
        if format_name == "json":
            revisions.keep(loaded, made, content)
        written.append(directory / name)
    return (*written, *(assets.write_beside(directory / "plan.html") if external else ()))


def render_plan(loaded: LoadedConfig, made: Plan, format_name: str, *, external: bool = False) -> str:
    """Return a plan as `json`, `markdown`, `summary`, `html` or `text`; `external` as of `write_plan`."""
    from auditor.pipeline.diffs import batch_diffs
    from auditor.report import formats

    if format_name != "html":
        return formats.plan(made, format_name)
    return formats.plan(
        made, "html", sources=excerpts(loaded, made), diffs=batch_diffs(loaded, made), external=external
    )


def stored_plan(loaded: LoadedConfig, path: Path | None = None) -> Plan:
    """Return the plan that `auditor plan` wrote; raise ConfigError where there is none or it is not one."""
    from auditor.report.json_text import read_plan

    place = path or loaded.root / loaded.config.report.directory / "plan.json"
    try:
        content = place.read_bytes()
    except OSError as error:
        raise ConfigError(f"{place}: there is no plan; run 'auditor plan --days 14' first") from error
    return read_plan(content, name=str(place))
