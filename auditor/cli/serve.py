"""`auditor serve`: the HTTP service over the ledger."""

from datetime import UTC, datetime

import click

from auditor.cli import options
from auditor.errors import ConfigError


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8321, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@options.shared
def command(host: str, port: int) -> None:
    """Serve /health, /stats?days=, /unused?days= and the report (needs the extra `serve`).

    \b
    Example: auditor serve --port 8321
    """
    from auditor import pipeline

    application = pipeline.service(options.configuration(), now=lambda: datetime.now(UTC))
    try:
        import uvicorn
    except ImportError as error:
        raise ConfigError("auditor serve needs uvicorn: pip install 'auditor[serve]'") from error
    options.say(f"serving on http://{host}:{port}/health")
    uvicorn.run(application, host=host, port=port, log_level="warning")
