"""Collect, read, attribute: `collect`, `usage`.

In: a loaded configuration, the present, the environment. Out: what production was observed to do. Never guesses: what a
source could not give is a problem in its collection.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig, SourceConfig, parse_duration
from auditor.errors import ChangedMeanwhileError, ConfigError
from auditor.files import keep_out_of_git
from auditor.model.progress import Progress, unheard
from auditor.model.usage import Collection, LedgerReading, Observations, RegisteredRoute
from auditor.model.window import Window
from auditor.pipeline.static import STATE_DIRECTORY, Static, analyse

if TYPE_CHECKING:
    from auditor.ledger.store import Ledger
    from auditor.model.answers import LedgerHealth, UnusedRoutes, UsageStats
    from auditor.usage.sources import UsageSource

_ATTEMPTS = 5
"""How often a source is collected where other collectors record it at the same time."""


def no_source(loaded: LoadedConfig) -> str:
    """Return that no usage source is configured, and where one is named."""
    said = "no usage source is configured, so nothing is known of production"
    if loaded.path is None:
        return f"{said}; 'auditor init' writes a configuration that shows how to name one"
    table = "tool.auditor.usage.sources" if loaded.path.name == "pyproject.toml" else "usage.sources"
    return f"{said}; name one in {loaded.path.name} below [[{table}]]: name, kind, url or path"


def collect(
    loaded: LoadedConfig,
    *,
    days: int,
    source: str | None,
    now: datetime,
    environment: Mapping[str, str],
    static: Static | Callable[[], Static] | None = None,
    progress: Progress | None = None,
) -> tuple[Collection, ...]:
    """Read the configured sources for the last `days` days into the ledger and return what each gave.

    Afterwards the ledger keeps no more days than it is to keep.

    Concrete paths are matched with the routes of `static`, executed lines with its definitions: it is asked where a
    source has such; without it, the working tree is analysed then. `progress` is told which source is being read.

    Raises:
        ConfigError: No source is configured, or none has the name `source`.
        StoreError: The ledger cannot be written.
    """
    from auditor.ledger.store import Ledger
    from auditor.usage import sources
    from auditor.usage.source_identity import reads

    if not loaded.config.usage.sources:
        raise ConfigError(f"{loaded.path or loaded.root}: {no_source(loaded)}")
    window = Window.last_days(days, now)
    with Ledger.open(loaded.config.ledger, loaded.root, sources=source_names(loaded)) as ledger:
        tree = functools.cache(lambda: _tree(loaded, now, static))
        wanted = [one for one in loaded.config.usage.sources if source in (None, one.name)]
        known = route_keys(tree(), ledger.routes(window)) if any(map(_tells_paths, wanted)) else ()
        app = loaded.config.app
        identities = {one.name: reads(one, app, environment) for one in loaded.config.usage.sources}
        built = sources.build(
            loaded.config, loaded.root, environment, known, source,
            before=lambda name: ledger.before(name, identities[name]),
            definitions=lambda: tuple(tree().analysis.graph.definitions.values()),
        )  # fmt: skip
        heard = progress or unheard
        collections: list[Collection] = []
        for one in built:
            heard(f"reading {one.name}", len(collections), len(built))
            collections.append(_recorded(ledger, one, window, now, identities[one.name]))
        usage = loaded.config.usage
        ledger.prune(now=now, keep_days=usage.keep_days, keep_hours=min(usage.keep_hours, usage.keep_days))
        ledger.rebuild_scores(now=now)
    keep_out_of_git(loaded.root / STATE_DIRECTORY)
    return tuple(collections)


def _recorded(ledger: Ledger, source: UsageSource, window: Window, now: datetime, reads: str) -> Collection:
    """Collect one source and record it; collect it anew where another collector recorded it meanwhile.

    Args:
        ledger: Where it goes.
        source: The source.
        window: What is collected.
        now: The present.
        reads: What the source reads, as in `Collection.reads`.

    Raises:
        ChangedMeanwhileError: Other collectors recorded it each time.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        collection = msgspec.structs.replace(source.collect(window), reads=reads)
        try:
            (done,) = ledger.record((collection,), now=now).sources
        except ChangedMeanwhileError:
            if attempt == _ATTEMPTS:
                raise
            continue
        return _with_dropped(collection, done.minutes_dropped)
    raise AssertionError("the last attempt returns or raises")


def _with_dropped(collection: Collection, minutes: int) -> Collection:
    if not minutes:
        return collection
    note = (
        f"it reads something else than when it was collected last, so the {minutes:,} minutes it watched before prove "
        "no absence any more; what it counted stays. Give what else is to be read a source of its own name"
    )
    return msgspec.structs.replace(collection, notes=(*collection.notes, note))


def _tree(loaded: LoadedConfig, now: datetime, static: Static | Callable[[], Static] | None) -> Static:
    return static() if callable(static) else static or analyse(loaded, today=now.date(), opinions=False)


def route_keys(tree: Static, published: Iterable[RegisteredRoute]) -> tuple[str, ...]:
    """Return usage keys to match concrete paths with: of logs, of others' counters, of statistics.

    Those of the code come first: their order is the order in which the framework matches. Then those that trackers
    published.
    """
    return tuple(dict.fromkeys((*(route.key for route in tree.analysis.routes), *(route.key for route in published))))


def _tells_paths(source: SourceConfig) -> bool:
    if source.kind == "redis":
        return source.layout != "auditor"
    return source.kind in ("access_log", "json_log", "http_stats", "warehouse")


def recorded(loaded: LoadedConfig, *, days: int, now: datetime) -> LedgerReading:
    """Return what the ledger knows of the last `days` days, as it was collected."""
    with opened(loaded) as ledger:
        return ledger.read(Window.last_days(days, now))


def usage_stats(loaded: LoadedConfig, *, days: int, now: datetime) -> UsageStats:
    """Return what was used in the last `days` days."""
    with opened(loaded) as ledger:
        return ledger.usage_stats(days, now=now)


def usage_unused(loaded: LoadedConfig, *, days: int, now: datetime) -> UnusedRoutes:
    """Return the registered routes that nobody called in the last `days` days."""
    with opened(loaded) as ledger:
        return ledger.unused(days, now=now, min_watched=loaded.config.usage.min_watched)


def usage_health(loaded: LoadedConfig, *, now: datetime) -> LedgerHealth:
    """Return whether evidence keeps coming in."""
    with opened(loaded) as ledger:
        return ledger.health(now=now, max_age=parse_duration(loaded.config.usage.max_age))


def observe(
    loaded: LoadedConfig,
    static: Static,
    window: Window,
    now: datetime,
    max_age: str,
    *,
    ever: bool = False,
    ledger: Ledger | None = None,
) -> tuple[Observations, str]:
    """Return what production was observed to do with the definitions of `static`, and the digest of that evidence.

    With `ever` they say as well when each definition was used last before the window. `ledger` is asked in place of
    the configured one; it stays open.
    """
    from auditor.analysis.entries.components import components
    from auditor.ledger import answers
    from auditor.usage.attribution import attribute

    with contextlib.nullcontext(ledger) if ledger is not None else opened(loaded) as asked:
        reading = asked.read(window)
        last_uses = asked.last_uses() if ever else {}
    observations = attribute(
        reading,
        static.analysis,
        components(static.facts),
        now=now,
        min_watched=loaded.config.usage.min_watched,
        max_age=parse_duration(max_age),
        last_uses=last_uses,
    )
    return observations, answers.digest(reading)


def settled_digest(loaded: LoadedConfig, window: Window, *, ledger: Ledger | None = None) -> str:
    """Return the digest of what is known of a window and what later collections leave as it is.

    `ledger` is asked in place of the configured one; it stays open.

    Raises:
        StoreError: The ledger cannot be read.
    """
    from auditor.ledger import answers

    with contextlib.nullcontext(ledger) if ledger is not None else opened(loaded) as asked:
        return answers.settled_digest(asked.read(window))


def opened(loaded: LoadedConfig) -> Ledger:
    """Return the ledger for reading, to be closed by the caller.

    Raises:
        StoreError: There is none yet (the message names `auditor collect`), or it cannot be used.
    """
    from auditor.ledger.store import Ledger

    return Ledger.read_only(loaded.config.ledger, loaded.root, sources=source_names(loaded))


def source_names(loaded: LoadedConfig) -> list[str]:
    """Return the configured sources' names: what was collected from others no longer counts."""
    return [source.name for source in loaded.config.usage.sources]
