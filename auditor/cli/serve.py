"""`auditor serve`: the HTTP service over the ledger."""

import ipaddress
import socket
from datetime import UTC, datetime

import click

from auditor.cli import options
from auditor.errors import ConfigError


def _proxies(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Check addresses and networks of proxies; "any" would let every client choose its own address."""
    for text in given:
        try:
            network = ipaddress.ip_network(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
        if network.prefixlen == 0:
            raise click.BadParameter(f"{text} is everybody; name your proxies")
    return given


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8321, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option(
    "--behind-proxy", "proxies", multiple=True, metavar="ADDRESS", callback=_proxies,
    help="Address or network of a proxy whose X-Forwarded-For is believed; may be repeated. Default: nobody's.",
)  # fmt: skip
@options.shared
def command(host: str, port: int, proxies: tuple[str, ...]) -> None:
    """Serve /health, /stats?days=, /unused?days=, /metrics and the report; take /components (extra `serve`).

    \b
    Example: auditor serve --port 8321
    """
    from auditor import pipeline

    loaded = options.configuration()
    application = pipeline.service(loaded, now=lambda: datetime.now(UTC), environment=options.environment())
    try:
        import uvicorn
    except ImportError as error:
        raise ConfigError("auditor serve needs uvicorn: pip install 'auditor[serve]'") from error
    with _listening(host, port) as listening:
        options.say(f"serving on http://{f'[{host}]' if ':' in host else host}:{port}/health")
        if not loaded.config.service.read_token and not _is_loopback(listening):
            options.warn(
                "whoever reaches this address may read what is used; set service.read_token in the configuration"
            )
        settings = uvicorn.Config(
            application, log_level="warning", lifespan="off", server_header=False,
            proxy_headers=bool(proxies), forwarded_allow_ips=list(proxies),
        )  # fmt: skip
        uvicorn.Server(settings).run(sockets=[listening])


def _is_loopback(listening: socket.socket) -> bool:
    """Return whether only this machine can reach a socket."""
    return ipaddress.ip_address(listening.getsockname()[0].partition("%")[0]).is_loopback


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; raise ConfigError where that cannot be."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{host}:{port}: cannot listen there: {reason}; choose another --host or --port") from error
