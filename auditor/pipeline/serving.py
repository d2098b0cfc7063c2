"""The HTTP service over the ledger: `serve`, and the application that others mount.

In: a loaded configuration, a clock, the environment. Out: an ASGI application. Secrets are taken from the environment
here; a token that is configured and not there is an error, never an open door.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from auditor import __version__
from auditor.config import LoadedConfig, parse_duration
from auditor.errors import ConfigError
from auditor.pipeline.evidence import source_names
from auditor.pipeline.static import STATE_DIRECTORY

_BUSY_SECONDS = 2.0
"""How long a question waits for whoever writes to the ledger: a caller would rather ask again."""


def service(
    loaded: LoadedConfig, *, now: Callable[[], datetime], environment: Mapping[str, str]
) -> Callable[..., Awaitable[None]]:
    """Return the HTTP service over the ledger: an ASGI application.

    Raises:
        ConfigError: Starlette is missing, or a token is not in the environment.
    """
    from auditor.ledger.store import Ledger
    from auditor.service.app import create_app
    from auditor.service.spool import ComponentSpool

    config, served = loaded.config, loaded.config.service
    names = source_names(loaded)
    return create_app(
        lambda: Ledger.read_only(config.ledger, loaded.root, sources=names, busy_seconds=_BUSY_SECONDS),
        now,
        loaded.root / config.report.directory,
        ComponentSpool(loaded.root / STATE_DIRECTORY / "components", served.spool_megabytes * 1024 * 1024),
        version=__version__,
        origins=served.origins,
        token=_token("service.token", served.token, environment),
        read_token=_token("service.read_token", served.read_token, environment),
        deliveries_a_minute=served.deliveries_a_minute,
        sources=names,
        min_watched=config.usage.min_watched,
        max_age=parse_duration(config.usage.max_age),
    )


def _token(key: str, reference: str, environment: Mapping[str, str]) -> str:
    """Return the token that `env:NAME` stands for; empty where none is configured."""
    if not reference:
        return ""
    name = reference.removeprefix("env:")
    token = environment.get(name, "").strip()
    if not token:
        raise ConfigError(f"{key}: the environment variable {name} is not set; its value is the token")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError(f"{key}: the value of {name} must be printable ASCII without spaces")
    return token
