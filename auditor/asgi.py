"""The HTTP service for an application of yours to mount, or for a server of yours to run.

    from auditor.asgi import create_service

    app.mount("/usage", create_service("auditor.toml"))        # FastAPI, Starlette

`uvicorn --factory auditor.asgi:create_service` runs it alone. In: where the configuration is, the process's
environment and clock. Out: an ASGI application that needs no lifespan. Never opens the ledger before it is asked.
"""

import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from auditor import pipeline
from auditor.config import LoadedConfig, load, with_environment

Application = Callable[..., Awaitable[None]]


def create_service(
    config: LoadedConfig | Path | str | None = None, *, environment: Mapping[str, str] | None = None
) -> Application:
    """Return the service of one audited project.

    Args:
        config: Its configuration file, or what was loaded from it; default: the file that `AUDITOR_CONFIG` names, else
            the one found from the working directory upwards.
        environment: Where `env:NAME` is looked up; default: the process's.

    Raises:
        ConfigError: The configuration is wrong, a token is not in the environment, or Starlette is missing.
    """
    known = os.environ if environment is None else environment
    place = config or known.get("AUDITOR_CONFIG", "").strip() or None
    loaded = place if isinstance(place, LoadedConfig) else load(Path.cwd(), Path(place) if place else None)
    return pipeline.service(with_environment(loaded, known), now=lambda: datetime.now(UTC), environment=known)
