"""Usage sources: the protocol, and the ones a configuration names.

In: configuration, environment, known usage keys. Out: sources that give one `Collection` a window. A sick source is a
value (`Collection.problem`), never a crash and never "zero calls". Never reads a source itself, and never prints a URL:
it may hold a password.
"""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from auditor.config import AuditConfig, SourceConfig
from auditor.errors import ConfigError
from auditor.model.code import Definition
from auditor.model.ingestion import IngestedBefore
from auditor.model.usage import Collection
from auditor.model.window import Window

_ENVIRONMENT = "env:"
_CONTROL = re.compile(r"[^\x20-\x7e\xa1-\uffff]+")


class UsageSource(Protocol):
    """Where production's counts come from. `name` is the configured one."""

    name: str

    def collect(self, window: Window) -> Collection:
        """Return what the source knows of every UTC day the window touches, whole days; never raise."""
        ...


class SickSource:
    """A source that cannot even be asked: every collection carries the same problem."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        self.problem = problem

    def collect(self, window: Window) -> Collection:
        """Return an empty collection with the problem."""
        return Collection(self.name, window, problem=self.problem)


def build(
    config: AuditConfig,
    root: Path,
    environment: Mapping[str, str],
    route_keys: Sequence[str],
    only: str | None = None,
    *,
    before: Callable[[str], IngestedBefore] = lambda name: IngestedBefore(),
    definitions: Callable[[], Sequence[Definition]] = tuple,
) -> tuple[UsageSource, ...]:
    """Return the configured sources, in the order of the configuration.

    Args:
        config: The configuration; `env:NAME` URLs are resolved here.
        root: Directory that globs and relative paths start from.
        environment: The process environment.
        route_keys: Known usage keys in the order of registration, to match the concrete paths of logs.
        only: Name of the one source wanted; None for all.
        before: What the ledger holds of a source's earlier collections, by its name.
        definitions: Gives the definitions of the tree under `root`, for sources that tell of lines.

    Raises:
        ConfigError: There is no source of the name `only`.
    """
    configured = config.usage.sources
    if only is not None:
        configured = tuple(source for source in configured if source.name == only)
        if not configured:
            known = ", ".join(source.name for source in config.usage.sources) or "none is configured"
            raise ConfigError(f"no usage source is named {one_line(only)!r}; known: {known}")
    surroundings = _Surroundings(config.app, root, environment, route_keys, before, definitions)
    return tuple(_source(source, surroundings) for source in configured)


class _Surroundings(NamedTuple):
    """What a source is built from besides its own configuration; as the arguments of `build`."""

    app: str
    root: Path
    environment: Mapping[str, str]
    route_keys: Sequence[str]
    before: Callable[[str], IngestedBefore]
    definitions: Callable[[], Sequence[Definition]]


def _source(source: SourceConfig, surroundings: _Surroundings) -> UsageSource:
    if source.kind in ("access_log", "json_log"):
        from auditor.usage.logs.source import LogFiles

        return LogFiles(source, surroundings.root, surroundings.route_keys, surroundings.before(source.name).marks)
    if source.kind in ("events", "components", "coverage"):
        return _recorded(source, surroundings)
    url, problem = _resolved(source, surroundings.environment)
    if problem is None and source.kind == "redis" and source.layout != "auditor":
        from auditor.usage.redis_foreign import RedisForeign

        return RedisForeign(source, url, surroundings.route_keys)
    if problem is None and source.kind == "http_stats":
        from auditor.usage.http_stats import http_stats

        return http_stats(source, url, surroundings.environment, surroundings.root, surroundings.route_keys)
    if problem is None and source.kind == "warehouse":
        return _warehouse(source, url, surroundings.route_keys)
    app = source.app or surroundings.app
    if problem is None and not app:
        problem = f"no app is named; set app in the configuration, or usage.sources {source.name!r} app"
    if problem is None and source.kind == "redis":
        from auditor.usage.redis_counters import RedisCounters

        return RedisCounters(source.name, url, app)
    if problem is None and source.kind == "file":
        from auditor.usage.file_counters import FileCounters

        return FileCounters(source.name, url, app)
    return SickSource(source.name, problem or f"this version does not read sources of kind {source.kind!r}")


def _recorded(source: SourceConfig, surroundings: _Surroundings) -> UsageSource:
    """Return a source of files in which an application, or a browser, recorded what it used."""
    app = source.app or surroundings.app
    if source.kind == "events":
        from auditor.usage.events.source import EventLogs

        return EventLogs(source, surroundings.root, app, functools.partial(surroundings.before, source.name))
    if source.kind == "coverage":
        from auditor.usage.executed.source import ExecutedLines

        return ExecutedLines(source, surroundings.root, surroundings.definitions)
    from auditor.usage.component_exports import ComponentExports

    return ComponentExports(source, surroundings.root, app)


def _warehouse(source: SourceConfig, url: str, route_keys: Sequence[str]) -> UsageSource:
    try:
        from auditor.usage.warehouse.source import WarehouseTable
    except ImportError as error:
        return SickSource(source.name, f"{error.name} is not installed; pip install 'auditor[warehouse]'")
    return WarehouseTable(source, url, route_keys)


def _resolved(source: SourceConfig, environment: Mapping[str, str]) -> tuple[str, str | None]:
    """Return the source's URL and what is wrong with it; the URL is never part of the message."""
    if not source.url.startswith(_ENVIRONMENT):
        return source.url, None
    variable = source.url.removeprefix(_ENVIRONMENT)
    url = environment.get(variable, "").strip()
    return url, None if url else f"the environment variable {variable} is not set; its value is the source's url"


def one_line(text: object, limit: int = 200) -> str:
    """Return hostile text fit for a message: one line, no control characters, at most `limit` characters."""
    cleaned = _CONTROL.sub(" ", str(text)).strip()
    return cleaned if len(cleaned) <= limit else f"{cleaned[: limit - 1]}…"
