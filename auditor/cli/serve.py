"""`auditor serve`: the HTTP service over the ledger."""

import socket
from datetime import UTC, datetime

import click

from auditor.cli import options
from auditor.errors import ConfigError


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8321, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@options.shared
def command(host: str, port: int) -> None:
    """Serve /health, /stats?days=, /unused?days= and the report; take /components (needs the extra `serve`).

    \b
    Example: auditor serve --port 8321
    """
    from auditor import pipeline

    application = pipeline.service(options.configuration(), now=lambda: datetime.now(UTC))
    try:
        import uvicorn
    except ImportError as error:
        raise ConfigError("auditor serve needs uvicorn: pip install 'auditor[serve]'") from error
    with _listening(host, port) as listening:
        options.say(f"serving on http://{f'[{host}]' if ':' in host else host}:{port}/health")
        uvicorn.Server(uvicorn.Config(application, log_level="warning")).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; raise ConfigError where that cannot be."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{host}:{port}: cannot listen there: {reason}; choose another --host or --port") from error
